import { globalTimeout } from '../../lab/autoscaling/hooks';
import { Account } from './account';

const hook = (members: Record<string, string> = {}) => ({
  AutoScalingGroupName: 'web',
  LifecycleHookName: 'boot',
  LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  ...members,
});

const goodbye = (name: string, members: Record<string, string> = {}) =>
  hook({
    LifecycleHookName: name,
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    HeartbeatTimeout: '7200',
    ...members,
  });

const described = (account: Account) =>
  account.call('DescribeLifecycleHooks', { AutoScalingGroupName: 'web' }).LifecycleHooks;

const answer = (account: Account, members: Record<string, string>) =>
  account.call('CompleteLifecycleAction', {
    AutoScalingGroupName: 'web',
    LifecycleHookName: 'boot',
    LifecycleActionResult: 'CONTINUE',
    ...members,
  });

/** A group of one, on its way in or out, in front of its hook. */
function waiting(...hooks: Record<string, string>[]): Account {
  const account = new Account();
  account.createGroup({ MinSize: '0', DesiredCapacity: '1', TargetGroupARNs: [] });
  const isLeaving = hooks.some(({ LifecycleTransition }) => LifecycleTransition?.endsWith('TERMINATING'));
  if (isLeaving) account.settle();
  for (const members of hooks) account.call('PutLifecycleHook', members);
  if (isLeaving) {
    account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '0' });
  }
  account.settle();
  return account;
}

test('B4: what is unset is an hour and ABANDON, and is shown (F7)', () => {
  const account = new Account();
  account.createGroup();
  account.call('PutLifecycleHook', hook());
  expect(described(account)).toMatchObject([
    {
      HeartbeatTimeout: 3600,
      DefaultResult: 'ABANDON',
      GlobalTimeout: 172_800,
      NotificationMetadata: undefined,
    },
  ]);
});

test('put again, a hook keeps what is not sent', () => {
  const account = new Account();
  account.createGroup();
  account.call('PutLifecycleHook', hook({ HeartbeatTimeout: '90', NotificationMetadata: 'm' }));
  account.call('PutLifecycleHook', {
    AutoScalingGroupName: 'web',
    LifecycleHookName: 'boot',
    DefaultResult: 'CONTINUE',
  });
  expect(described(account)).toMatchObject([
    { HeartbeatTimeout: 90, DefaultResult: 'CONTINUE', NotificationMetadata: 'm' },
  ]);
});

test.each([
  [30, 3000],
  [1728, 172_800],
  [7200, 172_800],
])('B4: a heartbeat of %i s lasts at most %i s in all', (heartbeat, expected) => {
  expect(globalTimeout(heartbeat)).toBe(expected);
});

test('B4: heartbeats keep an instance no longer than the global timeout', () => {
  const account = waiting(hook({ HeartbeatTimeout: '30' }));
  const { id } = account.instance();
  for (let second = 0; second < 2990; second += 20) {
    account.advance(20);
    account.call('RecordLifecycleActionHeartbeat', {
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'boot',
      InstanceId: id,
    });
  }
  expect(account.instance().waitingFor?.deadline).toBe(
    (account.instance().waitingFor?.startedAt ?? 0) + 3_000_000,
  );
});

test.each([
  [{ HeartbeatTimeout: '29' }, 'between 30 and 7200'],
  [{ HeartbeatTimeout: '7201' }, 'between 30 and 7200'],
  [{ DefaultResult: 'RETRY' }, 'RETRY'],
  [{ LifecycleTransition: 'launching' }, 'launching'],
])('B4: %j is refused, and no hook is there', (members, message) => {
  const account = new Account();
  account.createGroup();
  expect(() => account.call('PutLifecycleHook', hook(members))).toThrow(message);
  expect(described(account)).toEqual([]);
});

test('B4: the fifty-first hook is refused, a change of the fiftieth is not', () => {
  const account = new Account();
  account.createGroup();
  for (let n = 1; n <= 50; n += 1) account.call('PutLifecycleHook', hook({ LifecycleHookName: `h${n}` }));
  expect(() => account.call('PutLifecycleHook', hook({ LifecycleHookName: 'h51' }))).toThrow('limit of 50');
  account.call('PutLifecycleHook', hook({ LifecycleHookName: 'h50', HeartbeatTimeout: '60' }));
});

test('B5: the token of the action answers it as well as the instance does; neither is refused', () => {
  const account = waiting(hook());
  const token = account.instance().waitingFor?.token ?? '';
  expect(() => answer(account, {})).toThrow('LifecycleActionToken or InstanceId');
  expect(() => answer(account, { LifecycleActionToken: 'another' })).toThrow('No active Lifecycle Action');
  answer(account, { LifecycleActionToken: token });
  account.settle();
  expect(account.instance().state).toBe('InService');
});

test('B4: on the way out CONTINUE goes on to the next hook, ABANDON skips it', () => {
  for (const [result, state] of [
    ['CONTINUE', 'Terminating:Wait'],
    ['ABANDON', 'Terminating:Proceed'],
  ] as const) {
    const account = waiting(goodbye('first'), goodbye('second'));
    const instance = account.instance();
    answer(account, { LifecycleHookName: 'first', InstanceId: instance.id, LifecycleActionResult: result });
    expect(instance.state).toBe(state);
  }
});

test('a hook that is deleted lets go of those who wait for it', () => {
  const account = waiting(hook());
  const names = { AutoScalingGroupName: 'web', LifecycleHookName: 'boot' };
  account.call('DeleteLifecycleHook', names);
  account.settle();
  expect(account.instance().state).toBe('InService');
  // Terraform takes this text, and no other, for a hook that is gone already.
  expect(() => account.call('DeleteLifecycleHook', names)).toThrow('No Lifecycle Hook found');
});

test('B6: when a group is deleted by force nobody waits for a hook, even who does so already', () => {
  const account = waiting(goodbye('first'));
  const { id } = account.instance();
  expect(account.instance().state).toBe('Terminating:Wait');
  account.call('DeleteAutoScalingGroup', { AutoScalingGroupName: 'web', ForceDelete: 'true' });
  account.settle();
  expect(account.machines.get(id)).toBe('gone');
  expect(account.instances()).toEqual([]);
});
