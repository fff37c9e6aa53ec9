import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import type { Configuration } from './configuration';
import { whereSet } from './where-set';

/** A year from now: a schedule in the past is refused. */
const nextYear = `${new Date().getUTCFullYear() + 1}-03-01T06:00:00Z`;
const yearAfter = `${new Date().getUTCFullYear() + 2}-03-01T06:00:00Z`;

export const scalingConfigurations: readonly Configuration[] = [
  {
    title: 'that follows requests and bytes instead of its CPU, and never shrinks by itself',
    props: {
      cpuTarget: 'none',
      maxCapacity: 4,
      scaling: {
        requests: { perTargetPerSecond: 40, warmupSeconds: 30 },
        networkIn: { bytesPerSecond: 1_000_000 },
        networkOut: { bytesPerSecond: 5_000_000, scaleIn: true },
        scaleIn: false,
      },
    },
  },
  {
    title: 'that follows a queue of its own stack by metric math, a metric every 10 seconds, and its latency',
    props: (stack) => ({
      scaling: {
        metrics: {
          backlog: {
            measure: {
              expression: 'FILL(visible, 0) / running',
              metrics: {
                visible: {
                  namespace: 'AWS/SQS',
                  metricName: 'ApproximateNumberOfMessagesVisible',
                  dimensions: { QueueName: new SqsQueue(stack, 'Queue', { namePrefix: 'jobs-' }).name },
                  statistic: 'Sum',
                },
                running: { namespace: 'AWS/AutoScaling', metricName: 'GroupInServiceInstances', of: 'group' },
              },
            },
            target: 100,
          },
          sessions: {
            measure: { namespace: 'Shop', metricName: 'Sessions', of: 'group', unit: 'Count' },
            target: 200,
            periodSeconds: 10,
          },
          latency: {
            measure: {
              namespace: 'AWS/ApplicationELB',
              metricName: 'TargetResponseTime',
              of: 'targetGroup',
            },
            target: 0.5,
            scaleIn: false,
          },
        },
      },
      observability: {},
    }),
  },
  {
    title: 'that is larger in office hours, smaller at night, and large once',
    props: {
      minCapacity: 1,
      maxCapacity: 4,
      scaling: {
        schedules: {
          morning: { minCapacity: 2, recurrence: '0 8 * * MON-FRI', timeZone: 'Europe/Berlin' },
          evening: { minCapacity: 1, recurrence: '30 19 * * 1-5', timeZone: 'Europe/Berlin' },
          summer: {
            maxCapacity: 8,
            recurrence: '0 0 1 6-8/2 *',
            startTime: nextYear,
            endTime: yearAfter,
          },
          launch: { desiredCapacity: 4, startTime: nextYear },
        },
      },
    },
  },
  {
    title: 'of a fixed size',
    props: { cpuTarget: 'none', minCapacity: 2, maxCapacity: 2, scaling: { withoutPolicy: true } },
  },
  {
    title: 'that forecasts its CPU, without scaling by it',
    props: { scaling: { predictive: {} } },
  },
  {
    title: 'that scales by a forecast of its requests, beyond its maximum',
    props: {
      bootSeconds: 400,
      scaling: {
        requests: { perTargetPerSecond: 40 },
        predictive: {
          mode: 'ForecastAndScale',
          metric: 'requests',
          schedulingBufferSeconds: 600,
          maxCapacityBreachBehavior: 'IncreaseMaxCapacity',
          maxCapacityBuffer: 10,
        },
      },
    },
  },
  ...[{}, null].map(
    (value): Configuration => ({
      title: `whose scaling is decided at plan, all ${value === null ? 'absent' : 'present'}`,
      props: (stack) => ({
        maxCapacity: 4,
        scaling: {
          requests: whereSet(stack, 'requests', value, { perTargetPerSecond: 40 }),
          networkIn: whereSet(stack, 'network_in', value, { bytesPerSecond: 1000 }),
          networkOut: whereSet(stack, 'network_out', value, { bytesPerSecond: 1000 }),
          metrics: {
            sessions: whereSet(stack, 'sessions', value, {
              measure: { namespace: 'Shop', metricName: 'Sessions' },
              target: 5,
            }),
          },
          schedules: {
            night: whereSet(stack, 'night', value, { maxCapacity: 2, recurrence: '0 22 * * *' }),
          },
          predictive: whereSet(stack, 'predictive', value, {}),
        },
      }),
    }),
  ),
];
