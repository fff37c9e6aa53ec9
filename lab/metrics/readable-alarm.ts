/** A metric alarm as CloudWatch describes it, in the terms in which the lab evaluates one. */
import type { Dimension, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { checkExpressions } from '../autoscaling/metric-math';
import { type MetricQuery, type MetricStat, metricPeriod, statistics } from '../autoscaling/tracked-metric';
import { AwsError } from '../aws-error';
import { type AlarmRule, type Comparison, comparisons } from './alarm-rules';

export interface ReadableAlarm {
  readonly name: string;
  /** As CloudWatch has it. */
  readonly state: string;
  readonly rule: AlarmRule;
  readonly queries: readonly MetricQuery[];
  /** Seconds on AWS's clock. */
  readonly period: number;
  readonly actionsEnabled: boolean;
  /** By state. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  /** What its values depend on. */
  readonly definition: unknown;
}

/** The message is a sentence with the alarm's name. */
export class Unsupported extends Error {}

/** @throws Unsupported */
export function readAlarm(alarm: MetricAlarm): ReadableAlarm {
  const name = alarm.AlarmName ?? '';
  const comparison = Object.keys(comparisons).find((known) => known === alarm.ComparisonOperator);
  if (comparison === undefined) throw unsupported(name, `comparison ${alarm.ComparisonOperator}`);
  const evaluationPeriods = alarm.EvaluationPeriods ?? 1;
  const rule: AlarmRule = {
    comparison: comparison as Comparison,
    threshold: alarm.Threshold ?? 0,
    evaluationPeriods,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? evaluationPeriods,
    treatMissingData: alarm.TreatMissingData ?? 'missing',
  };
  const queries = queriesOf(alarm, name);
  const periods = (alarm.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat?.Period ?? []);
  const period = alarm.Period ?? periods[0] ?? metricPeriod;
  return {
    name,
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    rule,
    queries,
    period,
    actionsEnabled: alarm.ActionsEnabled ?? true,
    actions: {
      ALARM: alarm.AlarmActions ?? [],
      OK: alarm.OKActions ?? [],
      INSUFFICIENT_DATA: alarm.InsufficientDataActions ?? [],
    },
    definition: [rule, queries, period],
  };
}

function queriesOf(alarm: MetricAlarm, name: string): MetricQuery[] {
  const { Metrics = [] } = alarm;
  if (Metrics.length === 0) {
    if (alarm.ExtendedStatistic !== undefined)
      throw unsupported(name, `statistic ${alarm.ExtendedStatistic}`);
    const stat = statOf(
      name,
      alarm.Namespace,
      alarm.MetricName,
      alarm.Dimensions,
      alarm.Statistic,
      alarm.Unit,
    );
    return [{ id: 'm1', source: { stat }, returnData: true }];
  }
  const queries = Metrics.map(({ Id = '', MetricStat, Expression = '', ReturnData = true }): MetricQuery => {
    if (MetricStat === undefined)
      return { id: Id, source: { expression: Expression }, returnData: ReturnData };
    const { Metric = {}, Stat, Unit } = MetricStat;
    const stat = statOf(name, Metric.Namespace, Metric.MetricName, Metric.Dimensions, Stat, Unit);
    return { id: Id, source: { stat }, returnData: ReturnData };
  });
  try {
    checkExpressions(queries);
  } catch (error) {
    if (error instanceof AwsError) throw unsupported(name, `metrics: ${error.message}`);
    throw error;
  }
  return queries;
}

function statOf(
  alarm: string,
  namespace = '',
  metric = '',
  dimensions: readonly Dimension[] = [],
  statisticName: string | undefined,
  unit: string | undefined,
): MetricStat {
  const statistic = statistics.find((known) => known === statisticName);
  if (statistic === undefined) throw unsupported(alarm, `statistic ${statisticName}`);
  return {
    namespace,
    name: metric,
    dimensions: dimensions.map(({ Name = '', Value = '' }) => ({ name: Name, value: Value })),
    statistic,
    unit,
  };
}

function unsupported(alarm: string, what: string): Unsupported {
  return new Unsupported(
    `CloudWatch alarm ${alarm} is kept and not evaluated: the lab does not support its ${what}`,
  );
}
