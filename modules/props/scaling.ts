import { type Check, object, yesOrNo } from '../private/shape';
import { checkPredictiveScaling, type PredictiveScalingProps } from './predictive-scaling';
import { checkSchedules, type ScheduleProps } from './schedule';
import {
  type CpuScalingProps,
  checkCpuScaling,
  checkMetricScalings,
  checkNetworkScaling,
  checkRequestScaling,
  type MetricScalingProps,
  type NetworkScalingProps,
  type RequestScalingProps,
} from './tracking';

/**
 * What makes the group grow and shrink beside its CPU. Of several policies, the one that wants most instances has its
 * way; the group shrinks when all of them agree.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
 */
export interface ScalingProps {
  /** How the policy of `cpuTarget` does it. @default - as {@link CpuScalingProps} says */
  readonly cpu?: CpuScalingProps;
  /** Follows the requests that each instance gets. @default - no such policy */
  readonly requests?: RequestScalingProps;
  /** Follows the bytes that each instance receives. @default - no such policy */
  readonly networkIn?: NetworkScalingProps;
  /** Follows the bytes that each instance sends. @default - no such policy */
  readonly networkOut?: NetworkScalingProps;
  /**
   * Policies that follow any metric, each by a name of your own, which becomes part of its Terraform address.
   * @default - none
   */
  readonly metrics?: Readonly<Record<string, MetricScalingProps>>;
  /**
   * Sizes by the clock, each by a name of your own, which becomes part of its Terraform address. Limits that a schedule
   * changes are its own from then on: an apply leaves them as they are, and a change of `minCapacity` or `maxCapacity`
   * waits for a schedule that says it.
   * @default - none
   */
  readonly schedules?: Readonly<Record<string, ScheduleProps>>;
  /** Instances ahead of a load that comes back every day or week. @default - none */
  readonly predictive?: PredictiveScalingProps;
  /**
   * Whether policies take instances away. With `false` the group only grows, for as long as nothing else shrinks it.
   * @default true
   */
  readonly scaleIn?: boolean;
  /**
   * Has no policy that follows a load, with `cpuTarget` being `none`: the group keeps its size, or has it by schedule.
   * Without this, a service that nothing scales is refused.
   * @default false
   */
  readonly withoutPolicy?: boolean;
}

export const scalingDefaults = { scaleIn: true, withoutPolicy: false } as const;

export const checkScaling: Check = object(
  {},
  {
    cpu: checkCpuScaling,
    requests: checkRequestScaling,
    networkIn: checkNetworkScaling,
    networkOut: checkNetworkScaling,
    metrics: checkMetricScalings,
    schedules: checkSchedules,
    predictive: checkPredictiveScaling,
    scaleIn: yesOrNo,
    withoutPolicy: yesOrNo,
  },
);
