/** Scaling policies as the API takes them. Data only; what each type makes of a metric is in a file of its own. */
import type { Alarm } from './model';
import type { TrackedMetric } from './tracked-metric';

interface Policy {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  /** Seconds; unset means the group's (rule A13). */
  readonly estimatedInstanceWarmup: number | undefined;
}

export interface TargetTrackingPolicy extends Policy {
  readonly type: 'TargetTrackingScaling';
  readonly metric: TrackedMetric;
  /** Per instance, and where it counts something per minute, whatever the metric's period (rule A4). */
  readonly targetValue: number;
  readonly disableScaleIn: boolean;
  /** Its own pair (rule A5). */
  readonly alarms: readonly Alarm[];
}

export type ScalingPolicy = TargetTrackingPolicy;
