import { type Check, hasKey, mapOf, object, oneOf, refuse, text } from '../private/shape';
import { ServiceError } from '../service-error';

/** What is measured: a metric, or what metric math makes of several. */
export type MeasureProps = MetricProps | MathProps;

/**
 * One metric of CloudWatch, in the service's region and account.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */
export interface MetricProps {
  /** Such as `AWS/SQS`, or one of your own. */
  readonly namespace: string;
  /** Such as `ApproximateNumberOfMessagesVisible`. */
  readonly metricName: string;
  /**
   * Gives it the dimensions of a part of this service: `group` is AutoScalingGroupName, `loadBalancer` LoadBalancer,
   * `targetGroup` TargetGroup and LoadBalancer. They aren't known before the apply, so nobody can write them down.
   * @default - `dimensions` alone
   */
  readonly of?: 'group' | 'loadBalancer' | 'targetGroup';
  /** Further dimensions, at most 30 in all; CloudWatch finds a metric by all of them. @default - none */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** What of a period's values counts: Average, Minimum, Maximum, Sum, SampleCount, or such as p99. @default Average */
  readonly statistic?: string;
  /** Only what was put with this unit. @default - whatever unit */
  readonly unit?: string;
}

/**
 * Metric math: one expression over metrics, and it alone is returned.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export interface MathProps {
  /** Over the ids in `metrics`, such as `FILL(queue, 0) / instances`. One number for each point in time. */
  readonly expression: string;
  /** 1 to 10, each by its id: a small letter, then letters, digits and underscores. The expression uses them all. */
  readonly metrics: Readonly<Record<string, MetricProps>>;
}

export const metricDefaults = { statistic: 'Average' } as const;

/** The id of an expression among its metrics. */
export const resultId = 'result';

export const standardStatistics = ['Average', 'Minimum', 'Maximum', 'Sum', 'SampleCount'] as const;

/** As alarms and policies have it: the rest of CloudWatch's statistics are percentiles and trimmed values. */
const statistic = text(
  `${standardStatistics.join(', ')}, or a percentile such as p99`,
  /^(Average|Minimum|Maximum|Sum|SampleCount|IQM|(p|tm|wm|tc|ts)(100|\d{1,2}(\.\d{1,10})?))$/,
);

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const units = [
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'None'],
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'],
  ...['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'],
  ...['Bytes/Second', 'Kilobytes/Second', 'Megabytes/Second', 'Gigabytes/Second', 'Terabytes/Second'],
  ...['Bits/Second', 'Kilobits/Second', 'Megabits/Second', 'Gigabits/Second', 'Terabits/Second'],
  'Count/Second',
];

const dimensionName = text(
  'the name of a dimension, 1 to 255 characters, no colon first',
  /^[^:\s].{0,254}$/,
);
const dimensionValue = text('the value of a dimension, 1 to 1024 characters', /^.{1,1024}$/);

export const checkMetric = object(
  {
    namespace: text(
      'a namespace of 1 to 255 letters, digits and . - _ / # :, no colon first',
      /^[\w.\-/#][\w.\-/#:]{0,254}$/,
    ),
    metricName: text('the name of a metric, 1 to 255 characters', /^.{1,255}$/),
  },
  {
    of: oneOf(['group', 'loadBalancer', 'targetGroup']),
    dimensions: mapOf(dimensionName, dimensionValue, 30),
    statistic,
    unit: oneOf(units),
  },
);

const metricId: Check = (value, at, isReference) => {
  text('a small letter, then letters, digits and underscores', /^[a-z]\w{0,254}$/)(value, at, isReference);
  if (value === resultId)
    refuse('InvalidSetting', at, value, `another id: ${resultId} is the expression's own`);
};

const math = object({
  expression: text('an expression of 1 to 2047 characters', /^[\s\S]{1,2047}$/),
  metrics: mapOf(metricId, checkMetric, 10),
});

export const checkMeasure: Check = (value, at, isReference) => {
  if (!hasKey(value, 'expression')) {
    checkMetric(value, at, isReference);
    return;
  }
  math(value, at, isReference);
  const { expression, metrics } = value as MathProps;
  if (!isReference(expression)) checkIds(expression, Object.keys(metrics), at);
};

/** CloudWatch's functions are in capitals, so a word that begins small is an id; text in quotes is none. */
function checkIds(expression: string, ids: readonly string[], at: string): void {
  const used = new Set(expression.replace(/'[^']*'|"[^"]*"/g, '').match(/\b[a-z]\w*/g) ?? []);
  const unknown = [...used].find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    throw new ServiceError(
      'UnknownMetric',
      `${at}.expression uses ${unknown}, which ${at}.metrics doesn't have; it has ${ids.join(', ') || 'none'}.`,
    );
  }
  const unused = ids.find((id) => !used.has(id));
  if (unused !== undefined || ids.length === 0) {
    throw new ServiceError(
      'UnknownMetric',
      `${at}.expression must use every metric in ${at}.metrics, at least one; ${unused ?? 'there is none'}${unused === undefined ? '' : ' is unused'}.`,
    );
  }
}
