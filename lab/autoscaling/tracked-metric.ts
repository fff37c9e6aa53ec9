/** What a target tracking policy may follow: rules A1 to A4, as data. */
import type { QueryInput } from '../gateway/query-protocol';

export const predefinedMetrics = [
  'ASGAverageCPUUtilization',
  'ASGAverageNetworkIn',
  'ASGAverageNetworkOut',
  'ALBRequestCountPerTarget',
] as const;
export type PredefinedMetric = (typeof predefinedMetrics)[number];

export interface PredefinedTracking {
  readonly kind: 'predefined';
  readonly type: PredefinedMetric;
  /** `app/<load balancer>/<id>/targetgroup/<target group>/<id>`, of ALBRequestCountPerTarget alone. */
  readonly resourceLabel: string | undefined;
}

export const statistics = ['Average', 'Minimum', 'Maximum', 'SampleCount', 'Sum'] as const;
export type Statistic = (typeof statistics)[number];

export interface MetricStat {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
  readonly statistic: Statistic;
  readonly unit: string | undefined;
}

/** One of a customized metric's queries: a metric, or an expression over the others (rule A3). */
export interface MetricQuery {
  readonly id: string;
  readonly source: { readonly stat: MetricStat } | { readonly expression: string };
  readonly returnData: boolean;
}

export interface CustomizedTracking {
  readonly kind: 'customized';
  readonly queries: readonly MetricQuery[];
  /** Seconds on AWS's clock (rule A4). */
  readonly period: MetricPeriod;
  /** As it was sent, for the answers (rule F6). */
  readonly specification: QueryInput;
}

export type TrackedMetric = PredefinedTracking | CustomizedTracking;

/** Seconds (rule A4): the periods that a policy may name, the last of which holds unless it names one. */
export const metricPeriods = [10, 30, 60] as const;
export type MetricPeriod = (typeof metricPeriods)[number];

/** Seconds; the period of the metric that a policy follows unless it names another (rule A4). */
export const metricPeriod: MetricPeriod = 60;

export function periodOf(metric: TrackedMetric): MetricPeriod {
  return metric.kind === 'customized' ? metric.period : metricPeriod;
}

/** Two policies that follow the same metric share its datapoints. */
export function keyOf(metric: TrackedMetric): string {
  return metric.kind === 'predefined'
    ? [metric.type, metric.resourceLabel].filter(Boolean).join(' ')
    : JSON.stringify([metric.queries, metric.period]);
}

/** Those of EC2 leave warming instances out (rule A14); the others speak for everything in service. */
export function leavesOutWarming(metric: TrackedMetric): boolean {
  return metric.kind === 'predefined' && metric.type !== 'ALBRequestCountPerTarget';
}

/** What stands behind a value where one is shown. */
export function unitOf(metric: TrackedMetric): string {
  if (metric.kind === 'customized') return '';
  switch (metric.type) {
    case 'ASGAverageCPUUtilization':
      return '%';
    case 'ALBRequestCountPerTarget':
      return 'requests/min';
    default:
      return 'bytes/min';
  }
}

export const cpu: PredefinedTracking = {
  kind: 'predefined',
  type: 'ASGAverageCPUUtilization',
  resourceLabel: undefined,
};
