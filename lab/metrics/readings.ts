/** What the metrics that policies follow come to in a period (rules A1 to A4, A14). */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { resultOf } from '../autoscaling/metric-math';
import type { Reading } from '../autoscaling/scaling';
import {
  type CustomizedTracking,
  cpu,
  keyOf,
  type PredefinedTracking,
  type TrackedMetric,
} from '../autoscaling/tracked-metric';
import type { CpuDatapoint, NetworkDatapoint, RequestDatapoint } from './cloudwatch';
import { type Period, scaledTo, statisticOf } from './statistics-of';

export interface Measured {
  readonly cpu: CpuDatapoint;
  readonly network: NetworkDatapoint;
  readonly requests: readonly RequestDatapoint[];
}

/** Seconds. A target counts per minute, at any period and at any pace (rule A4). */
const minute = 60;

/** CPU and network are kept for whoever comes to follow them; of load balancers, what is followed. */
export function predefinedReadings(
  { at, length }: Period,
  { cpu: { groupPercent }, network: { average }, requests }: Measured,
  followed: readonly TrackedMetric[],
): Reading[] {
  const counted = (count: number | undefined) =>
    count === undefined ? undefined : scaledTo(minute, count, length);
  const network = (type: 'ASGAverageNetworkIn' | 'ASGAverageNetworkOut'): PredefinedTracking => ({
    kind: 'predefined',
    type,
    resourceLabel: undefined,
  });
  const perTarget = followed.filter(
    (metric): metric is PredefinedTracking =>
      metric.kind === 'predefined' && metric.type === 'ALBRequestCountPerTarget',
  );
  return [
    { metric: cpu, at, value: groupPercent },
    { metric: network('ASGAverageNetworkIn'), at, value: counted(average?.in) },
    { metric: network('ASGAverageNetworkOut'), at, value: counted(average?.out) },
    ...perTarget.map((metric) => ({ metric, at, value: counted(requestsPerTarget(requests, metric)) })),
  ];
}

/** Rule D10: nothing is reported where no request came. */
function requestsPerTarget(
  planes: readonly RequestDatapoint[],
  { resourceLabel }: PredefinedTracking,
): number | undefined {
  const plane = planes.find(
    ({ loadBalancer, targetGroup }) => `${loadBalancer}/${targetGroup}` === resourceLabel,
  );
  if (plane === undefined || plane.requests === 0 || plane.healthyTargets === 0) return undefined;
  return plane.requests / plane.healthyTargets;
}

/** Customized metrics come from CloudWatch, by whoever put them there. */
export class CustomizedMetrics {
  /** The latest value of each query, by its metric: FILL(…, REPEAT) goes on with it. */
  readonly #last = new Map<string, Map<string, number>>();

  constructor(private readonly cloudwatch: CloudWatchClient) {}

  async read(metric: CustomizedTracking, period: Period): Promise<Reading> {
    const values = new Map<string, number | undefined>();
    for (const { id, source } of metric.queries) {
      if (!('stat' in source)) continue;
      values.set(id, await statisticOf(this.cloudwatch, source.stat, period, minute));
    }
    const last = this.#last.get(keyOf(metric)) ?? new Map<string, number>();
    this.#last.set(keyOf(metric), last);
    return { metric, at: period.at, value: resultOf(metric.queries, values, last) };
  }
}
