import {
  type Check,
  listOf,
  mapOf,
  numberAbove,
  object,
  oneOf,
  refuse,
  text,
  wholeNumber,
  yesOrNo,
} from '../private/shape';
import { checkMeasure, type MeasureProps } from './metric';
import { partName } from './source';
import { checkPositive } from './tracking';

/**
 * Alarms on what a service can suffer from, and whom they tell. Those that stand here are there unless they are `none`.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export interface AlarmsProps {
  /** A topic of the service's own. @default - made unless `topicArns` or `actionArns` name others */
  readonly topic?: AlarmTopicProps;
  /**
   * ARNs of topics that exist, each by a short name of your own, which becomes part of a Terraform address. Their
   * policies have to admit cloudwatch.amazonaws.com and, for `launchFailures`, events.amazonaws.com; so do the policies
   * of their keys.
   * @default - none
   */
  readonly topicArns?: Readonly<Record<string, string>>;
  /** ARNs of other actions of an alarm, such as Lambda functions, at most 4. @default - none */
  readonly actionArns?: readonly string[];
  /** Whether the end of an alarm is told too. @default true */
  readonly tellRecovery?: boolean;
  /** The service's own answers of 5xx. @default - 1 percent for 5 minutes */
  readonly targetErrors?: ErrorAlarmProps | 'none';
  /**
   * Answers of 5xx by the load balancer: no instance answered.
   * @default - 1 percent for 5 minutes; none on a load balancer that exists, which counts everybody's
   */
  readonly loadBalancerErrors?: ErrorAlarmProps | 'none';
  /** How long the service takes. @default - 1 second at p99 for 5 minutes */
  readonly latency?: LatencyAlarmProps | 'none';
  /** Instances that fail their health check. @default - one for 5 minutes */
  readonly unhealthyHosts?: HostAlarmProps | 'none';
  /**
   * The group can't grow any more.
   * @default - for 15 minutes; none where `minCapacity` is `maxCapacity` or `groupMetrics` are off
   */
  readonly atMaximum?: DurationProps | 'none';
  /** EC2 has no instance for the group, or its launch failed: an event, told at once. @default - told */
  readonly launchFailures?: LaunchFailuresProps | 'none';
  /** Burstable instances run out of CPU credits. @default - none: a new instance of an unlimited type begins with few */
  readonly cpuCredits?: CreditAlarmProps;
  /** Further alarms, each by a name of your own, which becomes part of its Terraform address. @default - none */
  readonly metrics?: Readonly<Record<string, MetricAlarmProps>>;
}

/**
 * Encrypted with a key of its own, since the key that SNS has for an account doesn't admit CloudWatch. A destroy keeps
 * that key for 7 days.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export interface AlarmTopicProps {
  /**
   * ARN of the key that encrypts it. Its policy has to admit cloudwatch.amazonaws.com and, for `launchFailures`,
   * events.amazonaws.com, for kms:Decrypt and kms:GenerateDataKey.
   * @default - a key that is made, and that admits them
   */
  readonly kmsKeyArn?: string;
  /**
   * Addresses that get mail, each by a short name of your own, which becomes part of a Terraform address. AWS asks each
   * once whether it wants any.
   * @default - none
   */
  readonly emails?: Readonly<Record<string, string>>;
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
export interface ErrorAlarmProps {
  /** Of all answers: above 0, below 100. Not with `count`. @default 1 */
  readonly percent?: number;
  /** In a minute, more than: 0 or more. @default - `percent` */
  readonly count?: number;
  /** In a row: 1 to 1440. @default 5 */
  readonly minutes?: number;
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
export interface LatencyAlarmProps {
  /** Longer than: above 0. @default 1 */
  readonly seconds?: number;
  /** Of the requests, in percent, that are faster: above 0, below 100. @default 99 */
  readonly percentile?: number;
  /** In a row: 1 to 1440. @default 5 */
  readonly minutes?: number;
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
export interface HostAlarmProps {
  /** So many or more: 1 or more. @default 1 */
  readonly hosts?: number;
  /** In a row: 1 to 1440. @default 5 */
  readonly minutes?: number;
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html */
export interface DurationProps {
  /** In a row: 1 to 1440. @default 15 */
  readonly minutes?: number;
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html */
export interface LaunchFailuresProps {
  /** Whether the rule in EventBridge is on. @default true */
  readonly enabled?: boolean;
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-monitoring-cpu-credits.html */
export interface CreditAlarmProps {
  /** Fewer than, on any instance: above 0. AWS puts it every 5 minutes. */
  readonly credits: number;
  /** In a row, in full fives: 5 to 1440. @default 15 */
  readonly minutes?: number;
}

/**
 * An alarm on any metric, or on metric math.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export interface MetricAlarmProps {
  /** What is measured: a metric, or an expression over several. */
  readonly measure: MeasureProps;
  /** How it compares with `threshold` when something is wrong. @default GreaterThanThreshold */
  readonly comparison?:
    | 'GreaterThanThreshold'
    | 'GreaterThanOrEqualToThreshold'
    | 'LessThanThreshold'
    | 'LessThanOrEqualToThreshold';
  /** What it is compared with. */
  readonly threshold: number;
  /** Seconds of each value: 10, 20, 30, or full minutes up to a day. @default 60 */
  readonly periodSeconds?: number;
  /** Periods that it looks at: 1 or more, at most a day in all. @default 5 */
  readonly periods?: number;
  /** Of them, those in which something is wrong: 1 to `periods`. @default - all */
  readonly datapoints?: number;
  /**
   * What a period without a value means.
   * @default missing: nothing is known, and nothing is told
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
   */
  readonly missingData?: 'missing' | 'notBreaching' | 'breaching' | 'ignore';
  /** For whoever gets it: what is wrong, and what to do. @default - none */
  readonly description?: string;
}

export const alarmDefaults = {
  tellRecovery: true,
  errors: { percent: 1, minutes: 5 },
  latency: { seconds: 1, percentile: 99, minutes: 5 },
  unhealthyHosts: { hosts: 1, minutes: 5 },
  atMaximum: { minutes: 15 },
  cpuCredits: { minutes: 15 },
  metric: { comparison: 'GreaterThanThreshold', periodSeconds: 60, periods: 5, missingData: 'missing' },
} as const;

const secondsPerDay = 86_400;
const minutes = wholeNumber(1, secondsPerDay / 60);

function orNone(check: Check): Check {
  return (value, at, isReference) => {
    if (value !== 'none') check(value, at, isReference);
  };
}

const belowHundred: Check = (value, at, isReference) => {
  numberAbove(0, 100)(value, at, isReference);
  if (value === 100) refuse('SettingOutOfRange', at, value, 'below 100, else nothing is above it');
};

const errors: Check = (value, at, isReference) => {
  object({}, { percent: belowHundred, count: wholeNumber(0), minutes })(value, at, isReference);
  const { percent, count } = value as ErrorAlarmProps;
  if (percent === undefined || count === undefined) return;
  refuse('SettingsExclude', `${at}.count`, count, `absent where ${at}.percent is set`);
};

const credits: Check = (value, at, isReference) => {
  object({ credits: checkPositive }, { minutes })(value, at, isReference);
  const given = (value as CreditAlarmProps).minutes ?? 5;
  if (given % 5 !== 0)
    refuse('SettingOutOfRange', `${at}.minutes`, given, 'a multiple of 5, as AWS puts the metric');
};

const period: Check = (value, at, isReference) => {
  wholeNumber(10, secondsPerDay)(value, at, isReference);
  if ([10, 20, 30].includes(Number(value)) || Number(value) % 60 === 0) return;
  refuse('SettingOutOfRange', at, value, '10, 20, 30, or a multiple of 60');
};

const threshold: Check = (value, at) => {
  if (!Number.isFinite(value)) refuse('SettingOutOfRange', at, value, 'a number');
};

const metricAlarm = object(
  { measure: checkMeasure, threshold },
  {
    comparison: oneOf([
      'GreaterThanThreshold',
      'GreaterThanOrEqualToThreshold',
      'LessThanThreshold',
      'LessThanOrEqualToThreshold',
    ]),
    periodSeconds: period,
    periods: wholeNumber(1),
    datapoints: wholeNumber(1),
    missingData: oneOf(['missing', 'notBreaching', 'breaching', 'ignore']),
    description: text('a text of 1 to 1024 characters', /^[\s\S]{1,1024}$/),
  },
);

export const checkMetricAlarm: Check = (value, at, isReference) => {
  metricAlarm(value, at, isReference);
  const settings = value as MetricAlarmProps;
  const { periodSeconds, periods } = { ...alarmDefaults.metric, ...settings };
  if (periodSeconds * periods > secondsPerDay) {
    const allowed = `at most ${Math.floor(secondsPerDay / periodSeconds)} of ${periodSeconds} seconds: an alarm looks back a day`;
    refuse('SettingOutOfRange', `${at}.periods`, periods, allowed);
  }
  const { datapoints } = settings;
  if (datapoints === undefined || datapoints <= periods) return;
  refuse('SettingOutOfRange', `${at}.datapoints`, datapoints, `at most the ${periods} of ${at}.periods`);
};

const topic = object(
  {},
  {
    kmsKeyArn: text('the ARN of a key, arn:…:kms:…', /^arn:[\w-]+:kms:\S+$/),
    emails: mapOf(partName, text('an address for mail', /^[^\s@]+@[^\s@]+$/)),
  },
);

export const checkAlarms = object(
  {},
  {
    topic,
    topicArns: mapOf(
      partName,
      text('the ARN of a topic, arn:…:sns:…', /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/),
      4,
    ),
    actionArns: listOf(text('the ARN of an action of an alarm', /^arn:[\w-]+:\S+$/), 0, 4),
    tellRecovery: yesOrNo,
    targetErrors: orNone(errors),
    loadBalancerErrors: orNone(errors),
    latency: orNone(object({}, { seconds: checkPositive, percentile: belowHundred, minutes })),
    unhealthyHosts: orNone(object({}, { hosts: wholeNumber(1), minutes })),
    atMaximum: orNone(object({}, { minutes })),
    launchFailures: orNone(object({}, { enabled: yesOrNo })),
    cpuCredits: credits,
    metrics: mapOf(partName, checkMetricAlarm),
  },
);
