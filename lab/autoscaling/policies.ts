/** Scaling policies as the API takes them. What each type makes of a metric is in a file of its own. */
import type { QueryInput } from '../gateway/query-protocol';
import type { Alarm, Group } from './model';
import type { TrackedMetric } from './tracked-metric';

interface Policy {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
}

export interface TargetTrackingPolicy extends Policy {
  readonly type: 'TargetTrackingScaling';
  readonly metric: TrackedMetric;
  /** Per instance, and where it counts something per minute, whatever the metric's period (rule A4). */
  readonly targetValue: number;
  readonly disableScaleIn: boolean;
  /** Seconds; unset means the group's (rule A13). */
  readonly estimatedInstanceWarmup: number | undefined;
  /** Its own pair (rule A5). */
  readonly alarms: readonly Alarm[];
}

export const adjustmentTypes = ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'] as const;
export type AdjustmentType = (typeof adjustmentTypes)[number];

export interface Step {
  /** From the alarm's threshold, inclusive above it; undefined is without end. */
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly adjustment: number;
}

export interface StepScalingPolicy extends Policy {
  readonly type: 'StepScaling';
  readonly adjustmentType: AdjustmentType;
  /** Instances; of PercentChangeInCapacity alone. */
  readonly minAdjustmentMagnitude: number | undefined;
  readonly metricAggregationType: string;
  readonly estimatedInstanceWarmup: number | undefined;
  readonly steps: readonly Step[];
}

export interface SimpleScalingPolicy extends Policy {
  readonly type: 'SimpleScaling';
  readonly adjustmentType: AdjustmentType;
  readonly minAdjustmentMagnitude: number | undefined;
  readonly adjustment: number;
  /** Seconds; unset means the group's (rule A15). */
  readonly cooldown: number | undefined;
}

/** Kept and shown: the lab has no two weeks of history to forecast from. */
export interface PredictiveScalingPolicy extends Policy {
  readonly type: 'PredictiveScaling';
  /** As it was sent. */
  readonly configuration: QueryInput;
}

/** Invoked by alarms that somebody put into CloudWatch, whose action names the policy. */
export type AlarmedPolicy = StepScalingPolicy | SimpleScalingPolicy;
export type ScalingPolicy = TargetTrackingPolicy | AlarmedPolicy | PredictiveScalingPolicy;

export function trackingPolicies(group: Group): TargetTrackingPolicy[] {
  return [...group.policies.values()].filter(
    (policy): policy is TargetTrackingPolicy => policy.type === 'TargetTrackingScaling',
  );
}

/** A capacity that a policy asks for, and the alarm that had it asked; undefined where a user did. */
export interface Proposal {
  readonly policy: ScalingPolicy;
  readonly alarm: string | undefined;
  readonly to: number;
}
