import { evaluate, newAlarm } from '../../lab/autoscaling/alarms';
import type { Alarm, AlarmDirection, AlarmState, Group, Instance } from '../../lab/autoscaling/model';
import { isWarm } from '../../lab/autoscaling/scaling';
import { warmupOf } from '../../lab/autoscaling/target-tracking';
import { Pace } from '../../lab/pace';
import { Account } from './account';

const policy = (members: Record<string, string> = {}, tracking: Record<string, string> = {}) => ({
  AutoScalingGroupName: 'web',
  PolicyName: 'cpu',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingConfiguration: {
    PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
    TargetValue: '50',
    ...tracking,
  },
  ...members,
});

describe('an alarm (rules A5, A6, A10)', () => {
  const alarm = (direction: AlarmDirection, state: AlarmState): Alarm => ({
    ...newAlarm({ name: 'web', arn: 'arn:aws:autoscaling:us-east-1:123456789012:x' }, direction, () => 'id'),
    state,
  });

  test.each<[AlarmDirection, AlarmState, (number | undefined)[], AlarmState, number]>([
    ['high', 'OK', [60, 60, 60], 'ALARM', 3],
    ['high', 'OK', [90, 50, 60], 'OK', 1],
    ['high', 'ALARM', [60, 60, 50], 'OK', 0],
    ['high', 'INSUFFICIENT_DATA', [60, 60], 'INSUFFICIENT_DATA', 2],
    ['high', 'ALARM', [60, undefined, 60], 'ALARM', 1],
    ['high', 'OK', [60, undefined, 60], 'OK', 1],
    ['high', 'ALARM', [undefined, undefined, undefined], 'INSUFFICIENT_DATA', 0],
    ['high', 'OK', [], 'INSUFFICIENT_DATA', 0],
    ['high', 'ALARM', [10, 60, 60, 60], 'ALARM', 3],
    ['low', 'OK', [49, 49, 49], 'ALARM', 3],
    ['low', 'ALARM', [49, 49, 50], 'OK', 0],
  ])(
    '%s, %s, after %j at a threshold of 50 is %s, %i in a row',
    (direction, state, values, expected, inARow) => {
      const datapoints = values.map((value, index) => ({ at: index * 60_000, value }));
      expect(evaluate(alarm(direction, state), datapoints, 50, 3)).toMatchObject({ state: expected, inARow });
    },
  );
});

describe('warm-up (rule A13)', () => {
  test.each<[number | undefined, number | undefined, number]>([
    [undefined, undefined, 300],
    [undefined, 90, 90],
    [60, 90, 60],
    [0, 90, 0],
    [undefined, 0, 0],
  ])('of the policy %p, of the group %p, cooldown 300: %i s', (ofPolicy, ofGroup, expected) => {
    const group = { defaultInstanceWarmup: ofGroup, defaultCooldown: 300 } as Group;
    const tracking = { estimatedInstanceWarmup: ofPolicy } as Parameters<typeof warmupOf>[1];
    expect(warmupOf(group, tracking)).toBe(expected);
  });

  test('it runs from InService on, as much faster as the pace says', () => {
    const group = { defaultInstanceWarmup: 60, defaultCooldown: 300 } as Group;
    const instance = { state: 'InService', inServiceAt: 0 } as Instance;
    const at = (now: number) =>
      isWarm(group, instance, { now, emit: () => undefined, newId: () => '', pace: new Pace(10) });
    expect([at(5_999), at(6_000)]).toEqual([false, true]);
  });
});

test('A7: the low threshold follows the desired capacity', () => {
  const account = new Account();
  account.serving(7);
  account.period(10);
  const low = account.events.findLast((event) => event.type === 'datapoint' && event.direction === 'low');
  expect(low).toMatchObject({ threshold: 42.5, value: 10, breaching: true, breaches: 1, needed: 15 });
  account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '2' });
  account.period(10);
  expect(account.events.findLast((event) => event.type === 'datapoint')).toMatchObject({ threshold: 35 });
});

test('A9: within the minute an alarm invokes its policy once, whatever else is put meanwhile', () => {
  const account = new Account();
  const group = account.serving(1, 50, { DefaultInstanceWarmup: '0' });
  account.periods([90, 90, 90]);
  account.settle();
  account.call(
    'PutScalingPolicy',
    policy({ PolicyName: 'other' }, { TargetValue: '99', DisableScaleIn: 'true' }),
  );
  expect(group.desiredCapacity).toBe(2);
  account.period(90);
  expect(group.desiredCapacity).toBe(4);
});

test('A9: nor does one of the low alarms that agreed to scale in', () => {
  const account = new Account();
  const group = account.serving(3, 50, { MinSize: '1', DefaultInstanceWarmup: '0' });
  account.periods(Array(15).fill(5));
  expect(group.desiredCapacity).toBe(1);
  account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '3' });
  account.settle();
  account.call('PutScalingPolicy', policy({ PolicyName: 'other' }, { DisableScaleIn: 'true' }));
  expect(group.desiredCapacity).toBe(3);
});

test('A9: a new policy is evaluated at once, on the datapoints there are', () => {
  const account = new Account();
  const group = account.serving(1, 95);
  account.periods([90, 90, 90]);
  account.call('PutScalingPolicy', policy({ PolicyName: 'new' }));
  expect(group.desiredCapacity).toBe(2);
});

test('a policy that is not enabled changes nothing', () => {
  const account = new Account();
  const group = account.serving(1);
  account.call('PutScalingPolicy', policy({ Enabled: 'false' }));
  account.periods([90, 90, 90]);
  expect(group.desiredCapacity).toBe(1);
});

test('A12: a policy that may not scale in keeps the others from it neither', () => {
  const account = new Account();
  const group = account.serving(3, 50, { MinSize: '1' });
  account.call('PutScalingPolicy', policy({ PolicyName: 'out only' }, { DisableScaleIn: 'true' }));
  account.periods(Array(15).fill(5));
  expect(group.desiredCapacity).toBe(1);
});

test('A12: a policy that is not enabled keeps the others from scaling in neither', () => {
  const account = new Account();
  const group = account.serving(3, 50, { MinSize: '1' });
  account.call('PutScalingPolicy', policy({ PolicyName: 'off', Enabled: 'false' }));
  account.periods(Array(15).fill(5));
  expect(group.desiredCapacity).toBe(1);
});

test('A14: an instance in front of its launch hook is on its way in, and the group does not shrink', () => {
  const account = new Account();
  const group = account.serving(2);
  account.call('PutLifecycleHook', {
    AutoScalingGroupName: 'web',
    LifecycleHookName: 'boot',
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  });
  account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '3' });
  account.settle();
  account.periods(Array(16).fill(1));
  expect(account.instances('Pending:Wait')).toHaveLength(1);
  expect(group.desiredCapacity).toBe(3);
});

test('A14: an instance on its way out still counts when a scale-in is computed', () => {
  const account = new Account();
  const group = account.serving(3);
  account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '2' });
  account.settle();
  account.periods(Array(15).fill(20));
  expect(account.instances('Terminating')).toHaveLength(1);
  expect(group.desiredCapacity).toBe(2);
});

test.each([['0'], ['-1'], ['a lot']])('a target value of %s is refused', (TargetValue) => {
  const account = new Account();
  account.createGroup();
  expect(() => account.call('PutScalingPolicy', policy({}, { TargetValue }))).toThrow(
    expect.objectContaining({ code: 'ValidationError' }),
  );
});

test('F6: a policy keeps its ARN, is found and deleted by it, and shows what was set alone', () => {
  const account = new Account();
  account.createGroup();
  const { PolicyARN } = account.call('PutScalingPolicy', policy());
  expect(account.call('PutScalingPolicy', policy({}, { TargetValue: '40' })).PolicyARN).toBe(PolicyARN);
  const names = { AutoScalingGroupName: 'web', PolicyNames: [String(PolicyARN)] };
  expect(account.call('DescribePolicies', names).ScalingPolicies).toMatchObject([
    {
      PolicyName: 'cpu',
      Enabled: true,
      EstimatedInstanceWarmup: undefined,
      TargetTrackingConfiguration: { TargetValue: 40, DisableScaleIn: false },
    },
  ]);
  // Its ARN says which group it is of.
  account.call('DeletePolicy', { PolicyName: String(PolicyARN) });
  expect(account.call('DescribePolicies', names).ScalingPolicies).toEqual([]);
  expect(() => account.call('DeletePolicy', { AutoScalingGroupName: 'web', PolicyName: 'cpu' })).toThrow(
    'not found',
  );
});
