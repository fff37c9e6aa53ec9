import { deregisterTarget, registerTarget, type TargetGroups } from '../../lab/autoscaling/targets';
import { DataPlanes } from '../../lab/balancer/data-planes';
import type { Compute } from '../../lab/cloud/compute';
import type { LoadBalancing } from '../../lab/cloud/load-balancing';
import { ControlLoop } from '../../lab/control-loop';
import type { NewLabEvent } from '../../lab/events';
import { MachineFleet } from '../../lab/machines/fleet';
import type { LaunchAnswer, Machine, MachineSpec } from '../../lab/machines/machine';
import { Pace } from '../../lab/pace';
import { eventually } from '../support/lab-fixture';

const nothing: LoadBalancing = { dataPlanes: new Map(), targetGroups: new Map() };

function fakeMachine(instanceId: string, launchAnswer?: Promise<LaunchAnswer>): Machine {
  let end: (reason: object) => void = () => undefined;
  const ended = new Promise<object>((resolve) => {
    end = resolve;
  });
  const stop = async () => end({});
  return { instanceId, ended, launchAnswer, stop, powerOff: stop } as unknown as Machine;
}

/** The loop with an EC2 and an ELBv2 of which the test says what they answer. */
function setUp() {
  const events: NewLabEvent[] = [];
  const emit = (event: NewLabEvent) => void events.push(event);
  const world = {
    loadBalancing: nothing,
    descriptions: 0,
    /** Resolves, and ELBv2 answers. */
    description: Promise.resolve(),
    terminated: [] as string[],
    running: new Set<string>(),
    refuseTermination: 0,
    refuseStart: false,
    refuseDescription: 0,
    /** Resolves, and a launch that EC2 was asked for is answered. */
    launch: Promise.resolve(),
    /** What each machine will say to the launch hook; without, it says nothing. */
    launchAnswer: undefined as ((instanceId: string) => Promise<LaunchAnswer>) | undefined,
  };
  let ids = 0;
  const compute = {
    subnets: async (names: string[]) => names.map((id) => ({ id, zone: 'us-east-1a' })),
    launchTemplate: async () => ({ id: 'lt-1', name: 'web', version: '1' }),
    run: async () => {
      await world.launch;
      ids += 1;
      const id = `i-${ids}`;
      world.running.add(id);
      return {
        launched: {
          id,
          instanceType: 't3.micro',
          imageId: 'ami-1',
          launchTemplate: { id: 'lt-1', name: 'web', version: '1' },
        },
        spec: { instanceId: id } as MachineSpec,
      };
    },
    terminate: async (id: string) => {
      if (world.refuseTermination-- > 0) throw new Error('EC2 does not answer');
      world.running.delete(id);
      world.terminated.push(id);
    },
    stop: async (id: string) => void world.running.delete(id),
    start: async (id: string) => {
      if (world.refuseStart) throw new Error('EC2 starts nothing');
      world.running.add(id);
    },
    running: async () => world.running,
  } as unknown as Compute;
  const fleet = new MachineFleet(
    {
      kind: 'process',
      launch: async ({ instanceId }) => fakeMachine(instanceId, world.launchAnswer?.(instanceId)),
    },
    emit,
    () => loop.wake(),
  );
  const region = {
    name: 'us-east-1',
    accountId: '123456789012',
    groups: new Map(),
    targetGroups: new Map() as TargetGroups,
    alarms: new Map(),
  };
  const loop: ControlLoop = new ControlLoop({
    region,
    compute,
    alarmStates: async () => new Map(),
    describeLoadBalancing: async () => {
      world.descriptions += 1;
      await world.description;
      if (world.refuseDescription-- > 0) throw new Error('ELBv2 does not answer');
      return world.loadBalancing;
    },
    fleet,
    dataPlanes: new DataPlanes(
      async () => {
        throw new Error('no balancer is asked for');
      },
      () => undefined,
    ),
    pace: new Pace(1),
    emit,
  });
  const create = (desired: number) =>
    loop.answer('CreateAutoScalingGroup', {
      AutoScalingGroupName: 'web',
      MinSize: '0',
      MaxSize: '2',
      DesiredCapacity: String(desired),
      LaunchTemplate: { LaunchTemplateId: 'lt-1' },
      VPCZoneIdentifier: 'subnet-a',
    });
  const states = () =>
    [...(region.groups.get('web')?.instances.values() ?? [])].map(({ state }: { state: string }) => state);
  const told = (text: string) =>
    events.filter((event) => event.type === 'notice' && event.text.includes(text)).length;
  return { loop, world, fleet, region, create, states, told, events };
}

let stop: (() => Promise<void>) | undefined;
afterEach(async () => stop?.());

function started() {
  const all = setUp();
  stop = () => all.loop.stop();
  all.loop.start();
  return all;
}

test('an instance is launched, serves, and ends in EC2 and as a machine', async () => {
  const { loop, world, fleet, create, states } = started();
  await create(1);
  await eventually('it serves', () => states().join() === 'InService');
  await loop.answer('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '0' });
  await eventually('it is gone', () => states().length === 0);
  expect(world.terminated).toEqual(['i-1']);
  await eventually('it is forgotten', () => fleet.states.size === 0);
});

test('a termination that EC2 does not take is ordered again, and told once', async () => {
  const { loop, world, create, states, told } = started();
  await create(1);
  await eventually('it serves', () => states().join() === 'InService');
  world.refuseTermination = 3;
  await loop.answer('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '0' });
  await eventually('it is gone', () => states().length === 0);
  expect(world.terminated).toEqual(['i-1']);
  expect(told('EC2 does not answer')).toBeGreaterThan(0);
});

test('what ELBv2 does not answer is asked again; the same failure turn after turn is told once', async () => {
  const { loop, world, create, states, told } = setUp();
  stop = () => loop.stop();
  world.refuseDescription = 3;
  loop.start();
  await create(1);
  await eventually('it serves', () => states().join() === 'InService');
  expect(world.refuseDescription).toBeLessThan(0);
  expect(told('ELBv2 does not answer')).toBe(1);
});

test('a group that is deleted by force goes with its last instance', async () => {
  const { loop, region, create, states } = started();
  await create(2);
  await eventually('they serve', () => states().join() === 'InService,InService');
  await loop.answer('DeleteAutoScalingGroup', { AutoScalingGroupName: 'web', ForceDelete: 'true' });
  await eventually('the group is gone', () => region.groups.size === 0);
});

test('an instance that somebody ended in EC2 is replaced', async () => {
  const { loop, world, create, states } = started();
  await create(1);
  await eventually('it serves', () => states().join() === 'InService');
  world.running.delete('i-1');
  loop.noticeWrite('ec2');
  await eventually('another serves', () => world.running.has('i-2') && states().join() === 'InService');
});

test('what is asked for during a turn has the next one at once', async () => {
  jest.useFakeTimers();
  try {
    const { loop, world } = started();
    let answer: () => void = () => undefined;
    world.description = new Promise((resolve) => {
      answer = resolve;
    });
    await jest.advanceTimersByTimeAsync(0);
    expect(world.descriptions).toBe(1);
    loop.noticeWrite('elasticloadbalancing');
    answer();
    await jest.advanceTimersByTimeAsync(0);
    expect(world.descriptions).toBe(2);
  } finally {
    await stop?.();
    jest.useRealTimers();
  }
});

test('a target group that was made a moment ago is there for who names it; one that was not made is refused', async () => {
  const { loop, world, region } = started();
  await eventually('a first look', () => world.descriptions > 0);
  const arn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1';
  const group = { port: 80, deregistrationDelay: 0, dimension: 'targetgroup/web/1' };
  world.loadBalancing = { dataPlanes: new Map(), targetGroups: new Map([[arn, group]]) };
  loop.noticeWrite('elasticloadbalancing');
  const create = (name: string, target: string) =>
    loop.answer('CreateAutoScalingGroup', {
      AutoScalingGroupName: name,
      MinSize: '0',
      MaxSize: '1',
      LaunchTemplate: { LaunchTemplateId: 'lt-1' },
      VPCZoneIdentifier: 'subnet-a',
      TargetGroupARNs: [target],
    });
  await create('web', arn);
  await expect(create('other', 'arn:aws:nonsense')).rejects.toThrow(
    /Target Groups may not be valid.*nonsense/,
  );
  await expect(
    loop.answer('AttachLoadBalancerTargetGroups', {
      AutoScalingGroupName: 'web',
      TargetGroupARNs: ['arn:aws:nonsense'],
    }),
  ).rejects.toThrow(/nonsense/);
  expect([...region.groups.keys()]).toEqual(['web']);
});

test('a target is gone when its deregistration delay is over', async () => {
  const { loop, region } = started();
  registerTarget(region.targetGroups, 'arn', 'i-1', 80);
  for (const target of region.targetGroups.get('arn')?.values() ?? []) target.state = 'healthy';
  deregisterTarget(region.targetGroups, 'arn', 'i-1', Date.now(), 0);
  loop.wake();
  await eventually('it is gone', () => region.targetGroups.get('arn')?.size === 0);
});

test('it ends only when the launches under way have ended', async () => {
  const { loop, world, region, create } = started();
  let answer: () => void = () => undefined;
  world.launch = new Promise((resolve) => {
    answer = resolve;
  });
  await create(1);
  await eventually('the launch is under way', () => region.groups.get('web')?.launches.size === 1);
  let stopped = false;
  const stopping = loop.stop().then(() => {
    stopped = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(stopped).toBe(false);
  answer();
  await stopping;
  expect(world.running).toEqual(new Set(['i-1']));
});

describe('a launch hook that machines answer through the lab', () => {
  const hook = { group: 'web', hook: 'launch' };
  const createWithHook = (loop: ControlLoop) =>
    loop.answer('CreateAutoScalingGroup', {
      AutoScalingGroupName: 'web',
      MinSize: '1',
      MaxSize: '2',
      LaunchTemplate: { LaunchTemplateId: 'lt-1' },
      VPCZoneIdentifier: 'subnet-a',
      LifecycleHookSpecificationList: [
        { LifecycleHookName: 'launch', LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING' },
      ],
    });

  test('keeps an instance out of service until its machine says that it serves', async () => {
    const { loop, world, states } = started();
    let serve: () => void = () => undefined;
    world.launchAnswer = () =>
      new Promise((resolve) => {
        serve = () => resolve({ ...hook, result: 'CONTINUE' });
      });
    await createWithHook(loop);
    await eventually('it waits', () => states().join() === 'Pending:Wait');
    serve();
    await eventually('it serves', () => states().join() === 'InService');
  });

  test('takes an answer that comes before the instance waits', async () => {
    const { loop, world, states } = started();
    world.launchAnswer = async () => ({ ...hook, result: 'CONTINUE' });
    await createWithHook(loop);
    await eventually('it serves', () => states().join() === 'InService');
  });

  test('is not completed by an answer for another hook or another group', async () => {
    const { loop, world, fleet, states } = started();
    world.launchAnswer = async () => ({ group: 'other', hook: 'launch', result: 'CONTINUE' });
    await createWithHook(loop);
    await eventually('it is answered', () => fleet.launchAnswer('i-1') !== undefined);
    await eventually('it waits', () => states().join() === 'Pending:Wait');
    await loop.answer('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '2' });
    await eventually('both wait', () => states().join() === 'Pending:Wait,Pending:Wait');
  });

  test('has an instance that gives up replaced by another one', async () => {
    const { loop, world, states, events } = started();
    world.launchAnswer = async (id) =>
      id === 'i-1'
        ? { ...hook, result: 'ABANDON', reason: '/readyz answered 503' }
        : { ...hook, result: 'CONTINUE' };
    await createWithHook(loop);
    await eventually('the first is gone', () => world.terminated.includes('i-1'));
    await eventually('the second serves', () => states().join() === 'InService');
    expect(world.running).toEqual(new Set(['i-2']));
    expect(events.filter(({ type }) => type === 'machine-failure')).toEqual([
      { type: 'machine-failure', instanceId: 'i-1', reason: '/readyz answered 503' },
    ]);
  });

  test('tells of one that gives up by a call of the API, too', async () => {
    const { loop, states, events } = started();
    await createWithHook(loop);
    await eventually('it waits', () => states().join() === 'Pending:Wait');
    await loop.answer('CompleteLifecycleAction', {
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'launch',
      InstanceId: 'i-1',
      LifecycleActionResult: 'ABANDON',
    });
    expect(events.filter(({ type }) => type === 'machine-failure')).toEqual([
      { type: 'machine-failure', instanceId: 'i-1', reason: expect.stringContaining('did not say') },
    ]);
  });
});

describe('B19: an instance of the warm pool', () => {
  async function pooled() {
    const all = started();
    await all.create(1);
    await all.loop.answer('PutWarmPool', { AutoScalingGroupName: 'web' });
    await eventually('it is stopped', () => all.states().join() === 'InService,Warmed:Stopped');
    return all;
  }

  test('is stopped in EC2 and as a machine, and stays so whatever else is written; started, it serves', async () => {
    const { loop, world, fleet, states } = await pooled();
    await eventually('EC2 has stopped it', () => !world.running.has('i-2'));
    loop.noticeWrite('ec2');
    await eventually('another look was had', () => fleet.states.get('i-2') === 'stopped');
    await loop.answer('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '2' });
    await eventually('it serves', () => states().join() === 'InService,InService');
    expect(world.running.has('i-2')).toBe(true);
    expect(world.terminated).toEqual([]);
  });

  test('that EC2 does not start is terminated and replaced', async () => {
    const { loop, world, states, told } = await pooled();
    world.refuseStart = true;
    await loop.answer('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '2' });
    await eventually(
      'another serves',
      () => world.running.has('i-3') && states().join() === 'InService,InService',
    );
    expect(world.terminated).toEqual(['i-2']);
    expect(told('EC2 starts nothing')).toBe(1);
  });
});
