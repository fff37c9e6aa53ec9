import { metricsOf } from '../../lab/autoscaling/scaling';
import type { QueryInput, QueryValue } from '../../lab/gateway/query-protocol';
import { Account } from './account';

const label = 'app/web/1234/targetgroup/web/0123456789abcdef';
const perTarget = {
  PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel: label },
};
const queue = (members: QueryInput = {}): QueryInput => ({
  CustomizedMetricSpecification: {
    Namespace: 'Shop',
    MetricName: 'Backlog',
    Dimensions: [{ Name: 'Queue', Value: 'orders' }],
    Statistic: 'Average',
    ...members,
  },
});

const put = (account: Account, tracking: QueryInput, PolicyName = 'other', TargetValue = '100') =>
  account.call('PutScalingPolicy', {
    AutoScalingGroupName: 'web',
    PolicyName,
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingConfiguration: { TargetValue, ...tracking },
  });

const followed = (account: Account) => account.policy('other').metric;

describe('A1: requests per target', () => {
  test('scale out in proportion to what comes', () => {
    const account = new Account();
    const group = account.serving(2, 95);
    put(account, perTarget);
    const metric = followed(account);
    for (let period = 0; period < 3; period += 1) account.readings([[metric, 250]]);
    expect(group.desiredCapacity).toBe(5);
    expect(account.events.findLast((event) => event.type === 'decision')).toMatchObject({ policy: 'other' });
  });

  test.each<[string, QueryInput]>([
    ['requests per target', perTarget],
    ['a customized metric', queue()],
  ])('count warming instances among those that they are spread over: %s', (_what, tracking) => {
    const account = new Account();
    const group = account.serving(2, 95);
    put(account, tracking);
    const metric = followed(account);
    for (let period = 0; period < 3; period += 1) account.readings([[metric, 150]]);
    expect(group.desiredCapacity).toBe(3);
    account.settle();
    // Three share what two had; the third is warming.
    account.readings([[metric, 150]], 1);
    expect(group.desiredCapacity).toBe(5);
  });

  test.each<[string, QueryInput, string]>([
    ['without a label', { PredefinedMetricType: 'ALBRequestCountPerTarget' }, 'ResourceLabel null'],
    [
      'of a target group that is not attached',
      {
        PredefinedMetricType: 'ALBRequestCountPerTarget',
        ResourceLabel: 'app/web/1234/targetgroup/web/fedcba9876543210',
      },
      'is not attached',
    ],
    [
      'with the label on another metric',
      { PredefinedMetricType: 'ASGAverageNetworkIn', ResourceLabel: label },
      'not to ASGAverageNetworkIn',
    ],
    ['by a type that nobody knows', { PredefinedMetricType: 'ASGAverageMood' }, 'ASGAverageMood'],
  ])('are refused %s', (_what, specification, message) => {
    const account = new Account();
    account.createGroup();
    expect(() => put(account, { PredefinedMetricSpecification: specification })).toThrow(message);
  });
});

test.each(['ASGAverageNetworkIn', 'ASGAverageNetworkOut'])(
  'A1: %s leaves warming instances out',
  (PredefinedMetricType) => {
    const account = new Account();
    const group = account.serving(2, 95);
    put(account, { PredefinedMetricSpecification: { PredefinedMetricType } });
    const metric = followed(account);
    for (let period = 0; period < 3; period += 1) account.readings([[metric, 150]]);
    account.settle();
    account.readings([[metric, 150]], 1);
    expect(group.desiredCapacity).toBe(3);
  },
);

describe('A3: a customized metric', () => {
  test('scales the group, and is answered as it was sent (F6)', () => {
    const account = new Account();
    const group = account.serving(1, 95);
    put(account, queue({ Period: '30', Unit: 'Count' }));
    const metric = followed(account);
    for (let period = 0; period < 3; period += 1) account.readings([[metric, 300]], 30);
    expect(group.desiredCapacity).toBe(3);
    const { ScalingPolicies } = account.call('DescribePolicies', { PolicyNames: ['other'] });
    expect(ScalingPolicies).toMatchObject([
      { TargetTrackingConfiguration: queue({ Period: '30', Unit: 'Count' }) },
    ]);
  });

  test('of the same queries is one metric, whoever follows it', () => {
    const account = new Account();
    account.createGroup();
    put(account, queue(), 'one', '10');
    put(account, queue(), 'two', '20');
    put(account, queue({ Statistic: 'Maximum' }), 'three');
    expect(metricsOf(account.group())).toHaveLength(2);
  });

  const query = (id: string, members: QueryInput) => ({ Id: id, ...members });
  const metricStat = (members: QueryInput = {}) => ({
    MetricStat: { Metric: { Namespace: 'Shop', MetricName: 'Backlog' }, Stat: 'Average', ...members },
    ReturnData: 'false',
  });
  test('of several metrics is answered as it was sent, expression and all', () => {
    const account = new Account();
    account.createGroup();
    const Metrics: QueryValue = [
      query('m1', metricStat({ Period: '10' })),
      query('e1', { Expression: 'FILL(m1, REPEAT)', ReturnData: 'true' }),
    ];
    put(account, { CustomizedMetricSpecification: { Metrics } });
    const { ScalingPolicies } = account.call('DescribePolicies', {});
    expect(ScalingPolicies).toMatchObject([
      { TargetTrackingConfiguration: { CustomizedMetricSpecification: { Metrics } } },
    ]);
    expect(followed(account)).toMatchObject({ period: 10 });
  });

  test.each<[string, QueryInput, string]>([
    ['A4: a period of 20', queue({ Period: '20' }), 'one of 10, 30, 60 seconds, not 20'],
    ['a percentile', queue({ Statistic: 'p99' }), 'statistic p99'],
    ['no metric at all', {}, 'Exactly one of'],
    ['two specifications', { ...perTarget, ...queue() }, 'Exactly one of'],
    [
      'an expression that the lab does not do',
      { CustomizedMetricSpecification: { Metrics: [query('e1', { Expression: 'RATE(m1)' })] } },
      'does not support',
    ],
    [
      'a query that is neither',
      { CustomizedMetricSpecification: { Metrics: [query('m1', {})] } },
      'either Expression or MetricStat',
    ],
    [
      'periods that differ',
      {
        CustomizedMetricSpecification: {
          Metrics: [
            query('m1', metricStat({ Period: '10' })),
            query('m2', metricStat({ Period: '30' })),
            query('e1', { Expression: 'm1 + m2' }),
          ],
        },
      },
      'same Period',
    ],
  ])('is refused for %s', (_what, tracking, message) => {
    const account = new Account();
    account.createGroup();
    expect(() => put(account, tracking)).toThrow(expect.objectContaining({ code: 'ValidationError' }));
    expect(() => put(account, tracking)).toThrow(message);
  });
});

describe('A12: policies of different periods', () => {
  test('agree to scale in by the state of their alarms', () => {
    const account = new Account();
    const group = account.serving(3, 50);
    put(account, queue({ Period: '10' }));
    const metric = followed(account);
    for (let period = 0; period < 15; period += 1) account.readings([[metric, 1]], 10);
    expect(group.desiredCapacity).toBe(3);
    account.periods(Array(15).fill(1));
    expect(group.desiredCapacity).toBe(1);
  });

  test('A9: one that has nothing new is not asked again', () => {
    const account = new Account();
    const group = account.serving(1, 50);
    put(account, queue({ Period: '10' }));
    account.periods([60, 60, 60]);
    expect(group.desiredCapacity).toBe(2);
    account.settle();
    account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '1' });
    account.readings([[followed(account), 1]], 10);
    expect(group.desiredCapacity).toBe(1);
  });
});

test('A5: the same target of another metric is another pair of alarms', () => {
  const account = new Account();
  account.serving(1, 50);
  const names = () => account.policy().alarms.map(({ name }) => name);
  const before = names();
  put(account, queue(), 'cpu', '50');
  expect(names()).not.toEqual(before);
});
