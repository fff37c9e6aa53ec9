/** Random settings of scaling and observability, all of which are taken. */
import fc from 'fast-check';
import type { AlarmsProps, MeasureProps, MetricProps, ObservabilityProps, ScalingProps } from '../../modules';

const { constantFrom, double, integer, record } = fc;

/** Leaves a setting out now and then, rather than giving it the value undefined. */
function settings<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }, required: readonly (keyof T)[] = []) {
  return record(model, { requiredKeys: [...required] as never[] }) as fc.Arbitrary<T>;
}

const partName = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4}){0,2}$/);
const id = fc.stringMatching(/^[a-z]\w{0,4}$/).filter((each) => each !== 'result');
const target = double({ min: 1e-100, max: 1e100, noNaN: true });
const minutes = integer({ min: 1, max: 1440 });
const named = <T>(value: fc.Arbitrary<T>) => fc.dictionary(partName, value, { maxKeys: 2 });

const metric: fc.Arbitrary<MetricProps> = settings(
  {
    namespace: constantFrom('AWS/SQS', 'Shop'),
    metricName: constantFrom('Jobs', 'Time of a job, 99 %'),
    of: constantFrom('group' as const, 'loadBalancer' as const, 'targetGroup' as const),
    dimensions: fc.dictionary(id, constantFrom('a', 'b c', '"'), { maxKeys: 2 }),
    statistic: constantFrom('Average', 'Sum', 'p99.9', 'tm90', 'IQM'),
    unit: constantFrom('Count', 'Bytes/Second'),
  },
  ['namespace', 'metricName'],
);

const measure: fc.Arbitrary<MeasureProps> = fc.oneof(
  metric,
  fc.dictionary(id, metric, { minKeys: 1, maxKeys: 3 }).map((metrics) => ({
    expression: `FILL(${Object.keys(metrics).join(', 0) / FILL(')}, 0)`,
    metrics,
  })),
);

const policy = { scaleIn: fc.boolean(), warmupSeconds: integer({ min: 0, max: 3600 }) };

export const scaling: fc.Arbitrary<ScalingProps> = settings({
  cpu: settings(policy),
  requests: settings({ perTargetPerSecond: target, ...policy }, ['perTargetPerSecond']),
  networkIn: settings({ bytesPerSecond: target, ...policy }, ['bytesPerSecond']),
  networkOut: settings({ bytesPerSecond: target, ...policy }, ['bytesPerSecond']),
  metrics: named(
    settings({ measure, target, periodSeconds: constantFrom(10 as const, 60 as const), ...policy }, [
      'measure',
      'target',
    ]),
  ),
  // Whatever the limits of the group are, these fit.
  schedules: named(
    settings(
      {
        minCapacity: integer({ min: 0, max: 1 }),
        maxCapacity: integer({ min: 50, max: 100 }),
        recurrence: constantFrom('0 8 * * MON-FRI', '*/15 6-22/2 1,15 * *'),
        timeZone: constantFrom('Europe/Berlin', 'UTC'),
      },
      ['maxCapacity', 'recurrence'],
    ),
  ),
  predictive: settings({
    mode: constantFrom('ForecastOnly' as const, 'ForecastAndScale' as const),
    target: integer({ min: 1, max: 100 }),
    schedulingBufferSeconds: integer({ min: 1800, max: 3599 }),
  }),
  scaleIn: fc.boolean(),
});

const orNone = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, fc.constant('none' as const));

const alarms: fc.Arbitrary<AlarmsProps> = settings({
  topic: settings({ emails: named(fc.constant('ops@example.com')) }),
  topicArns: named(fc.constant('arn:aws:sns:eu-central-1:123456789012:ops')),
  tellRecovery: fc.boolean(),
  targetErrors: orNone(settings({ percent: double({ min: 0.1, max: 99, noNaN: true }), minutes })),
  loadBalancerErrors: orNone(settings({ count: integer({ min: 0, max: 1000 }), minutes })),
  latency: orNone(settings({ seconds: target, percentile: integer({ min: 1, max: 99 }), minutes })),
  unhealthyHosts: orNone(settings({ hosts: integer({ min: 1, max: 9 }), minutes })),
  launchFailures: orNone(settings({ enabled: fc.boolean() })),
  metrics: named(
    settings({ measure, threshold: integer(), periodSeconds: constantFrom(10, 60, 300) }, [
      'measure',
      'threshold',
    ]),
  ).map((custom) =>
    // A name of one of the standard alarms is taken.
    Object.fromEntries(Object.entries(custom).map(([name, alarm]) => [`my-${name}`, alarm])),
  ),
});

export const observability: fc.Arbitrary<ObservabilityProps> = settings({
  alarms,
  dashboard: settings({ periodSeconds: constantFrom(60 as const, 300 as const) }),
  groupMetrics: fc.boolean(),
});

/** A setting's path, and values of its type or not that no service can have there. */
export const wrongScaling: readonly (readonly [path: string, values: readonly unknown[]])[] = [
  ['scaling.scaleIn', ['no', 0]],
  ['scaling.requests.perTargetPerSecond', [0, -1, '5', Number.POSITIVE_INFINITY]],
  ['scaling.networkIn.bytesPerSecond', [0, -1, null]],
  ['scaling.cpu.warmupSeconds', [-1, 3601, 1.5]],
  ['scaling.predictive.mode', ['Scale', true]],
  ['scaling.predictive.schedulingBufferSeconds', [-1, 3600]],
  ['scaling.schedules', [[], 7, { Night: {} }, { night: {} }]],
  ['scaling.metrics', [[], { jobs: {} }]],
  ['observability.groupMetrics', ['no', 1]],
  ['observability.dashboard.periodSeconds', [30, '60']],
  ['observability.alarms.latency.percentile', [0, 100, 101]],
  ['observability.alarms.targetErrors.minutes', [0, 1441, 1.5]],
  ['observability.alarms.actionArns[0]', ['stop', 7]],
];
