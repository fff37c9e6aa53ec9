import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import http from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Balancer, BalancerConfiguration } from '../../lab/balancer/balancer';
import { startBalancer } from '../../lab/balancer/haproxy-balancer';
import { processRecord } from '../../lab/host/lock';
import { Processes } from '../../lab/host/processes';
import type { Address } from '../../lab/machines/machine';
import { testFolders } from '../../scripts/test-folders';

jest.setTimeout(60_000);

const host = '127.0.0.1';
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Target {
  readonly address: Address;
  /** What the health check is answered with; undefined leaves it without an answer. */
  health: number | undefined;
  /** Health checks received. */
  checks: number;
  /** Requests received, health checks aside. */
  requests: number;
  /** Answers to them that were handed over whole. */
  answered: number;
  /** Headers of the last of them, as they came over the wire. */
  headers: http.IncomingHttpHeaders;
  rawHeaders: string[];
  readonly server: http.Server;
}

/** Answers by path: /slow waits until `release`, /reset resets, /close closes, /hang never answers, /500. */
async function startTarget(options: { health?: number; port?: number } = {}) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = http.createServer({ keepAliveTimeout: 72_000 }, (request, response) => {
    if (request.url === '/readyz') {
      target.checks++;
      if (target.health !== undefined) response.writeHead(target.health).end();
      return;
    }
    target.requests++;
    response.once('finish', () => target.answered++);
    target.headers = request.headers;
    target.rawHeaders = request.rawHeaders;
    const answers: Record<string, () => unknown> = {
      '/slow': () => released.then(() => response.end('slow')),
      '/reset': () => request.socket.resetAndDestroy(),
      '/close': () => request.socket.destroy(),
      '/hang': () => undefined,
      '/half': () => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half', () => request.socket.resetAndDestroy());
      },
      '/500': () => response.writeHead(500).end(),
      '/503': () => response.writeHead(503).end(),
    };
    (answers[request.url ?? ''] ?? (() => response.end('hello')))();
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, host, resolve));
  const target: Target & { release: () => void } = {
    address: { host, port: (server.address() as AddressInfo).port },
    health: 'health' in options ? options.health : 200,
    checks: 0,
    requests: 0,
    answered: 0,
    headers: {},
    rawHeaders: [],
    server,
    release: () => release(),
  };
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return target;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

type Changes = Partial<Omit<BalancerConfiguration, 'healthCheck'>> & {
  healthCheck?: Partial<BalancerConfiguration['healthCheck']>;
};

async function balancerOptions(changes: Changes = {}) {
  const directory = testFolders.make('balancer-test');
  cleanups.push(() => testFolders.remove(directory));
  const processes = new Processes(processRecord(directory));
  cleanups.push(() => processes.stopAll());
  const configuration: BalancerConfiguration = {
    loadBalancerName: 'web',
    targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0123456789abcdef',
    targetGroupName: 'web',
    vpcId: 'vpc-0123456789abcdef0',
    algorithm: 'round_robin',
    idleTimeout: 60,
    ...changes,
    healthCheck: {
      path: '/readyz',
      interval: 1,
      timeout: 1,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      matcher: '200',
      ...changes.healthCheck,
    },
  };
  return {
    processes,
    haproxyBinary: 'haproxy',
    directory,
    listen: { host, port: await freePort() },
    configuration,
  };
}

async function start(changes: Changes = {}): Promise<Balancer> {
  const balancer = await startBalancer(await balancerOptions(changes));
  cleanups.push(() => balancer.stop());
  return balancer;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

function get(balancer: Balancer, path: string, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.get({ ...balancer.address, path, headers, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.once('error', reject);
    });
    request.once('error', reject);
  });
}

async function eventually(what: string, condition: () => Promise<boolean> | boolean, seconds = 15) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`After ${seconds} s still not: ${what}`);
    await sleep(20);
  }
}

async function up(balancer: Balancer, ...ids: string[]) {
  await eventually(`${ids.join(', ')} up`, async () => {
    const probes = await balancer.probes();
    return ids.every((id) => probes.get(id)?.up === true);
  });
}

async function withTarget(changes: Changes = {}) {
  const balancer = await start(changes);
  const target = await startTarget();
  await balancer.addTarget('i-1', target.address);
  await up(balancer, 'i-1');
  return { balancer, target };
}

test('with no registered target the answer is 503, the balancer’s, and no request counts (D9, D10)', async () => {
  const balancer = await start();
  expect(await get(balancer, '/')).toMatchObject({ status: 503 });
  expect(await balancer.counters()).toMatchObject({ requests: 0, balancer5xx: 1, target5xx: 0, resets: 0 });
});

test('a new target gets nothing before its first passed check, and is in service after that one (D2)', async () => {
  const balancer = await start({ healthCheck: { healthyThreshold: 5, unhealthyThreshold: 10 } });
  const target = await startTarget({ health: 503 });
  await balancer.addTarget('i-1', target.address);
  await eventually('checked twice', () => target.checks >= 2);
  expect(await get(balancer, '/')).toMatchObject({ status: 503 });
  expect((await balancer.probes()).get('i-1')).toEqual({ outcome: 'none', up: false });
  expect(target.requests).toBe(0);

  target.health = 200;
  const failedChecks = target.checks;
  await up(balancer, 'i-1');
  // One check passed; a second may have come between it and our look.
  expect(target.checks - failedChecks).toBeLessThanOrEqual(2);
  expect((await balancer.probes()).get('i-1')).toEqual({ outcome: 'passed', up: true });
  expect(await get(balancer, '/')).toEqual({ status: 200, body: 'hello' });
});

test('a new target beside a healthy one gets nothing before its first passed check (D2, D4)', async () => {
  const { balancer, target } = await withTarget();
  const second = await startTarget({ health: 503 });
  await balancer.addTarget('i-2', second.address);
  await eventually(
    'the second is judged',
    async () => (await balancer.probes()).get('i-2')?.outcome === 'failed',
  );
  for (let i = 0; i < 10; i++) expect(await get(balancer, '/')).toMatchObject({ status: 200 });
  expect(second.requests).toBe(0);
  expect(target.requests).toBe(10);
});

test('an unhealthy target leaves after its threshold and says why, and returns after the other (D1, D2)', async () => {
  const { balancer, target } = await withTarget({
    healthCheck: { unhealthyThreshold: 3, healthyThreshold: 2 },
  });
  const other = await startTarget();
  await balancer.addTarget('i-2', other.address);
  await up(balancer, 'i-2');

  target.health = 500;
  const passedChecks = target.checks;
  await eventually(
    'one failed check',
    async () => (await balancer.probes()).get('i-1')?.outcome === 'failed',
  );
  expect((await balancer.probes()).get('i-1')?.up).toBe(true);
  await eventually('down', async () => (await balancer.probes()).get('i-1')?.up === false);
  expect(target.checks - passedChecks).toBe(3);
  expect((await balancer.probes()).get('i-1')).toEqual({
    outcome: 'failed',
    up: false,
    reason: 'Target.ResponseCodeMismatch',
    description: 'Health checks failed with these codes: [500]',
  });
  const before = target.requests;
  for (let i = 0; i < 5; i++) await get(balancer, '/');
  expect(target.requests).toBe(before);

  target.health = 200;
  const failedChecks = target.checks;
  await up(balancer, 'i-1');
  expect(target.checks - failedChecks).toBe(2);
});

test('a target that does not answer its check in time failed by time-out (D1)', async () => {
  const balancer = await start();
  const target = await startTarget({ health: undefined });
  await balancer.addTarget('i-1', target.address);
  await eventually('judged', async () => (await balancer.probes()).get('i-1')?.outcome === 'failed');
  expect((await balancer.probes()).get('i-1')).toEqual({
    outcome: 'failed',
    up: false,
    reason: 'Target.Timeout',
    description: 'Request timed out',
  });
});

test('with no healthy target the unhealthy ones get the requests, initial ones none (D4)', async () => {
  const { balancer, target } = await withTarget();
  target.health = 500;
  const initial = await startTarget({ health: 500 });
  await eventually('down', async () => (await balancer.probes()).get('i-1')?.up === false);
  await balancer.addTarget('i-2', initial.address);
  expect(await get(balancer, '/')).toEqual({ status: 200, body: 'hello' });
  expect(target.requests).toBe(1);
  expect(initial.requests).toBe(0);
  await eventually('judged', async () => (await balancer.probes()).get('i-2')?.outcome === 'failed');
  for (let i = 0; i < 4; i++) expect(await get(balancer, '/')).toMatchObject({ status: 200 });
  expect(initial.requests).toBe(2);
  expect((await balancer.counters()).perTarget).toMatchObject({
    'i-1': { requests: 3 },
    'i-2': { requests: 2 },
  });
});

test('a draining target finishes its request and gets no other (D3)', async () => {
  const { balancer, target } = await withTarget();
  const other = await startTarget();
  const slow = get(balancer, '/slow');
  await eventually('in flight', () => target.requests === 1);
  await balancer.addTarget('i-2', other.address);
  await up(balancer, 'i-2');
  await balancer.drainTarget('i-1');
  for (let i = 0; i < 5; i++) expect(await get(balancer, '/')).toMatchObject({ status: 200 });
  expect(target.requests).toBe(1);
  target.release();
  expect(await slow).toEqual({ status: 200, body: 'slow' });
  await balancer.removeTarget('i-1');
  expect([...(await balancer.probes()).keys()]).toEqual(['i-2']);
  expect(await balancer.counters()).toMatchObject({ balancer5xx: 0, resets: 0 });
});

test('a request in flight past the deregistration delay gets 502 (D3, D9)', async () => {
  const { balancer, target } = await withTarget();
  const slow = get(balancer, '/slow');
  await eventually('in flight', () => target.requests === 1);
  await balancer.drainTarget('i-1');
  await balancer.removeTarget('i-1');
  expect(await slow).toMatchObject({ status: 502 });
  expect(await balancer.counters()).toMatchObject({ balancer5xx: 1, target5xx: 0 });
});

test('a target added again while it drains starts over with its first check (D2, D3)', async () => {
  const { balancer, target } = await withTarget();
  await balancer.drainTarget('i-1');
  target.health = 500;
  const checks = target.checks;
  await balancer.addTarget('i-1', target.address);
  await eventually('checked again', () => target.checks > checks);
  expect((await balancer.probes()).get('i-1')?.up).toBe(false);
  expect(await get(balancer, '/')).toMatchObject({ status: 503 });
  target.health = 200;
  await up(balancer, 'i-1');
  expect(await get(balancer, '/')).toMatchObject({ status: 200 });
});

test('a slot’s next target is neither judged by nor charged with what the former did (D2)', async () => {
  const balancer = await start();
  const good = await startTarget();
  const ids = Array.from({ length: 32 }, (_, index) => `i-${index}`);
  for (const id of ids) await balancer.addTarget(id, good.address);
  await expect(balancer.addTarget('i-one-more', good.address)).rejects.toMatchObject({
    code: 'TooManyTargets',
  });
  await up(balancer, ...ids);
  for (const _ of ids) await get(balancer, '/500');
  for (const id of ids) await balancer.removeTarget(id);
  const former = (await balancer.counters()).perTarget;
  expect(former).toMatchObject(Object.fromEntries(ids.map((id) => [id, { requests: 1, http5xx: 1 }])));

  const bad = await startTarget({ health: 500 });
  await balancer.addTarget('i-bad', bad.address);
  const verdict = async () => (await balancer.probes()).get('i-bad')?.outcome;
  await eventually('judged', async () => (await verdict()) !== 'none');
  expect(await verdict()).toBe('failed');
  await balancer.removeTarget('i-bad');

  const next = await startTarget();
  await balancer.addTarget('i-next', next.address);
  await up(balancer, 'i-next');
  expect(next.checks).toBeGreaterThanOrEqual(1);
  await get(balancer, '/');
  expect((await balancer.counters()).perTarget).toMatchObject({
    ...former,
    'i-bad': { requests: 0, http5xx: 0 },
    'i-next': { requests: 1, http5xx: 0 },
  });
});

test('a connection on which nothing was asked is no request, and has no answer', async () => {
  const { balancer } = await withTarget();
  for (let connections = 0; connections < 3; connections++) {
    const socket = connect(balancer.address.port, host);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    socket.destroy();
  }
  await get(balancer, '/');
  const { answers } = await balancer.counters();
  expect(answers).toEqual({ '1xx': 0, '2xx': 1, '3xx': 0, '4xx': 0, '5xx': 0 });
});

describe('faults of a target (D9)', () => {
  test.each([
    { path: '/reset', status: 502, what: 'resets the connection' },
    { path: '/close', status: 502, what: 'closes the connection' },
    { path: '/hang', status: 504, what: 'never answers' },
  ])('one that $what gives $status, and counts as one reset', async ({ path, status }) => {
    const { balancer } = await withTarget({ idleTimeout: 1 });
    await get(balancer, '/');
    expect(await get(balancer, path)).toMatchObject({ status });
    expect(await balancer.counters()).toMatchObject({
      requests: 2,
      answers: { '1xx': 0, '2xx': 1, '3xx': 0, '4xx': 0, '5xx': 1 },
      target5xx: 0,
      balancer5xx: 1,
      resets: 1,
      perTarget: { 'i-1': { requests: 2, http5xx: 0 } },
    });
  });

  test('one that resets within its answer counts as a reset, though the status was 200', async () => {
    const { balancer } = await withTarget();
    await expect(get(balancer, '/half')).rejects.toThrow('aborted');
    expect(await balancer.counters()).toMatchObject({ target5xx: 0, balancer5xx: 0, resets: 1 });
  });

  test('one whose port is closed gives 502, which is no reset', async () => {
    const { balancer, target } = await withTarget();
    target.server.closeAllConnections();
    await new Promise((resolve) => target.server.close(resolve));
    expect(await get(balancer, '/')).toMatchObject({ status: 502 });
    expect(await balancer.counters()).toMatchObject({ balancer5xx: 1, target5xx: 0, resets: 0 });
  });

  test('one that accepts no connection for 10 s gives 504', async () => {
    // A process that listens, stopped: the kernel completes as many connections as the backlog holds.
    const program = `require('net').createServer().listen({ port: 0, host: '${host}', backlog: 1 }, function () {
      console.log(this.address().port); process.kill(process.pid, 'SIGSTOP'); })`;
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    cleanups.push(() => child.kill('SIGKILL'));
    const port = Number(await new Promise((resolve) => child.stdout.once('data', resolve)));
    for (let connections = 0; connections < 2; connections++) {
      const filler = connect(port, host);
      cleanups.push(() => filler.destroy());
      await new Promise<void>((resolve) => filler.once('connect', resolve));
    }
    const balancer = await start();
    await balancer.addTarget('i-1', { host, port });
    await eventually('judged', async () => (await balancer.probes()).get('i-1')?.outcome === 'failed');
    const begin = Date.now();
    expect(await get(balancer, '/')).toMatchObject({ status: 504 });
    expect(Date.now() - begin).toBeGreaterThanOrEqual(9_900);
    expect(await balancer.counters()).toMatchObject({ balancer5xx: 1, resets: 0 });
  });

  test.each([500, 503])('its own %i is passed on and counted as the target’s', async (status) => {
    const { balancer } = await withTarget();
    expect(await get(balancer, `/${status}`)).toMatchObject({ status });
    expect(await balancer.counters()).toMatchObject({
      target5xx: 1,
      balancer5xx: 0,
      resets: 0,
      perTarget: { 'i-1': { requests: 1, http5xx: 1 } },
    });
  });
});

describe('headers', () => {
  test('X-Forwarded-For, -Proto and -Port tell of the client, and the Host has its port (D6)', async () => {
    const { balancer, target } = await withTarget();
    const { port } = balancer.address;
    await get(balancer, '/', { host: 'example.org' });
    expect(target.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(port),
      host: `example.org:${port}`,
    });
    await get(balancer, '/', { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' });
    expect(target.headers).toMatchObject({
      'x-forwarded-for': '203.0.113.7, 127.0.0.1',
      'x-forwarded-proto': 'http',
      host: `127.0.0.1:${port}`,
    });
  });

  test('header names that ELBv2 calls invalid are dropped', async () => {
    const { balancer, target } = await withTarget();
    await get(balancer, '/', { x_user: 'root', 'x.user': 'root', 'x-user': 'me' });
    const names = target.rawHeaders.filter((_, index) => index % 2 === 0);
    expect(names).toContain('x-user');
    expect(names).not.toContain('x_user');
    expect(names).not.toContain('x.user');
  });

  test('more than 30 addresses in X-Forwarded-For are answered with 463 (D9)', async () => {
    const { balancer, target } = await withTarget();
    const addresses = (count: number) => Array.from({ length: count }, (_, i) => `192.0.2.${i}`).join(', ');
    expect(await get(balancer, '/', { 'x-forwarded-for': addresses(30) })).toMatchObject({ status: 200 });
    expect(await get(balancer, '/', { 'x-forwarded-for': addresses(31) })).toMatchObject({ status: 463 });
    expect(target.requests).toBe(1);
  });

  const id = '1-[0-9a-f]{8}-[0-9a-f]{24}';
  const root = 'Root=1-67891233-abcdef012345678912345678';
  test.each([
    { comes: undefined, goes: `^Root=${id}$` },
    { comes: 'CalledFrom=app', goes: `^Root=${id}$` },
    { comes: root, goes: `^Self=${id};${root}$` },
    { comes: `${root};CalledFrom=app`, goes: `^Self=${id};${root};CalledFrom=app$` },
    { comes: `Self=1-1-2;${root}`, goes: `^Self=${id};${root}$` },
    { comes: `${root};Self=1-1-2;Sampled=1`, goes: `^Self=${id};${root};Sampled=1$` },
    { comes: `${root};Long=${'x'.repeat(8000)}`, goes: `^Root=${id}$` },
  ])('X-Amzn-Trace-Id, case %#, has the fields that an ALB gives it (D7)', async ({ comes, goes }) => {
    const { balancer, target } = await withTarget();
    await get(balancer, '/', comes === undefined ? {} : { 'x-amzn-trace-id': comes });
    const trace = String(target.headers['x-amzn-trace-id']);
    expect(trace).toMatch(new RegExp(goes));
    const seconds = Number.parseInt(/1-([0-9a-f]{8})/.exec(trace)?.[1] ?? '', 16);
    expect(Math.abs(Date.now() / 1000 - seconds)).toBeLessThan(10);
  });
});

test('each request is a line of JSON in the log, whatever its path', async () => {
  const options = await balancerOptions();
  const balancer = await startBalancer(options);
  cleanups.push(() => balancer.stop());
  const target = await startTarget();
  await balancer.addTarget('i-1', target.address);
  await up(balancer, 'i-1');
  await get(balancer, '/a"b\\c');
  const lines = () =>
    readFileSync(join(options.directory, 'haproxy.log'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'));
  await eventually('logged', () => lines().length === 1);
  expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
    status: 200,
    uri: '/a"b\\c',
    target: `${host}:${target.address.port}`,
    targetTime: expect.any(Number),
    termination: '--',
  });
});

test('targets come and go under load without one failed request (D2, D3)', async () => {
  const { balancer, target: first } = await withTarget();
  let draining: Target = first;
  const { port } = balancer.address;
  const load = promisify(execFile)('ab', ['-n', '20000', '-c', '50', `http://${host}:${port}/`]);
  let running = true;
  void load.finally(() => {
    running = false;
  });
  let changes = 0;
  for (let n = 2; running || changes < 2; n++) {
    const target = await startTarget();
    await balancer.addTarget(`i-${n}`, target.address);
    await up(balancer, `i-${n}`);
    if (running) await eventually('it serves', () => target.requests > 0 || !running);
    await balancer.drainTarget(`i-${n - 1}`);
    const former = draining;
    await eventually('the drained one has answered all it was given', async () => {
      const { perTarget } = await balancer.counters();
      return former.answered === perTarget[`i-${n - 1}`]?.requests;
    });
    await balancer.removeTarget(`i-${n - 1}`);
    draining = target;
    changes++;
  }
  const { stdout } = await load;
  expect(stdout).toMatch(/Complete requests: +20000/);
  expect(stdout).toMatch(/Failed requests: +0/);
  expect(stdout).not.toMatch(/Non-2xx/);
  const counters = await balancer.counters();
  expect(counters).toMatchObject({ target5xx: 0, balancer5xx: 0, resets: 0 });
  // At its end ab has requests under way that it neither needs nor counts, one per connection at most.
  expect(counters.requests).toBeGreaterThanOrEqual(20_000);
  expect(counters.requests).toBeLessThanOrEqual(20_050);
  const perTarget = Object.values(counters.perTarget).reduce((sum, { requests }) => sum + requests, 0);
  expect(perTarget).toBe(counters.requests);
  expect(Object.keys(counters.perTarget)).toHaveLength(changes + 1);
});

describe('start and stop', () => {
  test('a port in use is refused with its number', async () => {
    const options = await balancerOptions();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(options.listen.port, host, resolve));
    cleanups.push(() => taken.close());
    await expect(startBalancer(options)).rejects.toMatchObject({
      code: 'PortInUse',
      message: expect.stringContaining(String(options.listen.port)),
    });
  });

  test('a second balancer on the same port is refused, and the first goes on', async () => {
    const options = await balancerOptions();
    const balancer = await startBalancer(options);
    cleanups.push(() => balancer.stop());
    const again = { ...(await balancerOptions()), listen: options.listen };
    await expect(startBalancer(again)).rejects.toMatchObject({ code: 'PortInUse' });
    expect(await get(balancer, '/')).toMatchObject({ status: 503 });
  });

  test('a configuration that HAProxy refuses is told with its reason and the log’s place', async () => {
    const options = await balancerOptions({ idleTimeout: 10_000_000_000 });
    await expect(startBalancer(options)).rejects.toMatchObject({
      code: 'BalancerNotStarted',
      message: expect.stringMatching(/timeout client.*haproxy\.log/s),
    });
  });

  test('a program that is not there is told as such', async () => {
    const options = { ...(await balancerOptions()), haproxyBinary: 'no-such-haproxy' };
    await expect(startBalancer(options)).rejects.toMatchObject({ code: 'ProcessNotStarted' });
  });

  test('stop leaves no process, no port and no socket, and later calls say so', async () => {
    const options = await balancerOptions();
    const balancer = await startBalancer(options);
    const socketFolder = readlinkSync(join(options.directory, 'run'));
    expect(existsSync(join(socketFolder, 'admin'))).toBe(true);
    const target = await startTarget();
    await balancer.addTarget('i-1', target.address);
    await Promise.all([balancer.stop(), balancer.stop()]);
    expect(existsSync(socketFolder)).toBe(false);
    await expect(get(balancer, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await Processes.stopRecorded(processRecord(options.directory))).toEqual([]);
    await expect(balancer.probes()).rejects.toMatchObject({ code: 'BalancerStopped' });
  });

  test('a balancer that was killed says that it does not answer', async () => {
    const options = await balancerOptions();
    const balancer = await startBalancer(options);
    cleanups.push(() => balancer.stop());
    await options.processes.stopAll();
    await expect(balancer.counters()).rejects.toMatchObject({ code: 'BalancerUnreachable' });
  });
});
