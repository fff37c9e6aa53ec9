import type { Instance } from '../../lab/autoscaling/model';
import { type Fleet, lowThreshold, scaledIn, scaledOut } from '../../lab/autoscaling/target-tracking';
import { Account } from './account';

const some = (count: number): Instance[] => Array.from({ length: count }, () => ({}) as Instance);

function fleet(warm: number, { warming = 0, terminating = 0, launching = 0 } = {}): Fleet {
  return { measured: some(warm), warming: some(warming), terminating: some(terminating), launching };
}

describe('the low threshold (rule A7) leaves room for one instance less', () => {
  test.each([
    [0, 50, 45],
    [1, 50, 35],
    [2, 50, 35],
    [7, 50, 42.5],
    [20, 50, 45],
    [1000, 50, 45],
    [2, 30, 21],
  ])('%i instances at target %d %%: %d %%', (instances, target, expected) => {
    expect(lowThreshold(target, instances)).toBeCloseTo(expected, 9);
  });
});

describe('scaling out (rule A8) is proportional and rounds up', () => {
  test.each([
    { warm: 1, metric: 51, target: 50, max: 10, expected: 2 },
    { warm: 1, metric: 75, target: 50, max: 10, expected: 2 },
    { warm: 1, metric: 100, target: 50, max: 10, expected: 2 },
    { warm: 2, metric: 100, target: 50, max: 10, expected: 4 },
    { warm: 3, metric: 60, target: 50, max: 10, expected: 4 },
    { warm: 4, metric: 100, target: 10, max: 10, expected: 10 },
    { warm: 3, metric: 20, target: 20, max: 10, expected: 3 },
  ])(
    '$warm at $metric %, target $target %, at most $max: $expected',
    ({ warm, metric, target, max, expected }) => {
      expect(scaledOut(metric, target, fleet(warm), { min: 1, max, desired: warm })).toBe(expected);
    },
  );

  test('warming instances are capacity already on its way (rule A14)', () => {
    const limits = { min: 1, max: 10, desired: 4 };
    expect(scaledOut(80, 50, fleet(2, { warming: 2 }), limits)).toBe(4);
    expect(scaledOut(120, 50, fleet(2, { warming: 2 }), limits)).toBe(5);
  });
});

describe('scaling in (rules A8, A14) never pushes the metric past the target', () => {
  test.each([
    { warm: 2, metric: 34, target: 50, min: 1, expected: 2 },
    { warm: 2, metric: 25, target: 50, min: 1, expected: 1 },
    { warm: 2, metric: 25.1, target: 50, min: 1, expected: 2 },
    { warm: 4, metric: 10, target: 50, min: 1, expected: 1 },
    { warm: 4, metric: 10, target: 50, min: 3, expected: 3 },
    { warm: 3, metric: 0, target: 50, min: 1, expected: 1 },
    { warm: 3, metric: 0, target: 50, min: 0, expected: 0 },
    { warm: 3, metric: 1.1, target: 3.3, min: 1, expected: 1 },
  ])(
    '$warm at $metric %, target $target %, at least $min: $expected',
    ({ warm, metric, target, min, expected }) => {
      expect(scaledIn(metric, target, fleet(warm), { min, max: 10, desired: warm })).toBe(expected);
    },
  );

  test.each([{ warming: 1 }, { launching: 1 }])('it waits while an instance is on its way in: %j', (busy) => {
    expect(scaledIn(0, 50, fleet(2, busy), { min: 1, max: 10, desired: 3 })).toBe(3);
  });

  test('terminating instances still count', () => {
    const limits = { min: 1, max: 10, desired: 2 };
    expect(scaledIn(20, 50, fleet(2, { terminating: 2 }), limits)).toBe(2);
    expect(scaledIn(20, 50, fleet(2), limits)).toBe(1);
  });
});

describe('a group that follows its CPU', () => {
  test('A6: two datapoints over the target change nothing, the third scales out', () => {
    const account = new Account();
    const group = account.serving(1);
    account.periods([90, 90]);
    expect(group.desiredCapacity).toBe(1);
    account.period(90);
    expect(group.desiredCapacity).toBe(2);
  });

  test('A6: exactly the target is not over it', () => {
    const account = new Account();
    const group = account.serving(1);
    account.periods([50, 50, 50, 50]);
    expect(account.policy().alarms[0]?.state).toBe('OK');
    expect(group.desiredCapacity).toBe(1);
  });

  test('A6: one datapoint below the target starts the count again', () => {
    const account = new Account();
    const group = account.serving(1);
    account.periods([90, 90, 40, 90, 90]);
    expect(group.desiredCapacity).toBe(1);
  });

  test('A6: fourteen low datapoints change nothing, the fifteenth scales in', () => {
    const account = new Account();
    const group = account.serving(3, 50, { MinSize: '1' });
    account.periods(Array(14).fill(5));
    expect(group.desiredCapacity).toBe(3);
    account.period(5);
    expect(group.desiredCapacity).toBe(1);
  });

  test('A8: low CPU that would be over the target with one instance less keeps the instance', () => {
    const account = new Account();
    const group = account.serving(2, 50, { MinSize: '1' });
    account.periods(Array(20).fill(30));
    expect(account.policy().alarms.map(({ state }) => state)).toEqual(['OK', 'ALARM']);
    expect(group.desiredCapacity).toBe(2);
  });

  test('A9: an alarm that lasts invokes the policy again each period', () => {
    const account = new Account();
    const group = account.serving(1, 50, { DefaultInstanceWarmup: '30' });
    account.periods([90, 90, 90]);
    account.settle();
    account.period(90);
    account.settle();
    expect(group.desiredCapacity).toBe(4);
  });

  test('A9: periods that are closed a little early or late count as one each', () => {
    const account = new Account();
    const group = account.serving(1, 50, { DefaultInstanceWarmup: '0' });
    account.periods([90, 90, 90]);
    const capacities = [-0.3, 0.4, -0.1].map((offset) => {
      account.settle();
      account.advance(offset);
      account.period(90);
      return group.desiredCapacity;
    });
    expect(capacities).toEqual([4, 8, 10]);
  });

  test('A10: missing datapoints scale neither way, and none at all is INSUFFICIENT_DATA', () => {
    const account = new Account();
    const group = account.serving(2, 50, { MinSize: '1' });
    account.periods([90, undefined, 90]);
    expect(group.desiredCapacity).toBe(2);
    account.periods(Array(16).fill(undefined));
    expect(account.policy().alarms.map(({ state }) => state)).toEqual([
      'INSUFFICIENT_DATA',
      'INSUFFICIENT_DATA',
    ]);
    expect(group.desiredCapacity).toBe(2);
  });

  test('A14: while an instance warms up the group does not shrink', () => {
    const account = new Account();
    const group = account.serving(2, 50, { MinSize: '1', DefaultInstanceWarmup: '3600' });
    account.periods(Array(16).fill(1));
    expect(group.desiredCapacity).toBe(2);
  });

  test('A17: the history quotes alarm, policy and sizes', () => {
    const account = new Account();
    account.serving(1);
    account.periods([90, 90, 90]);
    account.settle();
    const [latest] = account.group().activities;
    expect(latest?.cause).toMatch(
      /^At 2026-\S+Z a monitor alarm TargetTracking-web-AlarmHigh-\S+ in state ALARM triggered policy cpu changing the desired capacity from 1 to 2\. {2}At \S+Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 1 to 2\.$/,
    );
  });

  test('A11: with scale-in disabled there is no low alarm and nothing is removed', () => {
    const account = new Account();
    const group = account.serving(2, 50, { MinSize: '1' });
    account.call('PutScalingPolicy', policy('cpu', { DisableScaleIn: 'true' }));
    account.periods(Array(20).fill(0));
    expect(account.policy().alarms.map(({ direction }) => direction)).toEqual(['high']);
    expect(group.desiredCapacity).toBe(2);
  });

  test('A12: with two policies one is enough to grow and both are needed to shrink', () => {
    const account = new Account();
    const group = account.serving(2, 50, { MinSize: '1' });
    account.call('PutScalingPolicy', policy('strict', { TargetValue: '20' }));
    account.periods([30, 30, 30]);
    expect(group.desiredCapacity).toBe(3);
    account.settle();
    account.advance(120);
    account.settle();
    account.periods(Array(16).fill(12));
    expect(account.policy().alarms[1]?.state).toBe('ALARM');
    expect(group.desiredCapacity).toBe(2);
  });

  test('A5: another target is another AlarmHigh, the same target keeps it', () => {
    const account = new Account();
    account.serving(1);
    const highAlarm = () => account.policy().alarms[0]?.name;
    const first = highAlarm();
    account.call('PutScalingPolicy', policy('cpu', { TargetValue: '50' }));
    expect(highAlarm()).toBe(first);
    account.call('PutScalingPolicy', policy('cpu', { TargetValue: '40' }));
    expect(highAlarm()).not.toBe(first);
  });

  test('B16: with AlarmNotification suspended nothing scales; on resume present breaches do', () => {
    const account = new Account();
    const group = account.serving(1);
    account.call('SuspendProcesses', {
      AutoScalingGroupName: 'web',
      ScalingProcesses: ['AlarmNotification'],
    });
    account.periods([90, 90, 90, 90]);
    expect(group.desiredCapacity).toBe(1);
    account.call('ResumeProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: ['Launch'] });
    expect(group.desiredCapacity).toBe(1);
    account.call('ResumeProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: ['AlarmNotification'] });
    expect(group.desiredCapacity).toBe(2);
  });
});

function policy(name: string, tracking: Record<string, string>) {
  return {
    AutoScalingGroupName: 'web',
    PolicyName: name,
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingConfiguration: {
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
      TargetValue: '50',
      ...tracking,
    },
  };
}
