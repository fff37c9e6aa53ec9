import type { QueryInput } from '../../lab/gateway/query-protocol';
import { Account } from './account';

const group = { AutoScalingGroupName: 'web' };

/** Two warm instances of 1 to 4, and the first of them on its way into standby. */
function entered(ShouldDecrementDesiredCapacity: string) {
  const account = new Account();
  account.serving(2, 50, { MinSize: '1', MaxSize: '3' });
  const { id } = account.instance();
  account.call('EnterStandby', { ...group, InstanceIds: [id], ShouldDecrementDesiredCapacity });
  account.settle();
  const drain = () => {
    account.advance(31);
    account.settle();
  };
  const stateOf = () => account.group().instances.get(id)?.state;
  return { account, id, drain, stateOf };
}

describe('B18: an instance in standby', () => {
  test('drains first, and the group gets smaller where that is asked for', () => {
    const { account, id, drain, stateOf } = entered('true');
    expect(stateOf()).toBe('EnteringStandby');
    expect(account.targetState(id)).toBe('draining');
    expect(account.group().desiredCapacity).toBe(1);
    drain();
    expect(stateOf()).toBe('Standby');
    expect(account.targetState(id)).toBeUndefined();
    expect(account.group().instances.get(id)?.inServiceAt).toBeUndefined();
    expect(account.instances()).toHaveLength(2);
    expect(account.group().activities[0]).toMatchObject({
      description: `Moving EC2 instance to Standby: ${id}`,
      status: 'Successful',
      cause: expect.stringContaining('changing the desired capacity from 2 to 1'),
    });
  });

  test('is replaced where it is not', () => {
    const { account, drain } = entered('false');
    drain();
    expect(account.group().desiredCapacity).toBe(2);
    expect(account.instances('InService')).toHaveLength(2);
    expect(account.instances('Standby')).toHaveLength(1);
  });

  test('has no health checks', () => {
    const { account, id, drain, stateOf } = entered('true');
    drain();
    account.machines.set(id, 'gone');
    account.settle();
    expect(stateOf()).toBe('Standby');
  });

  test('is out of the metric, and no policy removes it', () => {
    const { account, drain, stateOf } = entered('true');
    drain();
    account.periods(Array(15).fill(1));
    account.settle();
    expect(stateOf()).toBe('Standby');
    expect(account.group().desiredCapacity).toBe(1);
  });

  test('comes back past all hooks (B6), is registered, and its grace period begins anew (B8)', () => {
    const { account, id, drain, stateOf } = entered('true');
    drain();
    account.call('PutLifecycleHook', {
      ...group,
      LifecycleHookName: 'boot',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    });
    const { Activities } = account.call('ExitStandby', { ...group, InstanceIds: [id] });
    expect(Activities).toMatchObject([{ Description: `Moving EC2 instance out of Standby: ${id}` }]);
    account.settle();
    expect(stateOf()).toBe('InService');
    expect(account.targetState(id)).toBe('healthy');
    expect(account.group().desiredCapacity).toBe(2);
    expect(account.group().instances.get(id)?.inServiceAt).toBe(account.now);
  });

  test('F4: goes with its group', () => {
    const { account, drain } = entered('true');
    drain();
    account.call('DeleteAutoScalingGroup', { ...group, ForceDelete: 'true' });
    account.settle();
    drain();
    expect(account.instances()).toEqual([]);
  });

  test.each<[string, string, (id: string) => QueryInput, string]>([
    ['below the minimum', 'EnterStandby', (id) => ({ InstanceIds: [id] }), 'min size'],
    ['of another group', 'EnterStandby', () => ({ InstanceIds: ['i-other'] }), 'not part of'],
    ['that is not in standby', 'ExitStandby', (id) => ({ InstanceIds: [id] }), 'not in Standby'],
    ['that nobody names', 'EnterStandby', () => ({}), 'At least one'],
  ])('one %s is refused', (_what, action, members, message) => {
    const account = new Account();
    account.createGroup();
    account.settle();
    const call = () =>
      account.call(action, {
        ...group,
        ShouldDecrementDesiredCapacity: 'true',
        ...members(account.instance().id),
      });
    expect(call).toThrow(expect.objectContaining({ code: 'ValidationError' }));
    expect(call).toThrow(message);
  });

  test('one that would be more than the maximum stays where it is', () => {
    const { account, id, drain } = entered('true');
    drain();
    account.call('UpdateAutoScalingGroup', { ...group, MaxSize: '1' });
    expect(() => account.call('ExitStandby', { ...group, InstanceIds: [id] })).toThrow('max size');
  });
});
