import { adjusted, faultIn, stepFor } from '../../lab/autoscaling/adjustments';
import { invocationsOf } from '../../lab/autoscaling/alarmed-policies';
import type { AdjustmentType, Step } from '../../lab/autoscaling/policies';
import { recordReadings } from '../../lab/autoscaling/scaling';
import { cpu } from '../../lab/autoscaling/tracked-metric';
import type { QueryInput } from '../../lab/gateway/query-protocol';
import { Account } from './account';

describe('A18: an adjustment', () => {
  test.each<[number, AdjustmentType, number, number | undefined, number]>([
    [3, 'ChangeInCapacity', 2, undefined, 5],
    [3, 'ChangeInCapacity', -2, undefined, 1],
    [3, 'ExactCapacity', 7, undefined, 7],
    [10, 'PercentChangeInCapacity', 12, undefined, 11],
    [10, 'PercentChangeInCapacity', 19, undefined, 11],
    [10, 'PercentChangeInCapacity', 5, undefined, 11],
    [10, 'PercentChangeInCapacity', -5, undefined, 9],
    [10, 'PercentChangeInCapacity', -19, undefined, 9],
    [10, 'PercentChangeInCapacity', 10, 3, 13],
    [10, 'PercentChangeInCapacity', -10, 3, 7],
    [10, 'PercentChangeInCapacity', 0, 3, 10],
  ])('of %i by %s %i, at least %p, makes %i', (capacity, adjustmentType, adjustment, minimum, expected) => {
    const change = { adjustmentType, adjustment, minAdjustmentMagnitude: minimum };
    expect(adjusted(capacity, change)).toBe(expected);
  });
});

const step = (lower: number | undefined, upper: number | undefined, adjustment = 1): Step => ({
  lower,
  upper,
  adjustment,
});

describe('A18: of the steps', () => {
  const steps = [step(undefined, -10, -2), step(-10, 0, -1), step(0, 20, 1), step(20, undefined, 3)];
  test.each([
    [-11, -2],
    [-10, -2],
    [-9.9, -1],
    [0, 1],
    [19.9, 1],
    [20, 3],
    [500, 3],
  ])('at %d from the threshold it is the one by %i', (distance, expected) => {
    expect(stepFor(steps, distance)?.adjustment).toBe(expected);
  });

  test.each<[string, Step[], string | undefined]>([
    ['are fine as they are', steps, undefined],
    ['may begin at the threshold', [step(0, undefined)], undefined],
    ['must be there', [], 'At least one'],
    ['must not overlap', [step(0, 20), step(10, undefined)], 'overlap'],
    ['must leave no gap', [step(0, 10), step(20, undefined)], 'gap'],
    ['must have an upper end', [step(20, 10)], 'below its upper'],
    ['need one without an upper bound', [step(0, 10)], 'without an upper'],
    ['need one without a lower bound', [step(-10, 0)], 'without a lower'],
  ])('they %s', (_what, given, expected) => {
    const fault = faultIn(given);
    if (expected === undefined) expect(fault).toBeUndefined();
    else expect(fault).toContain(expected);
  });
});

const stepPolicy: QueryInput = {
  AutoScalingGroupName: 'web',
  PolicyName: 'steps',
  PolicyType: 'StepScaling',
  AdjustmentType: 'ChangeInCapacity',
  StepAdjustments: [
    { MetricIntervalLowerBound: '0', MetricIntervalUpperBound: '20', ScalingAdjustment: '1' },
    { MetricIntervalLowerBound: '20', ScalingAdjustment: '3' },
    { MetricIntervalUpperBound: '0', ScalingAdjustment: '-1' },
  ],
};
const simplePolicy: QueryInput = {
  AutoScalingGroupName: 'web',
  PolicyName: 'simple',
  AdjustmentType: 'ChangeInCapacity',
  ScalingAdjustment: '1',
  Cooldown: '120',
};

/** The group `web` with such a policy and so many warm instances, and an alarm at 50 that invokes it. */
function alarmed(count: number, policy: QueryInput, members: QueryInput = {}) {
  const account = new Account();
  const group = account.serving(count, 95, members);
  const { PolicyARN } = account.call('PutScalingPolicy', policy);
  const invoke = (value: number, ...others: [typeof cpu, number][]) => {
    account.advance(60);
    const says = [{ alarm: 'busy', actions: [String(PolicyARN)], threshold: 50, value }];
    recordReadings(
      group,
      others.map(([metric, read]) => ({ metric, at: account.now, value: read })),
      account.surroundings,
      invocationsOf(group, says),
    );
  };
  return { account, group, invoke, arn: String(PolicyARN) };
}

describe('A18: a step scaling policy', () => {
  test('grows the group by the step that the alarm’s value falls into, and says so', () => {
    const { group, invoke } = alarmed(1, stepPolicy);
    invoke(75);
    expect(group.desiredCapacity).toBe(4);
    expect(group.capacityCause).toContain(
      'a monitor alarm busy in state ALARM triggered policy steps changing the desired capacity from 1 to 4.',
    );
  });

  test('grows it once for breaches of one step, and by the rest for a higher one, while instances warm up', () => {
    const { account, group, invoke } = alarmed(2, stepPolicy, { DefaultInstanceWarmup: '600' });
    account.advance(600);
    invoke(60);
    account.settle();
    invoke(60);
    expect(group.desiredCapacity).toBe(3);
    invoke(75);
    expect(group.desiredCapacity).toBe(5);
  });

  test('does not shrink it while an instance warms up', () => {
    const { account, group, invoke } = alarmed(2, stepPolicy, { DefaultInstanceWarmup: '600' });
    account.advance(600);
    invoke(60);
    account.settle();
    invoke(10);
    expect(group.desiredCapacity).toBe(3);
  });

  test('counts what is terminating when it shrinks it', () => {
    const { account, group, invoke } = alarmed(3, stepPolicy);
    invoke(10);
    account.settle();
    expect(account.instances('Terminating')).toHaveLength(1);
    invoke(10);
    expect(group.desiredCapacity).toBe(2);
  });

  test('stays within the group’s limits', () => {
    const { group, invoke } = alarmed(2, stepPolicy, { MaxSize: '3' });
    invoke(90);
    expect(group.desiredCapacity).toBe(3);
  });

  test('does nothing where it is not enabled', () => {
    const { group, invoke } = alarmed(1, { ...stepPolicy, Enabled: 'false' });
    invoke(75);
    expect(group.desiredCapacity).toBe(1);
  });

  test('B16: is not invoked while AlarmNotification is suspended', () => {
    const { account, group, invoke } = alarmed(1, stepPolicy);
    account.call('SuspendProcesses', {
      AutoScalingGroupName: 'web',
      ScalingProcesses: ['AlarmNotification'],
    });
    invoke(75);
    expect(group.desiredCapacity).toBe(1);
  });

  test('A12: the larger capacity wins where target tracking asks for another', () => {
    const { account, group, invoke } = alarmed(2, stepPolicy);
    account.periods([96, 96]);
    invoke(10, [cpu, 100]);
    expect(group.desiredCapacity).toBe(3);
  });
});

describe('A15: a simple scaling policy', () => {
  test('acts once, and not again until the group has come to rest and cooled down', () => {
    const { account, group, invoke } = alarmed(1, simplePolicy);
    invoke(75);
    expect(group.desiredCapacity).toBe(2);
    invoke(75);
    expect(group.desiredCapacity).toBe(2);
    account.settle();
    account.advance(59);
    account.turn();
    invoke(75);
    expect(group.desiredCapacity).toBe(2);
    account.advance(2);
    account.turn();
    invoke(75);
    expect(group.desiredCapacity).toBe(3);
  });

  test('has not begun to cool down while an instance still drains', () => {
    const { account, group, invoke } = alarmed(3, { ...simplePolicy, ScalingAdjustment: '-1' });
    invoke(75);
    account.settle();
    expect(account.instances('Terminating')).toHaveLength(1);
    expect(group.cooldown).toMatchObject({ since: undefined });
    account.advance(31);
    account.settle();
    expect(group.cooldown).toMatchObject({ since: account.now });
  });

  test('cools down as long as the group says where it says nothing itself', () => {
    const { Cooldown: _, ...withoutCooldown } = simplePolicy;
    const { group, invoke } = alarmed(1, withoutCooldown, { DefaultCooldown: '7' });
    invoke(75);
    expect(group.cooldown?.seconds).toBe(7);
  });
});

describe('ExecutePolicy', () => {
  test('invokes a step scaling policy with the metric that it is told', () => {
    const { account, group, arn } = alarmed(1, stepPolicy);
    account.call('ExecutePolicy', { PolicyName: arn, MetricValue: '59', BreachThreshold: '50' });
    expect(group.desiredCapacity).toBe(2);
    expect(() => account.call('ExecutePolicy', { PolicyName: arn })).toThrow('MetricValue');
  });

  test('waits for no cooldown unless it is told to', () => {
    const { account, group, arn } = alarmed(1, simplePolicy);
    account.call('ExecutePolicy', { PolicyName: arn });
    account.call('ExecutePolicy', { PolicyName: arn });
    expect(group.desiredCapacity).toBe(3);
    expect(() => account.call('ExecutePolicy', { PolicyName: arn, HonorCooldown: 'true' })).toThrow(
      expect.objectContaining({ code: 'ScalingActivityInProgress' }),
    );
  });

  test('is refused for target tracking', () => {
    const { account } = alarmed(1, simplePolicy);
    const call = { AutoScalingGroupName: 'web', PolicyName: 'cpu' };
    expect(() => account.call('ExecutePolicy', call)).toThrow('TargetTrackingScaling');
  });
});

const predictive = (Mode?: string): QueryInput => ({
  AutoScalingGroupName: 'web',
  PolicyName: 'forecast',
  PolicyType: 'PredictiveScaling',
  PredictiveScalingConfiguration: {
    MetricSpecifications: [
      {
        TargetValue: '40',
        PredefinedMetricPairSpecification: { PredefinedMetricType: 'ASGCPUUtilization' },
      },
    ],
    SchedulingBufferTime: '300',
    ...(Mode === undefined ? {} : { Mode }),
  },
});

describe('F6: policies answer what was put', () => {
  test.each<[string, QueryInput, object]>([
    [
      'steps',
      { ...stepPolicy, EstimatedInstanceWarmup: '30' },
      {
        PolicyType: 'StepScaling',
        AdjustmentType: 'ChangeInCapacity',
        MetricAggregationType: 'Average',
        EstimatedInstanceWarmup: 30,
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 20, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 20, MetricIntervalUpperBound: undefined, ScalingAdjustment: 3 },
          { MetricIntervalLowerBound: undefined, MetricIntervalUpperBound: 0, ScalingAdjustment: -1 },
        ],
      },
    ],
    ['simple', simplePolicy, { PolicyType: 'SimpleScaling', ScalingAdjustment: 1, Cooldown: 120 }],
    [
      'forecast',
      predictive(),
      {
        PolicyType: 'PredictiveScaling',
        PredictiveScalingConfiguration: {
          Mode: 'ForecastOnly',
          ...(predictive().PredictiveScalingConfiguration as object),
        },
      },
    ],
  ])('%s', (name, put, expected) => {
    const account = new Account();
    account.createGroup();
    account.call('PutScalingPolicy', put);
    const { ScalingPolicies } = account.call('DescribePolicies', { PolicyNames: [name] });
    expect(ScalingPolicies).toEqual([expect.objectContaining(expected)]);
  });

  test('the alarms of a step scaling policy are those that name it in CloudWatch', () => {
    const { account, arn } = alarmed(1, stepPolicy);
    account.region.alarms.set('busy', { name: 'busy', arn: 'arn:busy', actions: [arn] });
    account.region.alarms.set('other', { name: 'other', arn: 'arn:other', actions: ['arn:topic'] });
    const { ScalingPolicies } = account.call('DescribePolicies', { PolicyTypes: ['StepScaling'] });
    expect(ScalingPolicies).toMatchObject([{ Alarms: [{ AlarmName: 'busy', AlarmARN: 'arn:busy' }] }]);
  });
});

test('a predictive policy that is to scale says that it never acts here', () => {
  const account = new Account();
  account.createGroup();
  account.call('PutScalingPolicy', predictive('ForecastAndScale'));
  expect(account.events).toContainEqual(
    expect.objectContaining({ type: 'notice', level: 'warning', text: expect.stringContaining('forecast') }),
  );
});

test.each<[string, QueryInput, string]>([
  ['a step scaling policy with a cooldown', { ...stepPolicy, Cooldown: '60' }, 'Cooldown'],
  ['one without steps', { ...stepPolicy, StepAdjustments: [] }, 'At least one'],
  [
    'one with a foreign aggregation',
    { ...stepPolicy, MetricAggregationType: 'Sum' },
    'MetricAggregationType',
  ],
  [
    'a simple one with a warm-up',
    { ...simplePolicy, EstimatedInstanceWarmup: '1' },
    'EstimatedInstanceWarmup',
  ],
  ['another kind of adjustment', { ...simplePolicy, AdjustmentType: 'Some' }, 'not Some'],
  [
    'a least change of what is no percentage',
    { ...simplePolicy, MinAdjustmentMagnitude: '2' },
    'MinAdjustment',
  ],
  ['a forecast of nothing', { ...predictive(), PredictiveScalingConfiguration: {} }, 'MetricSpecifications'],
  ['a forecast in another mode', predictive('Perhaps'), 'not Perhaps'],
  ['another type', { ...simplePolicy, PolicyType: 'Wishful' }, 'Wishful'],
])('refused is %s', (_what, policy, message) => {
  const account = new Account();
  account.createGroup();
  expect(() => account.call('PutScalingPolicy', policy)).toThrow(
    expect.objectContaining({ code: 'ValidationError' }),
  );
  expect(() => account.call('PutScalingPolicy', policy)).toThrow(message);
});
