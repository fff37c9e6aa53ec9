import { actualCapacity } from '../../lab/autoscaling/capacity';
import { reconcile } from '../../lab/autoscaling/reconcile';
import type { QueryInput } from '../../lab/gateway/query-protocol';
import { Account } from './account';

const group = { AutoScalingGroupName: 'web' };

/** The group `web` of 1 to 4 with so many in service, and a warm pool. */
function withPool(pool: QueryInput = {}, members: QueryInput = {}) {
  const account = new Account();
  account.createGroup({ DefaultInstanceWarmup: '0', ...members });
  account.settle();
  account.call('PutWarmPool', { ...group, ...pool });
  account.settle();
  const desire = (size: number) => {
    account.call('SetDesiredCapacity', { ...group, DesiredCapacity: String(size) });
    account.settle();
  };
  return { account, desire };
}

const states = (account: Account) =>
  account
    .instances()
    .map(({ state }) => state)
    .sort();
const launchHook: QueryInput = {
  ...group,
  LifecycleHookName: 'boot',
  LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
};
const complete = (account: Account, InstanceId: string) =>
  account.call('CompleteLifecycleAction', {
    ...group,
    LifecycleHookName: 'boot',
    InstanceId,
    LifecycleActionResult: 'CONTINUE',
  });

describe('B19: a warm pool', () => {
  test.each<[string, QueryInput, number]>([
    ['has what is missing to the maximum', {}, 3],
    ['has what is missing to the prepared capacity', { MaxGroupPreparedCapacity: '3' }, 2],
    ['has its least size whatever is prepared', { MaxGroupPreparedCapacity: '1', MinSize: '2' }, 2],
    ['is empty where nothing is to be prepared', { MaxGroupPreparedCapacity: '0' }, 0],
  ])('%s', (_what, pool, expected) => {
    const { account } = withPool(pool);
    expect(account.instances('Warmed:Stopped')).toHaveLength(expected);
    expect(account.instances('InService')).toHaveLength(1);
    expect(account.group().desiredCapacity).toBe(1);
  });

  test('stops its instances once they have been up, or leaves them running', () => {
    expect(states(withPool({ PoolState: 'Running', MinSize: '1' }).account)).toContain('Warmed:Running');
    const { account } = withPool();
    const stopped = account.instances('Warmed:Stopped').map(({ id }) => account.machines.get(id));
    expect(stopped).toEqual(['stopped', 'stopped', 'stopped']);
  });

  test('gives an instance to a group that grows, which starts it, and shrinks with it', () => {
    const { account, desire } = withPool();
    const before = account.instances().map(({ id }) => id);
    desire(3);
    expect(states(account)).toEqual(['InService', 'InService', 'InService', 'Warmed:Stopped']);
    expect(account.instances().map(({ id }) => id)).toEqual(before);
    expect(account.group().activities[0]).toMatchObject({
      description: expect.stringMatching(/^Launching a new EC2 instance from warm pool: i-/),
      status: 'Successful',
      cause: expect.stringContaining('increasing the capacity from 2 to 3'),
    });
  });

  test('B16: gives none while Launch is suspended', () => {
    const { account, desire } = withPool();
    account.call('SuspendProcesses', { ...group, ScalingProcesses: ['Launch'] });
    desire(2);
    expect(account.instances('InService')).toHaveLength(1);
    expect(account.instances('Warmed:Stopped')).toHaveLength(3);
  });

  test('counts for nothing while its instances are launched', () => {
    const { account } = withPool({ MaxGroupPreparedCapacity: '0' });
    account.call('PutWarmPool', { ...group, MaxGroupPreparedCapacity: '2' });
    const own = account.group();
    reconcile(own, account.region, account.world);
    expect(own.launches.size).toBe(1);
    expect(actualCapacity(own)).toBe(1);
  });

  test('is grown beyond: what it does not have is launched cold', () => {
    const { account, desire } = withPool({ MaxGroupPreparedCapacity: '2' });
    desire(4);
    expect(account.instances('InService')).toHaveLength(4);
  });

  test('keeps its least size while the group grows', () => {
    const { account, desire } = withPool({ MaxGroupPreparedCapacity: '2', MinSize: '1' });
    desire(3);
    expect(states(account)).toEqual(['InService', 'InService', 'InService', 'Warmed:Stopped']);
  });

  test('has its instances meet the launch hook twice, in the pool and in the group', () => {
    const { account, desire } = withPool({ MaxGroupPreparedCapacity: '0' });
    account.call('PutLifecycleHook', launchHook);
    account.call('PutWarmPool', { ...group, MaxGroupPreparedCapacity: '2' });
    account.settle();
    const [waiting] = account.instances('Warmed:Pending:Wait');
    expect(waiting).toBeDefined();
    complete(account, waiting?.id ?? '');
    account.settle();
    expect(states(account)).toEqual(['InService', 'Warmed:Stopped']);
    desire(2);
    expect(account.instances('Pending:Wait').map(({ id }) => id)).toEqual([waiting?.id]);
    complete(account, waiting?.id ?? '');
    account.settle();
    expect(states(account)).toEqual(['InService', 'InService']);
  });

  test('an abandoned launch into it is terminated, and another one made', () => {
    const { account } = withPool({ MaxGroupPreparedCapacity: '0' });
    account.call('PutLifecycleHook', launchHook);
    account.call('PutWarmPool', { ...group, MaxGroupPreparedCapacity: '2' });
    account.settle();
    const [waiting] = account.instances('Warmed:Pending:Wait');
    account.call('CompleteLifecycleAction', {
      ...group,
      LifecycleHookName: 'boot',
      InstanceId: waiting?.id ?? '',
      LifecycleActionResult: 'ABANDON',
    });
    account.settle();
    const [another] = account.instances('Warmed:Pending:Wait');
    expect(another?.id).not.toBe(waiting?.id);
    expect(account.instances()).toHaveLength(2);
  });

  test('an instance of it takes no requests and is no part of the metric', () => {
    const { account } = withPool({ PoolState: 'Running' });
    const [warm] = account.instances('Warmed:Running');
    expect(account.targetState(warm?.id ?? '')).toBeUndefined();
    account.call('PutScalingPolicy', {
      ...group,
      PolicyName: 'cpu',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
        TargetValue: '50',
      },
    });
    account.periods([75, 75, 75]);
    expect(account.group().desiredCapacity).toBe(2);
  });

  test('one whose machine is gone, or that is said to be unhealthy, is replaced', () => {
    const { account } = withPool({ MaxGroupPreparedCapacity: '2' });
    const [lost] = account.instances('Warmed:Stopped');
    account.machines.set(lost?.id ?? '', 'gone');
    account.settle();
    const [second] = account.instances('Warmed:Stopped');
    expect(second?.id).not.toBe(lost?.id);
    account.call('SetInstanceHealth', {
      InstanceId: second?.id ?? '',
      HealthStatus: 'Unhealthy',
      ShouldRespectGracePeriod: 'false',
    });
    account.settle();
    const [third] = account.instances('Warmed:Stopped');
    expect([lost?.id, second?.id]).not.toContain(third?.id);
    expect(account.instances()).toHaveLength(2);
  });

  test('B13: one that never came up has its successor a little later', () => {
    const { account } = withPool({ MaxGroupPreparedCapacity: '0' });
    account.machinesFail = true;
    account.call('PutWarmPool', { ...group, MaxGroupPreparedCapacity: '2' });
    account.settle();
    expect(account.instances()).toHaveLength(1);
    account.machinesFail = false;
    account.advance(2);
    account.settle();
    expect(account.instances('Warmed:Stopped')).toHaveLength(1);
  });

  test('what is too many goes when less is prepared', () => {
    const { account } = withPool();
    account.call('PutWarmPool', { ...group, MaxGroupPreparedCapacity: '2' });
    account.settle();
    expect(states(account)).toEqual(['InService', 'Warmed:Stopped']);
  });

  test('terminated by hand, one of it leaves the group’s capacity as it is', () => {
    const { account } = withPool({ MaxGroupPreparedCapacity: '2' });
    const [warm] = account.instances('Warmed:Stopped');
    account.call('TerminateInstanceInAutoScalingGroup', {
      InstanceId: warm?.id ?? '',
      ShouldDecrementDesiredCapacity: 'true',
    });
    account.settle();
    expect(account.group().desiredCapacity).toBe(1);
  });
});

describe('B19: on scale-in', () => {
  const drain = (account: Account) => {
    account.advance(31);
    account.settle();
  };

  test('an instance is terminated unless the pool takes it back', () => {
    const { account, desire } = withPool({ MaxGroupPreparedCapacity: '2' });
    desire(2);
    const before = account.instances().map(({ id }) => id);
    desire(1);
    drain(account);
    expect(states(account)).toEqual(['InService', 'Warmed:Stopped']);
    expect(account.instances().filter(({ id }) => !before.includes(id))).toHaveLength(1);
  });

  test('with ReuseOnScaleIn it drains and is stopped, and can be used again', () => {
    const { account, desire } = withPool({
      MaxGroupPreparedCapacity: '2',
      InstanceReusePolicy: { ReuseOnScaleIn: 'true' },
    });
    desire(2);
    const before = account.instances().map(({ id }) => id);
    desire(1);
    expect(account.instances('Terminating')).toHaveLength(1);
    drain(account);
    expect(states(account)).toEqual(['InService', 'Warmed:Stopped']);
    expect(account.instances().map(({ id }) => id)).toEqual(before);
    desire(2);
    expect(states(account)).toEqual(['InService', 'InService']);
    expect(account.instances().map(({ id }) => id)).toEqual(before);
  });

  test('it takes back no more than it has room for', () => {
    const { account, desire } = withPool({
      MaxGroupPreparedCapacity: '2',
      InstanceReusePolicy: { ReuseOnScaleIn: 'true' },
    });
    desire(3);
    desire(1);
    expect(account.instances('Terminating').filter(({ returnsToPool }) => returnsToPool)).toHaveLength(1);
    drain(account);
    expect(states(account)).toEqual(['InService', 'Warmed:Stopped']);
    expect(account.instances('Warmed:Stopped')[0]?.inServiceAt).toBeUndefined();
  });

  test('a pool that is full takes none back', () => {
    const { account, desire } = withPool({
      MaxGroupPreparedCapacity: '0',
      InstanceReusePolicy: { ReuseOnScaleIn: 'true' },
    });
    desire(2);
    desire(1);
    drain(account);
    expect(states(account)).toEqual(['InService']);
  });
});

describe('F5: a warm pool', () => {
  const shown = (account: Account) => account.call('DescribeWarmPool', group);
  const groupShown = (account: Account) => {
    const { AutoScalingGroups } = account.call('DescribeAutoScalingGroups', {});
    return (AutoScalingGroups as readonly Record<string, unknown>[])[0] ?? {};
  };

  test('is answered as it was put, apart from the group’s own instances', () => {
    const { account } = withPool({
      MinSize: '1',
      MaxGroupPreparedCapacity: '3',
      PoolState: 'Running',
      InstanceReusePolicy: { ReuseOnScaleIn: 'true' },
    });
    const configuration = {
      MinSize: 1,
      MaxGroupPreparedCapacity: 3,
      PoolState: 'Running',
      InstanceReusePolicy: { ReuseOnScaleIn: true },
    };
    expect(shown(account)).toMatchObject({
      WarmPoolConfiguration: configuration,
      Instances: [{ LifecycleState: 'Warmed:Running' }, { LifecycleState: 'Warmed:Running' }],
    });
    expect(groupShown(account)).toMatchObject({
      WarmPoolConfiguration: configuration,
      WarmPoolSize: 2,
      Instances: [{ LifecycleState: 'InService' }],
    });
  });

  test('leaves out what was not said, and what was taken back by -1', () => {
    const { account } = withPool({ MaxGroupPreparedCapacity: '2' });
    account.call('PutWarmPool', { ...group, MaxGroupPreparedCapacity: '-1' });
    expect(shown(account).WarmPoolConfiguration).toEqual({ MinSize: 0, PoolState: 'Stopped' });
  });

  test('a group without one says nothing of it', () => {
    const account = new Account();
    account.createGroup();
    expect(shown(account).WarmPoolConfiguration).toBeUndefined();
    expect(groupShown(account).WarmPoolConfiguration).toBeUndefined();
  });

  test('is deleted when its instances are gone, and with them only by force', () => {
    const { account } = withPool();
    expect(() => account.call('DeleteWarmPool', group)).toThrow(
      expect.objectContaining({ code: 'ResourceInUse' }),
    );
    account.call('DeleteWarmPool', { ...group, ForceDelete: 'true' });
    expect(shown(account)).toMatchObject({ WarmPoolConfiguration: { Status: 'PendingDelete' } });
    expect(() => account.call('PutWarmPool', group)).toThrow('pending delete');
    account.settle();
    expect(shown(account).WarmPoolConfiguration).toBeUndefined();
    expect(states(account)).toEqual(['InService']);
    expect(() => account.call('DeleteWarmPool', group)).toThrow('No warm pool');
  });

  test('F4: goes with a group that is deleted by force', () => {
    const { account } = withPool();
    account.call('DeleteAutoScalingGroup', { ...group, ForceDelete: 'true' });
    account.settle();
    account.advance(31);
    account.settle();
    expect(account.instances()).toEqual([]);
  });

  test('that hibernates is refused', () => {
    const account = new Account();
    account.createGroup();
    expect(() => account.call('PutWarmPool', { ...group, PoolState: 'Hibernated' })).toThrow('Hibernated');
  });
});
