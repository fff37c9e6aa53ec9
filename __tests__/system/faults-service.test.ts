/** Faults of a service at work: one instance in its group, behind the load balancer, under load. */
import {
  SetDesiredCapacityCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TrialInstance } from '../../lab/trial/trial-instance';
import { type FaultFixture, faultFixture } from '../support/fault-fixture';
import type { Outcome } from '../support/fault-table';
import { testFaults } from '../support/fault-tests';
import { eventually } from '../support/lab-fixture';
import { type Answer, Load, type LoadOptions } from '../support/load';

/** Of the load. */
const clients = 8;
const workers = ['koa@1.service', 'koa@2.service'] as const;
let fixture: FaultFixture;
let url: string;
let instance: TrialInstance;

beforeAll(async () => {
  fixture = await faultFixture('everything');
  const { lab, clients } = fixture.trial;
  // The load is part of the tests; what it makes of the CPU is not.
  await fixture.autoScaling.send(
    new SuspendProcessesCommand({ AutoScalingGroupName: 'web', ScalingProcesses: ['AlarmNotification'] }),
  );
  const { LoadBalancers: [balancer] = [] } = await clients.elbv2.send(new DescribeLoadBalancersCommand({}));
  url = lab.urlOf(balancer?.DNSName ?? '') ?? '';
  instance = await instanceNamed([...fixture.group().instances.keys()][0] ?? '');
}, 600_000);

beforeEach(() => eventually('the service is whole', isWhole, 90_000), 100_000);

afterAll(async () => {
  await fixture.stop();
}, 120_000);

async function instanceNamed(id: string): Promise<TrialInstance> {
  const { trial } = fixture;
  const { Reservations = [] } = await trial.clients.ec2.send(
    new DescribeInstancesCommand({ InstanceIds: [id] }),
  );
  return trial.instance(id, Reservations[0]?.Instances?.[0]?.PrivateIpAddress ?? '');
}

function targetState(id: string): string | undefined {
  const [targets] = fixture.trial.lab.region.targetGroups.values();
  return [...(targets?.values() ?? [])].find((target) => target.id === id)?.state;
}

async function isWhole(): Promise<boolean> {
  const ready = workers.map((_, index) => `/run/koa/worker-${index + 1}/ready`).join(' ');
  const { exitCode } = await instance.attempt(
    `systemctl is-active nginx ${workers.join(' ')} && ls ${ready}`,
  );
  return exitCode === 0 && targetState(instance.id) === 'healthy' && (await fetch(url)).status === 200;
}

const isServed = ({ status }: Answer) => status >= 200 && status < 300;

/** Load around a fault; it ends some answers after the fault is over. */
async function under(
  options: Pick<LoadOptions, 'path'> & Partial<LoadOptions>,
  fault: (load: Load) => Promise<void>,
): Promise<readonly Answer[]> {
  const load = new Load({ url, concurrency: clients, ...options });
  try {
    await load.answered(50);
    await fault(load);
    await load.answered(50);
  } finally {
    await load.stop();
  }
  return load.answers;
}

/** None is lost. */
function countOf(answers: readonly Answer[]) {
  expect(answers.filter((answer) => !isServed(answer))).toEqual([]);
  return { failed: 0, of: answers.length };
}

/**
 * A kill takes its time: the kernel frees a process's memory before it closes its connections, and what comes in by
 * one of them meanwhile is lost with it. So in flight is what each client had asked when they closed, and no client
 * loses a second request.
 */
function countOfKill(answers: readonly Answer[]) {
  const losers = answers.filter((answer) => !isServed(answer)).map(({ client }) => client);
  expect(losers).toEqual([...new Set(losers)]);
  return { failed: losers.length, of: answers.length, inFlight: clients };
}

/** Milliseconds: several workers do not close their connections at one moment. */
const untilClosed = 250;

async function processesOf(units: readonly string[]): Promise<string[]> {
  const show = units.map((unit) => `systemctl show --value -p MainPID ${unit}`);
  return (await instance.run(show.join('\n'))).split('\n');
}

/** POSTs under which processes are killed, and not one of them carried out twice. */
async function killedUnderPosts(units: readonly string[], happened: string): Promise<Outcome> {
  const since = await instance.run('journalctl --no-pager -n 0 --show-cursor -q | cut -d " " -f 3-');
  const answers = await under(
    { method: 'POST', path: (id) => `/orders/${id}`, pauseAfterLoss: untilClosed },
    async () => {
      const kill = await Promise.all(units.map((unit) => instance.killer(unit)));
      const before = await processesOf(units);
      for (const each of kill) each('SIGKILL');
      await eventually('systemd has seen it', async () => {
        const now = await processesOf(units);
        return now.every((process, index) => process !== before[index]);
      });
      await eventually('the service is whole', isWhole);
    },
  );
  const journal = await instance.run(`journalctl --no-pager -o cat -u 'koa@*' --after-cursor='${since}'`);
  const orders = [...journal.matchAll(/"order":(\d+)/g)].map(([, id]) => Number(id));
  expect(orders.length).toBe(new Set(orders).size);
  const taken = answers.filter(isServed).map(({ id }) => id);
  expect(taken.filter((id) => !orders.includes(id))).toEqual([]);
  return { happened, requests: countOfKill(answers) };
}

testFaults('faults-service', {
  'one worker killed with -9': () =>
    killedUnderPosts([workers[0]], 'systemd starts it again; the other one serves meanwhile'),

  'all workers killed with -9 at once': () =>
    killedUnderPosts(workers, 'systemd starts them again; requests wait in the socket meanwhile'),

  'nginx killed with -9': () =>
    killedUnderPosts(['nginx.service'], 'systemd starts it again; connections wait in the socket meanwhile'),

  'all workers restarted': async () => {
    const answers = await under({ path: () => '/' }, async () => {
      await instance.run(`systemctl restart ${workers.join(' ')}`);
      await eventually('the service is whole', isWhole);
    });
    return { happened: 'each drains, and starts again', requests: countOf(answers) };
  },

  'the first worker in a crash loop, then mended': async () => {
    const dropIn = '/run/systemd/system/koa@1.service.d/crash.conf';
    const answers = await under({ path: () => '/worker' }, async (load) => {
      await instance.run(`mkdir -p $(dirname ${dropIn})
        printf '[Service]\\nEnvironment=DRAIN_SECONDS=never\\n' >${dropIn}
        systemctl daemon-reload; systemctl restart koa@1.service || :`);
      await eventually('it has crashed five times', async () => {
        const restarts = await instance.run('systemctl show --value -p NRestarts koa@1.service');
        return Number(restarts) >= 5;
      });
      await instance.run(`rm ${dropIn}; systemctl daemon-reload`);
      await eventually('the service is whole', isWhole);
      const before = load.answers.length;
      await eventually('every worker serves', () => {
        const serving = new Set(load.answers.slice(before).map(({ body }) => body));
        return workers.every((_, index) => serving.has(String(index + 1)));
      });
    });
    return {
      happened: 'the other worker serves; systemd tries each second; mended, both serve',
      requests: countOf(answers),
    };
  },

  'a broken release activated': async () => {
    const current = await instance.run('readlink /opt/koa/current');
    const answers = await under({ path: () => '/' }, async () => {
      const { exitCode, output } = await instance.attempt(`
        cd /opt/koa/releases && cp -a "$(basename "$(readlink ../current)")" broken
        echo 'throw new Error("no database to be found");' >broken/app.cjs
        /usr/local/lib/koa/activate broken`);
      expect(exitCode).toBe(1);
      expect(output).toContain('no database to be found');
      expect(output).toMatch(
        /failed: release broken did not get ready; [0-9a-f]{64} serves again: .* 1: Error: no database to be found/,
      );
    });
    expect(await instance.run('readlink /opt/koa/current')).toBe(current);
    await instance.run('rm -r /opt/koa/releases/broken');
    return { happened: 'activate tells why, and goes back', requests: countOf(answers) };
  },

  'event loop blocked for 5 s': async () => {
    const answers = await under({ path: () => '/' }, async () => {
      expect((await fetch(`${url}/busy/5000`)).status).toBe(200);
    });
    expect(fixture.group().instances.get(instance.id)?.state).toBe('InService');
    return {
      happened: 'the other worker serves; who waits for this one is answered',
      requests: countOf(answers),
    };
  },

  overload: async () => {
    const answers = await under({ path: () => '/busy/100', concurrency: 64, pause: 0 }, async (load) => {
      const isShed = ({ status }: Answer) => status === 503;
      await eventually('requests are shed', () => load.answers.some(isShed), 60_000);
    });
    const shed = answers.filter(({ headers }) => headers['retry-after'] !== undefined);
    expect(new Set(shed.map(({ status }) => status))).toEqual(new Set([503]));
    await eventually('the service is whole', isWhole, 60_000);
    expect(fixture.group().instances.get(instance.id)?.state).toBe('InService');
    expect([...fixture.group().instances.keys()]).toEqual([instance.id]);
    const others = answers.filter((answer) => !shed.includes(answer));
    return {
      happened: 'it sheds, and goes on in service; no other request fails',
      requests: countOf(others),
    };
  },

  'memory over the limit': async () => {
    const limit = 's/--max-old-space-size=[0-9]*/--max-old-space-size=48/';
    await instance.run(`cp /run/koa/environment /run/koa/environment.kept
      sed -i ${limit} /run/koa/environment; systemctl restart ${workers.join(' ')}`);
    await eventually('the service is whole', isWhole);
    const answers = await under({ path: () => '/' }, async () => {
      expect((await fetch(`${url}/leak`)).status).toBe(502);
      await eventually('the service is whole', isWhole);
    });
    await instance.run(
      `mv /run/koa/environment.kept /run/koa/environment; systemctl restart ${workers.join(' ')}`,
    );
    return { happened: 'the worker ends, and systemd starts it again', requests: countOfKill(answers) };
  },

  'SIGTERM under load': async () => {
    await fixture.autoScaling.send(
      new SetDesiredCapacityCommand({ AutoScalingGroupName: 'web', DesiredCapacity: 2 }),
    );
    await eventually(
      'a second instance serves',
      () =>
        fixture.group().instances.size === 2 &&
        [...fixture.group().instances.keys()].every((id) => targetState(id) === 'healthy'),
      120_000,
    );
    const leaving = instance.id;
    const answers = await under({ path: () => '/' }, async () => {
      await fixture.autoScaling.send(
        new TerminateInstanceInAutoScalingGroupCommand({
          InstanceId: leaving,
          ShouldDecrementDesiredCapacity: true,
        }),
      );
      await eventually('it is gone', () => !fixture.group().instances.has(leaving), 120_000);
    });
    instance = await instanceNamed([...fixture.group().instances.keys()][0] ?? '');
    return { happened: 'it drains through the target group, then gets SIGTERM', requests: countOf(answers) };
  },
});
