import {
  type AlarmsProps,
  alarmDefaults,
  type ErrorAlarmProps,
  type MetricAlarmProps,
  type MetricProps,
} from './props';
import type { ServiceMetrics } from './service-metrics';

/** What decides which of the standard alarms make sense. */
export interface Surroundings {
  readonly name: string;
  readonly metrics: ServiceMetrics;
  /** Whether the load balancer is somebody else's, and serves others too. */
  readonly sharedLoadBalancer: boolean;
  /** Whether the group tells of itself. */
  readonly hasGroupMetrics: boolean;
  /** Whether the group can't grow at all. */
  readonly fixedSize: boolean;
}

export interface StandardAlarm {
  readonly alarm: MetricAlarmProps;
  /** The settings that say whether it is there. */
  readonly presence: object;
}

/** The alarms on what a service can suffer from, by the part of their name behind the service's. */
export function standardAlarms(
  settings: AlarmsProps,
  around: Surroundings,
): Readonly<Record<string, StandardAlarm>> {
  const { targetErrors = {}, latency = {}, unhealthyHosts = {}, cpuCredits } = settings;
  const { loadBalancerErrors = around.sharedLoadBalancer ? 'none' : {} } = settings;
  const { atMaximum = around.hasGroupMetrics && !around.fixedSize ? {} : 'none' } = settings;
  const { name, metrics } = around;
  const minutes = <S extends { minutes?: number }>(given: S, defaults: { minutes: number }) =>
    given.minutes ?? defaults.minutes;
  return present({
    'target-errors': targetErrors !== 'none' && {
      presence: targetErrors,
      alarm: errorAlarm(targetErrors, metrics.answers(5), metrics.requests(), {
        all: 'requests',
        description: `${name} answers with errors of its own.`,
      }),
    },
    'load-balancer-errors': loadBalancerErrors !== 'none' && {
      presence: loadBalancerErrors,
      alarm: errorAlarm(loadBalancerErrors, metrics.loadBalancerErrors(), metrics.allRequests(), {
        // The balancer counts a request once it has chosen a target, and answers by itself where there is none.
        all: '(FILL(requests, 0) + errors)',
        description: `The load balancer answers for ${name}, whose instances don't.`,
      }),
    },
    latency: latency !== 'none' && {
      presence: latency,
      alarm: {
        description: `${name} answers slowly.`,
        measure: metrics.latency(`p${latency.percentile ?? alarmDefaults.latency.percentile}`),
        threshold: latency.seconds ?? alarmDefaults.latency.seconds,
        periods: minutes(latency, alarmDefaults.latency),
        missingData: 'notBreaching',
      },
    },
    'unhealthy-hosts': unhealthyHosts !== 'none' && {
      presence: unhealthyHosts,
      alarm: {
        description: `Instances of ${name} fail their health check.`,
        measure: metrics.unhealthyHosts(),
        comparison: 'GreaterThanOrEqualToThreshold',
        threshold: unhealthyHosts.hosts ?? alarmDefaults.unhealthyHosts.hosts,
        periods: minutes(unhealthyHosts, alarmDefaults.unhealthyHosts),
        missingData: 'notBreaching',
      },
    },
    'at-maximum': atMaximum !== 'none' && {
      presence: atMaximum,
      alarm: {
        description: `${name} has all the instances that it may have; more load finds no more of them.`,
        measure: {
          // Capacity, not instances: with weights, the maximum counts those.
          expression: 'IF(capacity >= maximum, 1, 0)',
          metrics: { capacity: metrics.group('InServiceCapacity'), maximum: metrics.group('MaxSize') },
        },
        comparison: 'GreaterThanOrEqualToThreshold',
        threshold: 1,
        periods: minutes(atMaximum, alarmDefaults.atMaximum),
        missingData: 'notBreaching',
      },
    },
    'cpu-credits': cpuCredits !== undefined && {
      presence: cpuCredits,
      alarm: {
        description: `An instance of ${name} runs out of CPU credits.`,
        measure: metrics.cpuCredits(),
        comparison: 'LessThanThreshold',
        threshold: cpuCredits.credits,
        // AWS puts the metric every five minutes.
        periodSeconds: 300,
        periods: minutes(cpuCredits, alarmDefaults.cpuCredits) / 5,
        missingData: 'ignore',
      },
    },
  });
}

/** No value means no such answer, or no requests: nothing is wrong. */
function errorAlarm(
  { percent, count, minutes = alarmDefaults.errors.minutes }: ErrorAlarmProps,
  errors: MetricProps,
  requests: MetricProps,
  { all, description }: { readonly all: string; readonly description: string },
): MetricAlarmProps {
  const shared = { description, periods: minutes, missingData: 'notBreaching' } as const;
  if (count !== undefined) return { ...shared, measure: errors, threshold: count };
  return {
    ...shared,
    measure: { expression: `100 * errors / ${all}`, metrics: { errors, requests } },
    threshold: percent ?? alarmDefaults.errors.percent,
  };
}

function present(
  alarms: Readonly<Record<string, StandardAlarm | false>>,
): Readonly<Record<string, StandardAlarm>> {
  return Object.fromEntries(
    Object.entries(alarms).filter((entry): entry is [string, StandardAlarm] => entry[1] !== false),
  );
}
