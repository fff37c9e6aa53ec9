import {
  type Check,
  mapOf,
  numberAbove,
  object,
  oneOfNumbers,
  refuse,
  wholeNumber,
  yesOrNo,
} from '../private/shape';
import { checkMeasure, type MeasureProps } from './metric';
import { partName } from './source';

/**
 * How the policy of `cpuTarget` does it.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
 */
export interface CpuScalingProps {
  /** Whether it takes instances away too. @default - `scaling.scaleIn` */
  readonly scaleIn?: boolean;
  /** Seconds from InService until an instance counts for this policy: 0 to 3600. @default - `warmupSeconds` */
  readonly warmupSeconds?: number;
}

/**
 * Requests that each instance gets: for a service that waits more than it computes, so that its CPU says little.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
 */
export interface RequestScalingProps {
  /** Requests per second and instance that it holds: above 0. AWS counts them by the minute. */
  readonly perTargetPerSecond: number;
  /** Whether it takes instances away too. @default - `scaling.scaleIn` */
  readonly scaleIn?: boolean;
  /** Seconds from InService until an instance counts for this policy: 0 to 3600. @default - `warmupSeconds` */
  readonly warmupSeconds?: number;
}

/**
 * Bytes that each instance receives, or sends.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html
 */
export interface NetworkScalingProps {
  /** Bytes per second and instance that it holds: above 0. AWS counts them by the minute. */
  readonly bytesPerSecond: number;
  /** Whether it takes instances away too. @default - `scaling.scaleIn` */
  readonly scaleIn?: boolean;
  /** Seconds from InService until an instance counts for this policy: 0 to 3600. @default - `warmupSeconds` */
  readonly warmupSeconds?: number;
}

/**
 * Any metric of CloudWatch that sinks in proportion as instances are added, such as messages per instance.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-target-tracking-metric-math.html
 */
export interface MetricScalingProps {
  /** What is measured: a metric, or an expression over several. */
  readonly measure: MeasureProps;
  /** What it is held at: above 0. */
  readonly target: number;
  /**
   * Seconds of each value: 10, 30 or 60. Below 60, the metric must be put that often; the policy then answers sooner.
   * @default 60
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/policy-creating-high-resolution-metrics.html
   */
  readonly periodSeconds?: 10 | 30 | 60;
  /** Whether it takes instances away too. @default - `scaling.scaleIn` */
  readonly scaleIn?: boolean;
  /** Seconds from InService until an instance counts for this policy: 0 to 3600. @default - `warmupSeconds` */
  readonly warmupSeconds?: number;
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const leastOfCloudWatch = 8.51592e-109;
const mostOfCloudWatch = 1.174271e108;

function positiveUpTo(max: number): Check {
  return (value, at, isReference) => {
    numberAbove(0, max)(value, at, isReference);
    if (Number(value) >= leastOfCloudWatch) return;
    const allowed = `${leastOfCloudWatch} or more: CloudWatch takes no smaller number`;
    refuse('SettingOutOfRange', at, value, allowed);
  };
}

/** A number that CloudWatch's alarms can compare with. */
export const checkPositive = positiveUpTo(mostOfCloudWatch);

const percent = positiveUpTo(100);
export const checkCpuTarget: Check = (value, at, isReference) => {
  if (value !== 'none') percent(value, at, isReference);
};

const policy = { scaleIn: yesOrNo, warmupSeconds: wholeNumber(0, 3600) };

export const checkCpuScaling = object({}, policy);
export const checkRequestScaling = object({ perTargetPerSecond: checkPositive }, policy);
export const checkNetworkScaling = object({ bytesPerSecond: checkPositive }, policy);
export const checkMetricScaling = object(
  { measure: checkMeasure, target: checkPositive },
  { ...policy, periodSeconds: oneOfNumbers([10, 30, 60]) },
);
export const checkMetricScalings = mapOf(partName, checkMetricScaling);
