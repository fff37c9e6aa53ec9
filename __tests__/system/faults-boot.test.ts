/** Faults while an instance boots: alone where it comes to serve, in a group where it must never enter service. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateAutoScalingGroupCommand, UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, StartInstancesCommand } from '@aws-sdk/client-ec2';
import type { FaultKinds } from '../../lab/faults';
import { bakeTrialImage } from '../../lab/trial/bake';
import type { TemplateChange } from '../../lab/trial/launch-template';
import type { TrialInstance } from '../../lab/trial/trial-instance';
import { type FaultFixture, faultFixture } from '../support/fault-fixture';
import type { Outcome } from '../support/fault-table';
import { testFaults } from '../support/fault-tests';
import { eventually } from '../support/lab-fixture';

/** Milliseconds for an instance to serve, and for one to be given up. */
const patience = 90_000;

let fixture: FaultFixture;
let baked: string;
/** Ends what was broken. */
const injected: (() => void)[] = [];

beforeAll(async () => {
  fixture = await faultFixture('instances');
  const { trial } = fixture;
  baked = await bakeTrialImage(trial, () => undefined);
  await fixture.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'web',
      MinSize: 0,
      MaxSize: 1,
      LaunchTemplate: { LaunchTemplateId: trial.template.id, Version: '1' },
      VPCZoneIdentifier: trial.subnets.ids.join(','),
      LifecycleHookSpecificationList: [
        {
          LifecycleHookName: 'launch',
          LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
          DefaultResult: 'ABANDON',
          HeartbeatTimeout: 300,
        },
      ],
    }),
  );
}, 600_000);

afterEach(() => {
  for (const end of injected.splice(0)) end();
});

afterAll(async () => {
  await fixture.stop();
}, 120_000);

/** Until the end of the test, unless it is ended before. */
function broken<Kind extends keyof FaultKinds>(kind: Kind, fault: FaultKinds[Kind]): () => void {
  const end = fixture.trial.lab.faults.inject(kind, fault);
  injected.push(end);
  return end;
}

/** The group's one instance, from the service's launch template but for the change. */
async function launchInGroup({ userData, ...change }: TemplateChange): Promise<TrialInstance> {
  const { trial } = fixture;
  // Long enough to see that it tries again, short enough to see it give up.
  const settings = { RETRY_SECONDS: '4', READY_SECONDS: '20', ...userData?.settings };
  const version = await trial.template.version({ ...change, userData: { ...userData, settings } });
  await resize(1, version);
  await eventually('an instance is launched', () => {
    const failed = fixture.group().activities.find(({ status }) => status === 'Failed');
    if (failed !== undefined) throw new Error(`${failed.description}: ${failed.statusMessage}`);
    return fixture.group().instances.size === 1;
  });
  const [id = ''] = fixture.group().instances.keys();
  return trial.instance(id, '');
}

async function resize(to: number, version?: string): Promise<void> {
  await fixture.autoScaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: 'web',
      DesiredCapacity: to,
      ...(version && {
        LaunchTemplate: { LaunchTemplateId: fixture.trial.template.id, Version: version },
      }),
    }),
  );
}

async function emptyGroup(): Promise<void> {
  await resize(0);
  await eventually(
    'the group is empty',
    () => fixture.group().instances.size + fixture.group().launches.size === 0,
    // A container that is told to stop before its systemd listens doesn't hear it, and is killed after 90 s.
    120_000,
  );
}

function hasServed(id: string): boolean {
  return fixture.events.past.some(
    (event) => event.type === 'instance' && event.instanceId === id && event.state === 'InService',
  );
}

/** Launches one that can't serve, and sees it given up with a reason. */
async function neverServes(
  change: TemplateChange,
  reason: RegExp,
  look: (instance: TrialInstance) => Promise<void> = async () => undefined,
): Promise<void> {
  const instance = await launchInGroup(change);
  try {
    await eventually(`${instance.id} tells why`, async () => reason.test(await instance.console()), patience);
    await look(instance);
    await eventually('its launch is abandoned', () =>
      fixture
        .group()
        .activities.some(
          ({ description, status, statusMessage = '' }) =>
            description.includes(instance.id) &&
            status === 'Cancelled' &&
            statusMessage.includes('abandoned'),
        ),
    );
  } finally {
    await emptyGroup();
  }
  expect(hasServed(instance.id)).toBe(false);
  expect(await instance.console()).toContain('koa-boot: giving the launch up');
}

/** Runs one by itself until it serves, and looks at it. */
async function serves(
  change: TemplateChange,
  look: (instance: TrialInstance) => Promise<void>,
): Promise<void> {
  const { trial } = fixture;
  const instance = await trial.run(change);
  try {
    await instance.firstAnswer('/', patience);
    await look(instance);
  } finally {
    await trial.terminate(instance);
  }
}

/** S3 refuses for so long, from the first refusal on; then the instance serves. */
async function triesAgain(fault: FaultKinds['s3'], seconds: number): Promise<void> {
  const { trial } = fixture;
  const end = broken('s3', fault);
  const instance = await trial.run({});
  try {
    const refused = new RegExp(`koa-boot: s3://\\S+: answered ${fault.status}: .*trying again`);
    await eventually('it is refused', async () => refused.test(await instance.console()), patience);
    await sleep(seconds * 1_000);
    expect(await instance.console()).not.toContain('koa-boot: installed');
    end();
    await instance.firstAnswer('/', patience);
  } finally {
    await trial.terminate(instance);
  }
}

const wrongSum = '0'.repeat(64);

testFaults('faults-boot', {
  'app that throws at start': async () => {
    await neverServes(
      { imageId: baked, userData: { environment: { DRAIN_SECONDS: 'never' } } },
      /koa-boot: failed: the app ended three times .* with exit status 1: .*DRAIN_SECONDS is .*never/,
    );
    return { happened: 'given up after its third end; the app’s own last words on the console' };
  },

  'SHA-256 that does not match': async () => {
    await neverServes(
      { imageId: baked, userData: { settings: { RELEASE_SHA256: wrongSum } } },
      /koa-boot: failed: s3:\/\/\S+ has SHA-256 [0-9a-f]{64} and 0{64} was expected/,
      async (instance) => {
        const kept = await instance.run('ls -A /opt/koa/releases');
        expect(kept).not.toContain(wrongSum);
      },
    );
    return { happened: 'given up at once; both sums on the console' };
  },

  'S3 answers 403 for 20 s': async () => {
    await triesAgain({ status: 403 }, 20);
    return { happened: 'it tries again each second, and serves' };
  },

  'S3 answers 403 for ever': async () => {
    broken('s3', { status: 403 });
    await neverServes({}, /koa-boot: failed: s3:\/\/\S+: answered 403: .*AccessDenied.*gave up after 4 s/);
    return { happened: 'given up when RETRY_SECONDS are over; S3’s answer on the console' };
  },

  'S3 answers 503 for 5 s': async () => {
    await triesAgain({ status: 503 }, 5);
    return { happened: 'it tries again each second, and serves' };
  },

  'the lifecycle call fails for 5 s': async () => {
    const end = broken('lifecycle', { status: 500 });
    const instance = await launchInGroup({ imageId: baked, userData: { settings: { RETRY_SECONDS: '60' } } });
    await eventually(
      'it tries again',
      async () => /lifecycle action: .*trying again/.test(await instance.console()),
      patience,
    );
    expect(hasServed(instance.id)).toBe(false);
    end();
    await eventually('it enters service', () => hasServed(instance.id));
    await emptyGroup();
    return { happened: 'it tries again each second, and enters service' };
  },

  'package archive unreachable': async () => {
    await neverServes(
      {
        userData: {
          bootcmd: ['echo \'Acquire::http::Proxy "http://127.0.0.1:9";\' >/etc/apt/apt.conf.d/99lab'],
        },
      },
      /koa-boot: failed: the packages: E: /,
    );
    return { happened: 'given up when RETRY_SECONDS are over; apt’s reason on the console' };
  },

  'metadata service slow, 3 s for each answer': async () => {
    broken('slow-metadata', { milliseconds: 3_000 });
    await serves({ imageId: baked }, async () => undefined);
    return { happened: 'it waits, and serves' };
  },

  'disk full': async () => {
    await neverServes(
      { userData: { bootcmd: ['mkdir -p /opt/koa && mount -t tmpfs -o size=20m tmpfs /opt/koa'] } },
      /koa-boot: failed: .*; the disk of \/opt\/koa is full/,
    );
    return { happened: 'given up at once; that the disk is full on the console' };
  },

  'boot cut off half way, run again': async () => {
    const { trial } = fixture;
    const instance = await trial.run({});
    const unpacked = 'test -e /var/lib/dpkg/info/nginx-common.list';
    await eventually(
      'it unpacks packages',
      async () => (await instance.attempt(unpacked)).exitCode === 0,
      patience,
    );
    instance.cutPower();
    return cutOff(instance);
  },

  reboot: async () => {
    await serves({ imageId: baked }, async (instance) => {
      const first = await instance.run(
        'cat /proc/sys/kernel/random/boot_id; systemctl show -p UserspaceTimestamp',
      );
      await instance.attempt('systemctl reboot');
      await eventually('it is another boot', async () => {
        const { exitCode, output } = await instance.attempt(
          'cat /proc/sys/kernel/random/boot_id; systemctl show -p UserspaceTimestamp',
        );
        return exitCode === 0 && output !== first;
      });
      await instance.firstAnswer('/', patience);
    });
    return { happened: 'activate runs again, finds everything there, and serves' };
  },
});

async function cutOff(instance: TrialInstance): Promise<Outcome> {
  const { trial } = fixture;
  const InstanceIds = [instance.id];
  await eventually('it is off', async () => {
    const { Reservations = [] } = await trial.clients.ec2.send(new DescribeInstancesCommand({ InstanceIds }));
    return Reservations[0]?.Instances?.[0]?.State?.Name === 'stopped';
  });
  await trial.clients.ec2.send(new StartInstancesCommand({ InstanceIds }));
  const isBooted = 'systemctl is-active cloud-init.target';
  await eventually('it has booted', async () => (await instance.attempt(isBooted)).exitCode === 0, patience);
  // cloud-init runs its last part once for an instance, whatever became of it: on AWS the hook times out. By hand:
  await instance.run('/usr/local/lib/koa/install && systemctl start koa-activate');
  await instance.firstAnswer('/', patience);
  expect(await instance.run('dpkg --audit')).toBe('');
  expect(await instance.run('ls -A /opt/koa/releases /opt/koa/node | grep "^\\." || :')).toBe('');
  expect(await instance.run('ls /usr/sbin/policy-rc.d 2>/dev/null || :')).toBe('');
  await trial.terminate(instance);
  return { happened: 'install goes on where it was, and the instance serves' };
}
