/** The real nginx in front of the real app, as the lab runs them. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { get as httpGet, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { processRecord } from '../../lab/host/lock';
import { groupMembers, type ProcessIdentity } from '../../lab/host/process-identity';
import { Processes } from '../../lab/host/processes';
import { removeShortFoldersIn } from '../../lab/host/short-folder';
import type { Machine, MachineSpec } from '../../lab/machines/machine';
import { ProcessMachines } from '../../lab/machines/process-machine';
import { bundleApp } from '../../runtime/bundle';
import { testFolders } from '../../scripts/test-folders';

/** An app whose answers tell what reached it. */
const tellingApp = `
import { serve } from ${JSON.stringify(resolve('runtime/app/serve'))};
serve({
  addRoutes(router) {
    router.get('/headers', (context) => { context.body = context.headers; });
    router.get('/environment', (context) => { context.body = process.env; });
    router.get('/large', (context) => { context.type = 'text/plain'; context.body = 'x'.repeat(5_000_000); });
    router.post('/upload', async (context) => {
      let bytes = 0;
      for await (const part of context.req) bytes += part.length;
      context.body = { bytes };
    });
    router.get('/slow', async (context) => {
      context.log.info('arrived');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      context.body = 'slow';
    });
    router.get('/crash', () => { process.exit(3); });
  },
});
`;

let folder: string;
let realApp: string;
let telling: string;
let processes: Processes;

beforeAll(async () => {
  folder = testFolders.make('machines');
  realApp = await bundleApp('runtime/app/main.ts', folder);
  await mkdir(join(folder, 'telling'));
  await writeFile(join(folder, 'telling/main.ts'), tellingApp);
  telling = await bundleApp(join(folder, 'telling/main.ts'), join(folder, 'telling'));
});
afterAll(() => testFolders.remove(folder));

beforeEach(async () => {
  processes = new Processes(processRecord(folder));
});
afterEach(async () => {
  await processes.stopAll();
  removeShortFoldersIn(join(folder, 'instances'));
  await rm(join(folder, 'instances'), { recursive: true, force: true });
});

const instanceId = 'i-0123456789abcdef0';

function launch(
  appBundle: string,
  spec: Partial<MachineSpec> = {},
  readyMilliseconds = 20_000,
): Promise<Machine> {
  const machines = new ProcessMachines({
    processes,
    // Deep, as a clone's own folder may be.
    directory: join(folder, 'instances', 'd'.repeat(100)),
    appBundle,
    nginxBinary: 'nginx',
    nginxConfiguration: resolve('nginx'),
    coresPerVcpu: 0.25,
    readyMilliseconds,
  });
  return machines.launch({
    instanceId,
    region: 'eu-west-1',
    zone: 'eu-west-1b',
    privateIp: '10.0.0.10',
    instanceType: 't3.micro',
    imageId: 'ami-0123456789abcdef0',
    instanceProfile: undefined,
    userData: '',
    vpc: { id: 'vpc-0123456789abcdef0', cidr: '10.0.0.0/16' },
    ...spec,
  });
}

async function launchReady(appBundle: string, spec: Partial<MachineSpec> = {}): Promise<Machine> {
  const machine = await launch(appBundle, spec);
  while ((await get(machine, '/readyz')).status !== 200) await sleep(20);
  return machine;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function get(machine: Machine, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpGet({ ...machine.address(80), path, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part)).on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    }).on('error', reject);
  });
}

async function getJson(machine: Machine, path: string, headers: Record<string, string> = {}) {
  return JSON.parse((await get(machine, path, headers)).body.toString()) as Record<string, string>;
}

/** Waits until so many lines of one of the machine's logs hold what is wanted, and gives the last of them. */
async function logLine(machine: Machine, file: string, wanted: string, times = 1): Promise<string> {
  for (;;) {
    const log = await readFile(join(machine.logs, file), 'utf8').catch(() => '');
    const line = log.split('\n').filter((candidate) => candidate.includes(wanted))[times - 1];
    if (line !== undefined) return line;
    await sleep(50);
  }
}

async function ab(machine: Machine, ...options: string[]) {
  const { host, port } = machine.address(80);
  const { stdout } = await promisify(execFile)('ab', ['-q', ...options, `http://${host}:${port}/`]);
  const figure = (name: string) => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(stdout)?.[1] ?? 0);
  return {
    complete: figure('Complete requests'),
    failed: figure('Failed requests'),
    non2xx: figure('Non-2xx responses'),
  };
}

describe('a request through nginx', () => {
  test('is answered with the instance and its zone', async () => {
    const machine = await launchReady(realApp);
    expect(await getJson(machine, '/')).toEqual({ instanceId, availabilityZone: 'eu-west-1b' });
    await machine.stop();
  });

  test("tells the app its client's address, scheme and host, and nothing that a client made up", async () => {
    const machine = await launchReady(telling);
    const seen = await getJson(machine, '/headers', {
      Host: 'shop.example.com',
      // The load balancer appends the address that it was asked from; what stands before is the client's invention.
      'X-Forwarded-For': '198.51.100.66, 203.0.113.9',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Port': '443',
      'X-Forwarded-Host': 'evil.example.com',
      'X-Real-IP': '198.51.100.66',
      Forwarded: 'for=198.51.100.66',
      'X-Amzn-Trace-Id': 'Root=1-67891233-abcdef012345678912345678',
    });
    expect(seen).toMatchObject({
      host: 'shop.example.com',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      'x-forwarded-host': 'shop.example.com',
      'x-real-ip': '203.0.113.9',
      'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678',
    });
    expect(seen).not.toHaveProperty('forwarded');
    await machine.stop();
  });

  test('without a balancer in front is told by what nginx itself sees', async () => {
    const machine = await launchReady(telling);
    expect(
      await getJson(machine, '/headers', { 'X-Forwarded-Proto': 'gopher', 'X-Forwarded-Port': 'x' }),
    ).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(machine.address(80).port),
    });
    await machine.stop();
  });

  test('in HTTP/1.0 without a Host, as some health checks ask, is answered', async () => {
    const machine = await launchReady(realApp);
    const { host, port } = machine.address(80);
    const connection = connect(port, host);
    connection.write('GET /readyz HTTP/1.0\r\n\r\n');
    const answer = (await connection.setEncoding('utf8').toArray()).join('');
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    await machine.stop();
  });

  test('is compressed for who takes it, and told apart by Vary', async () => {
    const machine = await launchReady(realApp);
    const headers = { Accept: 'text/html' };
    const plain = await get(machine, '/', headers);
    const packed = await get(machine, '/', { ...headers, 'Accept-Encoding': 'gzip', Via: '1.1 cdn' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.headers.vary).toMatch(/Accept-Encoding/);
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
    expect(plain.headers).not.toHaveProperty('content-encoding');
    await machine.stop();
  });

  test.each([
    '/metrics',
    '/metrics?x=1',
    '/%6detrics',
    '//metrics',
    '/x/../metrics',
    '/metrics/',
    '/METRICS',
  ])('for the metrics is refused, also as %s', async (path) => {
    const machine = await launchReady(realApp);
    const { status, body } = await get(machine, path);
    expect([403, 404]).toContain(status);
    expect(body.toString()).not.toContain('nodejs_');
    await machine.stop();
  });

  test('is one line of JSON in the access log', async () => {
    const machine = await launchReady(realApp);
    await get(machine, '/?q=%22a"b\\', {
      'User-Agent': 'a "quoted" \u00e4gent',
      'X-Forwarded-For': '203.0.113.9',
      'X-Amzn-Trace-Id': 'Root=1-67891233-abcdef012345678912345678',
    });
    const line = JSON.parse(await logLine(machine, 'access.log', '203.0.113.9')) as Record<string, unknown>;
    expect(line).toMatchObject({
      client: '203.0.113.9',
      method: 'GET',
      uri: '/?q=%22a"b\\',
      status: 200,
      traceId: 'Root=1-67891233-abcdef012345678912345678',
    });
    expect(line.seconds).toEqual(expect.any(Number));
    await machine.stop();
  });

  test("may be large in both directions, which needs nginx's temporary files", async () => {
    const machine = await launchReady(telling);
    expect((await get(machine, '/large')).body.length).toBe(5_000_000);
    const { host, port } = machine.address(80);
    const upload = (bytes: number) =>
      fetch(`http://${host}:${port}/upload`, { method: 'POST', body: Buffer.alloc(bytes) });
    expect(await (await upload(3_000_000)).json()).toEqual({ bytes: 3_000_000 });
    expect((await upload(11_000_000)).status).toBe(413);
    expect(await readFile(join(machine.logs, 'nginx.log'), 'utf8')).not.toContain('ermission denied');
    await machine.stop();
  });
});

describe('the launch hook that its user data names', () => {
  const hook = { group: 'web', hook: 'launch' };
  const content = 'AUTO_SCALING_GROUP="web"\nLIFECYCLE_HOOK="launch"\n';
  const userData = `#cloud-config\n${JSON.stringify({ write_files: [{ path: '/etc/koa/settings', content }] })}`;

  test('is answered when the app is ready, through nginx', async () => {
    const machine = await launch(realApp, { userData });
    expect(await machine.launchAnswer).toEqual({ ...hook, result: 'CONTINUE' });
    expect((await get(machine, '/readyz')).status).toBe(200);
    await machine.stop();
  });

  test('is answered with the reason when the app does not get ready in time', async () => {
    await writeFile(
      join(folder, 'telling/waiting.ts'),
      `import { serve } from ${JSON.stringify(resolve('runtime/app/serve'))};
      serve({ addRoutes() {}, prepare: () => new Promise(() => setInterval(() => undefined, 1_000)) });`,
    );
    const waiting = await bundleApp(join(folder, 'telling/waiting.ts'), join(folder, 'waiting'));
    const machine = await launch(waiting, { userData }, 1_500);
    expect(await machine.launchAnswer).toEqual({
      ...hook,
      result: 'ABANDON',
      reason: expect.stringMatching(/^\/readyz answered 503 and not 200 for 1\.5 s; see \S+logs$/),
    });
    await machine.stop();
  });

  test('is not answered by a machine that ends first, nor where none is named', async () => {
    await writeFile(join(folder, 'telling/failing.ts'), "throw new Error('no database');\n");
    const failing = await bundleApp(join(folder, 'telling/failing.ts'), join(folder, 'failing'));
    const [ending, asked] = [
      await launch(failing, { userData }),
      await launch(realApp, { instanceId: 'i-2' }),
    ];
    expect(await ending.launchAnswer).toBeUndefined();
    expect(await asked.launchAnswer).toBeUndefined();
    await asked.stop();
  });
});

test("the app's environment is its user data's and the machine's, and nothing of this host's", async () => {
  const content = 'GREETING="hello there"\nINSTANCE_ID=i-made-up\n';
  const userData = `#cloud-config\n${JSON.stringify({ write_files: [{ path: '/etc/koa/environment', content }] })}`;
  process.env.AWS_SECRET_ACCESS_KEY = 'the-owner-of-this-host';
  const machine = await launchReady(telling, { userData }).finally(() => {
    delete process.env.AWS_SECRET_ACCESS_KEY;
  });
  const environment = await getJson(machine, '/environment');
  expect(environment).toMatchObject({
    GREETING: 'hello there',
    INSTANCE_ID: instanceId,
    AVAILABILITY_ZONE: 'eu-west-1b',
    AWS_REGION: 'eu-west-1',
    NODE_ENV: 'production',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  expect(environment).not.toHaveProperty('AWS_SECRET_ACCESS_KEY');
  expect(environment.HOME).not.toBe(process.env.HOME);
  await machine.stop();
});

test('ab with a hundred at a time sees no failure, and the machine counts its CPU', async () => {
  const machine = await launchReady(realApp);
  expect(machine.capacity).toBe(0.5);
  const idle = await machine.cpuSeconds();
  expect(await ab(machine, '-n', '20000', '-c', '100')).toEqual({ complete: 20_000, failed: 0, non2xx: 0 });
  const busy = await machine.cpuSeconds();
  // Both processes at work: some tens of microseconds for each request.
  expect(busy - idle).toBeGreaterThan(20_000 * 20e-6);
  await machine.stop();
  expect(await machine.cpuSeconds()).toBeGreaterThanOrEqual(busy);
}, 60_000);

describe('the end of a machine', () => {
  test('leaves no process, no port, no socket, and its logs', async () => {
    const machine = await launchReady(realApp);
    const { host, port } = machine.address(80);
    const groups = (await readFile(processRecord(folder), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ProcessIdentity);
    expect(groups).toHaveLength(2);
    const prefix = await readlink(join(machine.logs, '../prefix'));
    expect(existsSync(join(prefix, 'app.sock'))).toBe(true);
    await machine.stop();
    expect(await machine.ended).toEqual({});
    // Zombies that the system has yet to clear away are none.
    for (const group of groups) expect(groupMembers(group)).toEqual([]);
    await expect(fetch(`http://${host}:${port}/`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(existsSync(prefix)).toBe(false);
    expect((await readdir(join(machine.logs, '..'))).sort()).toEqual(['logs']);
    expect((await readdir(machine.logs)).sort()).toEqual(['access.log', 'app.log', 'nginx.log']);
    expect(await readFile(join(machine.logs, 'app.log'), 'utf8')).toContain('drained');
  });

  test('loses no request that was in flight', async () => {
    const machine = await launchReady(telling);
    const slow = Promise.all(Array.from({ length: 20 }, () => get(machine, '/slow')));
    await logLine(machine, 'app.log', 'arrived', 20);
    await machine.stop();
    expect((await slow).map(({ status }) => status)).toEqual(Array(20).fill(200));
  });

  test('that nobody asked for is told with its reason, and the rest is stopped', async () => {
    const machine = await launchReady(telling);
    const { host, port } = machine.address(80);
    expect((await get(machine, '/crash')).status).toBe(502);
    expect(await machine.ended).toEqual({
      reason: `app ended with exit code 3; see ${join(machine.logs, 'app.log')}`,
    });
    await expect(fetch(`http://${host}:${port}/`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  test('of an app that throws at its start is told the same way', async () => {
    const throwing = join(folder, 'throwing.cjs');
    await writeFile(throwing, "throw new Error('no settings');");
    const machine = await launch(throwing);
    expect((await machine.ended).reason).toMatch(/^app ended with exit code 1; see .*app\.log$/);
    expect(await readFile(join(machine.logs, 'app.log'), 'utf8')).toContain('no settings');
  });
});

test('what the machines of a killed run left is removed by the links in their folders', async () => {
  const instances = join(folder, 'instances');
  await mkdir(join(instances, instanceId, 'logs'), { recursive: true });
  const prefix = await mkdtemp(join(tmpdir(), 'machine-'));
  await symlink(prefix, join(instances, instanceId, 'prefix'));
  removeShortFoldersIn(instances);
  expect(existsSync(prefix)).toBe(false);
  expect(await readdir(join(instances, instanceId))).toEqual(['logs']);
  removeShortFoldersIn(join(folder, 'nowhere'));
});

test('a launch that can not succeed says why and leaves nothing', async () => {
  await expect(launch(realApp, { instanceType: 'enormous' })).rejects.toMatchObject({
    code: 'InstanceTypeUnknown',
  });
  await expect(launch(realApp, { userData: '#cloud-config\n{' })).rejects.toMatchObject({
    code: 'UserDataUnreadable',
  });
  const broken = join(folder, 'broken');
  await mkdir(broken);
  await writeFile(join(broken, 'nginx.conf'), 'nonsense;\n');
  const machines = new ProcessMachines({
    processes,
    directory: join(folder, 'instances'),
    appBundle: realApp,
    nginxBinary: 'nginx',
    nginxConfiguration: broken,
    coresPerVcpu: 1,
  });
  await expect(
    machines.launch({
      instanceId,
      region: 'eu-west-1',
      zone: 'eu-west-1b',
      privateIp: '10.0.0.10',
      instanceType: 't3.micro',
      imageId: 'ami-0123456789abcdef0',
      instanceProfile: undefined,
      userData: '',
      vpc: { id: 'vpc-0123456789abcdef0', cidr: '10.0.0.0/16' },
    }),
  ).rejects.toMatchObject({ code: 'NginxNotStarted', message: expect.stringContaining('nonsense') });
  expect(await readdir(join(folder, 'instances', instanceId))).toEqual(['logs']);
});
