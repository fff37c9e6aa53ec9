import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startBalancer } from '../../lab/balancer/haproxy-balancer';
import { endLab } from '../../lab/host/lock';
import { freePort } from '../../lab/host/ports';
import { shellOn } from '../../lab/machines/inside';
import type { Machine } from '../../lab/machines/machine';
import { kernelPrefix } from '../../lab/network/names';
import { testFolders } from '../../scripts/test-folders';
import { type BootedFixture, bootedFixture, inNamespace, remainsOf, specOf } from '../support/booted-fixture';
import { eventually } from '../support/lab-fixture';
import { rootOnLinux } from '../support/needing';

/** Long enough to make the root file system where no test before has. */
const firstBoot = 240_000;

rootOnLinux.describe('a machine that boots', () => {
  let lab: BootedFixture;
  let machine: Machine;

  beforeAll(async () => {
    lab = bootedFixture();
    machine = await lab.machines.launch(
      specOf('i-0123456789abcdef0', '10.0.16.7', [
        [
          'sh',
          '-c',
          'echo "koa-boot: phase=hello seconds=0.25" && mkdir -p /srv && echo served >/srv/index.html',
        ],
        ['systemd-run', '--unit=web', 'python3', '-m', 'http.server', '80', '--directory', '/srv'],
      ]),
    );
    await eventually('the user data has run', () => answers(machine), firstBoot);
  }, firstBoot);

  afterAll(async () => {
    await machine?.stop();
    await lab?.stop();
  }, 120_000);

  async function answers({ address }: Machine): Promise<boolean> {
    const { host, namespace = '' } = address.call(machine, 80);
    return inNamespace(namespace, 'curl', '-s', `http://${host}/`).then(
      (text) => text === 'served\n',
      () => false,
    );
  }

  /** A command on the machine, as `lab shell` runs it. */
  async function on(instanceId: string, ...command: readonly string[]): Promise<string> {
    const { command: program, args } = shellOn(
      join(lab.directory, 'machines'),
      instanceId,
      command,
      undefined,
    );
    const { stdout } = await promisify(execFile)(program, [...args]);
    return stdout.trim();
  }
  const inside = (...command: readonly string[]) => on(machine.instanceId, ...command);

  test('runs its own systemd with nothing failed, under the host name that EC2 gives', async () => {
    // Waits for the boot to be over, and fails unless all of it went well.
    expect(await inside('systemctl', 'is-system-running', '--wait')).toBe('running');
    expect(await inside('systemctl', 'list-units', '--failed', '--no-legend')).toBe('');
    expect(await inside('hostname')).toBe('ip-10-0-16-7');
  }, 30_000);

  test('tells the phases of its boot on its console', () => {
    const phases = lab.events.past.filter((event) => event.type === 'boot-phase');
    expect(phases.map(({ phase }) => phase)).toEqual(['system', 'hello']);
    expect(phases[0]?.seconds).toBeGreaterThan(0.5);
    expect(phases[1]?.seconds).toBe(0.25);
    expect(readFileSync(machine.console ?? '', 'utf8')).toContain('koa-boot: phase=hello');
  });

  test('has its private address, by which the metadata service knows it', async () => {
    expect(await inside('curl', '-s', 'http://169.254.169.254/latest/meta-data/instance-id')).toBe(
      machine.instanceId,
    );
    expect(await inside('hostname', '-I')).toBe('10.0.16.7');
  });

  test('finds AWS where its environment says, and nothing of the host or beyond', async () => {
    expect(await inside('sh', '-c', 'curl -s "$AWS_ENDPOINT_URL"')).toBe('AWS');
    expect(await inside('systemctl', 'show-environment')).toContain('AWS_ENDPOINT_URL=http://10.0.0.1:4566');
    const port = await freePort();
    for (const url of [`http://127.0.0.1:${port}`, 'http://1.1.1.1', 'http://10.0.0.1:8080']) {
      await expect(inside('curl', '-sS', '--max-time', '2', url)).rejects.toThrow();
    }
  });

  test('reaches the package archives by the proxy, and nothing else by it', async () => {
    const status = (url: string) =>
      inside('curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '--proxy', 'http://10.0.0.1:3128', url);
    expect(await status('http://example.com/')).toBe('403');
    lab.packages.reachable = false;
    expect(await status('http://archive.ubuntu.com/ubuntu/dists/noble/InRelease')).toBe('503');
    await expect(inside('sh', '-c', 'apt-get update --error-on=any 2>&1')).rejects.toMatchObject({
      stdout: expect.stringContaining('503'),
    });
    lab.packages.reachable = true;
  }, 60_000);

  test('is served through the load balancer, which checks it in its own network', async () => {
    const listen = { host: '127.0.0.1', port: await freePort() };
    const balancer = await startBalancer({
      processes: lab.processes,
      haproxyBinary: 'haproxy',
      directory: join(lab.directory, 'balancer'),
      listen,
      namespace: machine.address(80).namespace,
      configuration: {
        loadBalancerName: 'web',
        targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/1',
        targetGroupName: 'web',
        vpcId: 'vpc-0123456789abcdef0',
        healthCheck: {
          path: '/',
          interval: 5,
          timeout: 2,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
          matcher: '200',
        },
        algorithm: 'round_robin',
        idleTimeout: 60,
      },
    });
    try {
      await balancer.addTarget(machine.instanceId, machine.address(80));
      await eventually('the target is healthy', async () =>
        [...(await balancer.probes()).values()].some(({ up }) => up),
      );
      expect(await (await fetch(`http://127.0.0.1:${listen.port}/`)).text()).toBe('served\n');
    } finally {
      await balancer.stop();
    }
  });

  test('takes what CPU it can get while it boots, and its share and no more once it is in service', async () => {
    await machine.capCpu?.();
    await inside('systemd-run', '--unit=busy', 'sh', '-c', 'while :; do :; done');
    try {
      const before = { at: process.hrtime.bigint(), seconds: await machine.cpuSeconds() };
      await sleep(4_000);
      const seconds = (await machine.cpuSeconds()) - before.seconds;
      const share = seconds / (Number(process.hrtime.bigint() - before.at) / 1e9);
      // Two vCPUs of a quarter of a core each; on a busy host it may get less.
      expect(machine.capacity).toBe(0.5);
      expect(share).toBeLessThan(0.55);
      expect(share).toBeGreaterThan(0.2);
    } finally {
      await inside('systemctl', 'stop', 'busy');
    }
  });

  test('comes back from a reboot as the same machine', async () => {
    const bootId = () =>
      inside('sh', '-c', 'systemctl show -P UserspaceTimestampMonotonic && cat /srv/index.html');
    const before = await bootId();
    await inside('systemctl', 'reboot').catch(() => undefined);
    await eventually('it runs again', async () => {
      const now = await bootId().catch(() => before);
      return now !== before && now.endsWith('served');
    });
  }, 60_000);

  test('keeps its disk when it is powered off, and others boot from an image of it', async () => {
    const template = await lab.machines.launch(
      specOf('i-0123456789abcdef1', '10.0.16.8', [
        ['sh', '-c', 'echo installed >/srv/state'],
        ['systemctl', 'poweroff'],
      ]),
    );
    expect(await template.ended).toMatchObject({ poweredOff: true });
    await lab.machines.freezeImage(template.instanceId, 'ami-0123456789abcdef0');
    await template.stop();

    const spec = specOf('i-0123456789abcdef2', '10.0.16.9', []);
    const baked = await lab.machines.launch({ ...spec, imageId: 'ami-0123456789abcdef0' });
    try {
      await eventually('it runs', () =>
        on(baked.instanceId, 'cat', '/srv/state').then(
          (state) => state === 'installed',
          () => false,
        ),
      );
    } finally {
      await baked.stop();
    }
  }, 120_000);

  test('no image is made of one that runs', async () => {
    await expect(lab.machines.freezeImage(machine.instanceId, 'ami-0123456789abcdef1')).rejects.toMatchObject(
      {
        code: 'ImageNotMade',
        message: expect.stringContaining('still runs'),
      },
    );
  });

  test('that crashes says so and where to look', async () => {
    const crashing = await lab.machines.launch(specOf('i-0123456789abcdef3', '10.0.16.10', []));
    await eventually('it runs', () =>
      on(crashing.instanceId, 'true').then(
        () => true,
        () => false,
      ),
    );
    const record = readFileSync(join(lab.directory, 'machines', crashing.instanceId, 'machine.json'), 'utf8');
    process.kill((JSON.parse(record) as { process: { pid: number } }).process.pid, 'SIGKILL');
    const { reason } = await crashing.ended;
    expect(reason).toContain('SIGKILL');
    expect(reason).toContain('console.log');
    await crashing.stop();
  }, 60_000);

  test('leaves nothing on the host when it is stopped, not even what somebody runs on it', async () => {
    const underWay = inside('sleep', 'infinity').then(
      () => 'done',
      () => 'cut off',
    );
    await eventually('it is under way', async () => (await inside('pgrep', '-c', 'sleep')) === '1');
    await machine.stop();
    expect(await underWay).toBe('cut off');
    await lab.machines.stop();
    expect(remainsOf(lab)).toEqual([]);
  }, 120_000);
});

rootOnLinux.describe('a lab that was killed', () => {
  /** @param args a folder of its own is the test folders' unless it is given */
  async function killedLab(...args: string[]): Promise<string> {
    const program = spawn(
      process.execPath,
      ['--require', 'tsx/cjs', join(__dirname, '..', 'support', 'boot-and-wait.ts'), ...args],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [output] = await once(program.stdout.setEncoding('utf8'), 'data');
    program.kill('SIGKILL');
    await once(program, 'exit');
    const directory = String(output).trim();
    const left = remainsOf({ directory, prefix: kernelPrefix(directory) }).map((what) => what.split(' ')[0]);
    expect(left).toEqual(expect.arrayContaining(['process', 'namespace', 'control']));
    return directory;
  }

  test(
    'leaves machines, networks and control groups, which the next command takes away',
    async () => {
      const directory = await killedLab(testFolders.make('booted'));
      const ended = await endLab(directory, 1_000);
      expect(ended).toEqual(expect.arrayContaining(['i-0123456789abcdef9']));
      expect(remainsOf({ directory, prefix: kernelPrefix(directory) })).toEqual([]);
      testFolders.remove(directory);
    },
    firstBoot,
  );

  test(
    'in a test is taken away by the next run of tests',
    async () => {
      const directory = await killedLab();
      expect(await testFolders.endAbandoned()).toContain('i-0123456789abcdef9');
      expect(remainsOf({ directory, prefix: kernelPrefix(directory) })).toEqual([]);
      expect(existsSync(directory)).toBe(false);
    },
    firstBoot,
  );
});
