/** Instance refreshes beside all else that a group does: standby, warm pool, weights, hooks, health, size. */
import { type InstanceRefresh, wantedCapacity } from '../../lab/autoscaling/refresh/refresh';
import type { QueryInput } from '../../lab/gateway/query-protocol';
import { Account } from './account';

const group = { AutoScalingGroupName: 'web' };
const launchFirst = { MinHealthyPercentage: '100', MaxHealthyPercentage: '110' };

function latest(account: Account): InstanceRefresh {
  const [refresh] = account.group().refreshes;
  if (refresh === undefined) throw new Error('no refresh');
  return refresh;
}

function start(account: Account, Preferences: QueryInput): void {
  account.facts = {
    ...account.facts,
    launchTemplate: { id: 'lt-1', name: 'web', version: '2' },
  };
  account.call('UpdateAutoScalingGroup', { ...group, LaunchTemplate: { LaunchTemplateId: 'lt-1' } });
  account.call('StartInstanceRefresh', { ...group, Preferences });
  account.settle();
}

/** Seconds pass, a few at a time; says the fewest units that were in service and warm. */
function pass(account: Account, seconds: number): number {
  let fewest = Number.POSITIVE_INFINITY;
  for (let passed = 0; passed < seconds; passed += 5) {
    account.advance(5);
    account.settle();
    const warm = account
      .instances('InService')
      .filter(({ inServiceAt = account.now }) => account.now >= inServiceAt + 60_000);
    const units = warm.reduce((sum, { weight = 1 }) => sum + weight, 0);
    fewest = Math.min(fewest, units);
  }
  return fewest;
}

describe('C1: an instance in standby', () => {
  function withStandby(): { account: Account; id: string } {
    const account = new Account();
    account.serving(2);
    const { id } = account.instance();
    account.call('EnterStandby', { ...group, InstanceIds: [id], ShouldDecrementDesiredCapacity: 'true' });
    account.settle();
    account.advance(60);
    account.settle();
    expect(account.group().instances.get(id)?.state).toBe('Standby');
    return { account, id };
  }

  test.each([
    ['Ignore', 'Successful', 100, true],
    ['Terminate', 'Successful', 100, false],
    ['Wait', 'InProgress', 50, true],
  ])('told to %s', (StandbyInstances, status, percentageComplete, stays) => {
    const { account, id } = withStandby();
    start(account, { ...launchFirst, StandbyInstances });
    pass(account, 400);
    expect(latest(account)).toMatchObject({ status, percentageComplete });
    expect(account.group().instances.has(id)).toBe(stays);
  });

  test('is replaced once it is back in service', () => {
    const { account, id } = withStandby();
    start(account, { ...launchFirst, StandbyInstances: 'Wait' });
    pass(account, 300);
    expect(latest(account).statusReason).toContain(`${id} is in Standby`);
    account.call('ExitStandby', { ...group, InstanceIds: [id] });
    pass(account, 400);
    expect(latest(account).status).toBe('Successful');
    expect(account.group().instances.has(id)).toBe(false);
    expect(account.instances('InService')).toHaveLength(2);
  });
});

test('B19: what waits in a warm pool is replaced after what serves', () => {
  const account = new Account();
  account.serving(1, 50, { MaxSize: '2' });
  account.call('PutWarmPool', { ...group, PoolState: 'Running' });
  account.settle();
  expect(account.instances('Warmed:Running')).toHaveLength(1);
  const before = account.instances().map(({ id }) => id);
  start(account, launchFirst);
  expect(account.instances('Warmed:Running').map(({ id }) => id)).toEqual(
    before.filter((id) => account.group().instances.get(id)?.state === 'Warmed:Running'),
  );
  pass(account, 400);
  expect(latest(account).status).toBe('Successful');
  const versions = account.instances().map(({ state, launchTemplate }) => [state, launchTemplate.version]);
  expect(versions.sort()).toEqual([
    ['InService', '2'],
    ['Warmed:Running', '2'],
  ]);
});

test.each<[QueryInput]>([[launchFirst], [{ MinHealthyPercentage: '50' }], [{}]])(
  'B20: instances that count for more than one are replaced within the bounds, in units (%j)',
  (Preferences) => {
    const account = new Account();
    account.call('CreateAutoScalingGroup', {
      ...group,
      MinSize: '0',
      MaxSize: '20',
      DesiredCapacity: '8',
      VPCZoneIdentifier: 'subnet-a,subnet-b,subnet-c',
      DefaultInstanceWarmup: '60',
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: { LaunchTemplateName: 'web' },
          Overrides: [{ InstanceType: 't3.large', WeightedCapacity: '4' }],
        },
      },
    });
    account.settle();
    account.advance(120);
    account.settle();
    const before = account.instances('InService').map(({ id }) => id);
    expect(before).toHaveLength(2);
    account.call('StartInstanceRefresh', { ...group, Preferences });
    account.settle();
    const launchesFirst = 'MaxHealthyPercentage' in Preferences;
    expect(wantedCapacity(account.group())).toBe(launchesFirst ? 12 : 8);
    const fewest = pass(account, 900);
    expect(latest(account)).toMatchObject({ status: 'Successful', percentageComplete: 100 });
    expect(account.instances('InService')).toHaveLength(2);
    expect(account.instances().some(({ id }) => before.includes(id))).toBe(false);
    expect(fewest).toBe(launchesFirst ? 8 : 4);
  },
);

const hook = { ...group, LifecycleHookName: 'boot' };

test('C4: a replacement that waits at its launch hook takes no place, and the old one serves on', () => {
  const account = new Account();
  account.serving(1);
  const { id } = account.instance();
  account.call('PutLifecycleHook', {
    ...hook,
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    HeartbeatTimeout: '3600',
  });
  start(account, launchFirst);
  pass(account, 600);
  expect(latest(account)).toMatchObject({
    status: 'InProgress',
    percentageComplete: 0,
    instancesToUpdate: 0,
  });
  expect(account.group().instances.get(id)?.state).toBe('InService');
  const waiting = account.instances('Pending:Wait')[0]?.id ?? '';
  const answer = { ...hook, InstanceId: waiting, LifecycleActionResult: 'CONTINUE' };
  account.call('CompleteLifecycleAction', answer);
  pass(account, 50);
  expect(account.group().instances.get(id)?.state).toBe('InService');
  pass(account, 60);
  expect(latest(account).status).toBe('Successful');
  expect(account.instances().map((instance) => instance.id)).toEqual([waiting]);
});

test('C4: what was launched together with a termination counts once it is warm', () => {
  const account = new Account();
  account.serving(2);
  start(account, { MinHealthyPercentage: '50' });
  pass(account, 50);
  expect(latest(account)).toMatchObject({ percentageComplete: 0, instancesToUpdate: 1 });
  pass(account, 15);
  expect(latest(account)).toMatchObject({ percentageComplete: 50, instancesToUpdate: 0 });
});

test('C4: of two checkpoints that one replacement passes, only the higher is waited at', () => {
  const account = new Account();
  account.serving(2);
  start(account, { ...launchFirst, CheckpointPercentages: ['10', '40', '100'], CheckpointDelay: '1000' });
  pass(account, 200);
  expect(latest(account).checkpoint).toBe(40);
  expect(latest(account).percentageComplete).toBe(50);
  pass(account, 1200);
  expect(latest(account).status).toBe('Successful');
});

test('C1: a refresh whose last checkpoint is below 100 percent ends there', () => {
  const account = new Account();
  account.serving(2);
  start(account, { ...launchFirst, CheckpointPercentages: ['50'], CheckpointDelay: '60' });
  pass(account, 600);
  expect(latest(account)).toMatchObject({
    status: 'Successful',
    percentageComplete: 50,
    instancesToUpdate: 1,
  });
  const versions = account.instances('InService').map(({ launchTemplate }) => launchTemplate.version);
  expect(versions.sort()).toEqual(['1', '2']);
});

test('C5: with AutoRollback an alarm takes back what was replaced', () => {
  const account = new Account();
  account.serving(2);
  const desired = { id: 'lt-1', name: 'web', version: '2' };
  account.facts = {
    ...account.facts,
    refresh: { desired, version: '2', imageByParameter: false },
    alarmStates: new Map([['errors', 'OK']]),
  };
  const Preferences = {
    ...launchFirst,
    AutoRollback: 'true',
    AlarmSpecification: { Alarms: ['errors'] },
  };
  const DesiredConfiguration = { LaunchTemplate: { LaunchTemplateId: 'lt-1' } };
  account.call('StartInstanceRefresh', { ...group, Preferences, DesiredConfiguration });
  pass(account, 80);
  expect(latest(account).percentageComplete).toBe(50);
  account.alarmStates.set('errors', 'ALARM');
  const fewest = pass(account, 400);
  const { rollback } = latest(account);
  expect(latest(account)).toMatchObject({ status: 'RollbackSuccessful', percentageComplete: 0 });
  expect(rollback).toMatchObject({ percentageComplete: 50, reason: expect.stringContaining('errors') });
  const versions = account.instances('InService').map(({ launchTemplate }) => launchTemplate.version);
  expect(versions).toEqual(['1', '1']);
  expect(fewest).toBe(2);
});

test('B9: an old instance that gets unhealthy is replaced at once, and counts as updated', () => {
  const account = new Account();
  account.serving(3);
  start(account, launchFirst);
  const victim = account.instances('InService').at(-2)?.id ?? '';
  account.machines.set(victim, 'gone');
  account.settle();
  expect(account.instances().filter(({ state }) => !state.startsWith('Term')).length).toBeGreaterThanOrEqual(
    3,
  );
  pass(account, 600);
  expect(latest(account)).toMatchObject({ status: 'Successful', percentageComplete: 100 });
  const versions = account.instances('InService').map(({ launchTemplate }) => launchTemplate.version);
  expect(versions).toEqual(['2', '2', '2']);
});

test.each([
  ['out', '4'],
  ['in', '1'],
])('a scale-%s in between is followed, and the refresh comes to its end', (_direction, DesiredCapacity) => {
  const account = new Account();
  account.serving(2);
  start(account, launchFirst);
  pass(account, 20);
  account.call('SetDesiredCapacity', { ...group, DesiredCapacity });
  pass(account, 900);
  expect(latest(account)).toMatchObject({
    status: 'Successful',
    percentageComplete: 100,
    instancesToUpdate: 0,
  });
  const versions = account.instances('InService').map(({ launchTemplate }) => launchTemplate.version);
  expect(versions).toEqual(Array.from({ length: Number(DesiredCapacity) }, () => '2'));
});

test('B3: a refresh that ended leaves the last old instance to drain', () => {
  const account = new Account();
  account.serving(1);
  const { id } = account.instance();
  start(account, launchFirst);
  pass(account, 65);
  expect(latest(account).status).toBe('Successful');
  expect(account.targetState(id)).toBe('draining');
  pass(account, 35);
  expect(account.group().instances.has(id)).toBe(false);
});
