import type { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { CustomizedTracking, PredefinedTracking } from '../../lab/autoscaling/tracked-metric';
import { keyOf } from '../../lab/autoscaling/tracked-metric';
import { CustomizedMetrics, type Measured, predefinedReadings } from '../../lab/metrics/readings';

const perTarget: PredefinedTracking = {
  kind: 'predefined',
  type: 'ALBRequestCountPerTarget',
  resourceLabel: 'app/web/1/targetgroup/web/2',
};

const measured: Measured = {
  cpu: { group: 'web', groupPercent: 40, instancePercents: new Map() },
  network: { group: 'web', byInstance: new Map(), average: { in: 600, out: 6000 } },
  requests: [
    {
      loadBalancer: 'app/web/1',
      targetGroup: 'targetgroup/web/2',
      requests: 120,
      healthyTargets: 3,
      target5xx: 0,
      balancer5xx: 0,
    },
  ],
};

/** By key, of a tenfold minute. */
const readings = (change: Partial<Measured> = {}, followed = [perTarget]) =>
  Object.fromEntries(
    predefinedReadings({ at: 0, length: 6000 }, { ...measured, ...change }, followed).map(
      ({ metric, value }) => [keyOf(metric), value],
    ),
  );

test('A4: what is counted is told per minute of the real clock, what is a share as it is', () => {
  expect(readings()).toEqual({
    ASGAverageCPUUtilization: 40,
    ASGAverageNetworkIn: 6000,
    ASGAverageNetworkOut: 60_000,
    'ALBRequestCountPerTarget app/web/1/targetgroup/web/2': 400,
  });
});

test.each<[string, object]>([
  ['without a request', { requests: 0 }],
  ['without a healthy target', { healthyTargets: 0 }],
  ['of another target group', { targetGroup: 'targetgroup/other/3' }],
])('D10: %s there are no requests per target', (_what, change) => {
  const requests = measured.requests.map((plane) => ({ ...plane, ...change }));
  expect(readings({ requests })[keyOf(perTarget)]).toBeUndefined();
});

test('requests per target are read for those who follow them', () => {
  expect(Object.keys(readings({}, []))).not.toContain(keyOf(perTarget));
});

describe('a customized metric (rules A3, A4)', () => {
  const customized = (statistic: 'Average' | 'Sum' | 'SampleCount'): CustomizedTracking => ({
    kind: 'customized',
    period: 30,
    queries: [
      {
        id: 'm1',
        source: {
          stat: {
            namespace: 'Shop',
            name: 'Orders',
            dimensions: [{ name: 'Queue', value: 'a' }],
            statistic,
            unit: undefined,
          },
        },
        returnData: false,
      },
      { id: 'e1', source: { expression: 'FILL(m1, REPEAT) / 2' }, returnData: true },
    ],
    specification: {},
  });

  function cloudwatchAnswering(...values: (number | undefined)[]) {
    const asked: GetMetricDataCommand['input'][] = [];
    const client = {
      send: async ({ input }: GetMetricDataCommand) => {
        asked.push(input);
        const value = values.shift();
        return { MetricDataResults: [{ Id: 'm1', Values: value === undefined ? [] : [value] }] };
      },
    } as unknown as CloudWatchClient;
    return { metrics: new CustomizedMetrics(client), asked };
  }

  const period = { at: 60_000, length: 3000 };

  test('is asked for by its dimensions, in its period', async () => {
    const { metrics, asked } = cloudwatchAnswering(10);
    await metrics.read(customized('Average'), period);
    expect(asked).toMatchObject([
      {
        StartTime: new Date(60_000),
        EndTime: new Date(63_000),
        MetricDataQueries: [
          {
            MetricStat: {
              Metric: {
                Namespace: 'Shop',
                MetricName: 'Orders',
                Dimensions: [{ Name: 'Queue', Value: 'a' }],
              },
              Stat: 'Average',
              Period: 3,
            },
          },
        ],
      },
    ]);
  });

  test.each<['Average' | 'Sum' | 'SampleCount', number]>([
    ['Average', 5],
    ['Sum', 100],
    ['SampleCount', 100],
  ])('that is an %s of 10 in 3 s is %d halves', async (statistic, expected) => {
    const { metrics } = cloudwatchAnswering(10);
    expect((await metrics.read(customized(statistic), period)).value).toBe(expected);
  });

  test('goes on from its last value where it is to be repeated', async () => {
    const { metrics } = cloudwatchAnswering(undefined, 10, undefined);
    const values = [];
    for (let read = 0; read < 3; read += 1) {
      values.push((await metrics.read(customized('Average'), period)).value);
    }
    expect(values).toEqual([undefined, 5, 5]);
  });
});
