/** Target tracking as arithmetic: the alarm pair and its thresholds, and how many instances a metric asks for. */
import { capacityOf } from './capacity';
import type { AlarmDirection, Group, Instance } from './model';
import type { TargetTrackingPolicy } from './policies';

/** Rule A6: so many datapoints in a row, each past the threshold; of shorter periods as many (inferred). */
export const evaluationPeriods: Readonly<Record<AlarmDirection, number>> = { high: 3, low: 15 };

/**
 * Rule A7, inferred from observed groups: the low threshold leaves room enough that removing one instance does not
 * push the others past the target. AWS publishes no formula; this is the one place that holds ours.
 */
export function lowThreshold(target: number, instances: number): number {
  const share = instances === 0 ? 0.9 : Math.floor(((instances - 1) / instances) * 20) / 20;
  return target * Math.min(0.9, Math.max(0.7, share));
}

export function threshold(
  policy: TargetTrackingPolicy,
  direction: AlarmDirection,
  instances: number,
): number {
  return direction === 'high' ? policy.targetValue : lowThreshold(policy.targetValue, instances);
}

export function breaches(value: number, limit: number, direction: AlarmDirection): boolean {
  return direction === 'high' ? value > limit : value < limit;
}

/** Rule A13: the policy's own, else the group's, else the cooldown. Seconds on AWS's clock. */
export function warmupOf(
  group: Group,
  policy?: Pick<TargetTrackingPolicy, 'estimatedInstanceWarmup'>,
): number {
  return policy?.estimatedInstanceWarmup ?? group.defaultInstanceWarmup ?? group.defaultCooldown;
}

export interface Fleet {
  /** Those that the metric speaks for: warm ones alone where it leaves out the others (rule A14). */
  readonly measured: readonly Instance[];
  readonly warming: readonly Instance[];
  /** Terminating ones still count when a scale-in is computed (rule A14). */
  readonly terminating: readonly Instance[];
  /** Instances on their way in, before InService. */
  readonly launching: number;
}

export interface Limits {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

/**
 * Out, rule A8: in proportion, rounded up (1.5 asks for 2). Warming instances that the metric leaves out are capacity
 * that is already on its way (rule A14).
 */
export function scaledOut(metric: number, target: number, fleet: Fleet, limits: Limits): number {
  const wanted = Math.ceil(roundOff((capacityOf(fleet.measured) * metric) / target));
  return Math.min(limits.max, Math.max(limits.desired, wanted));
}

/**
 * In, rules A8 and A14: only as far as the metric would stay within the target with fewer instances, and not while
 * an instance is warming.
 */
export function scaledIn(metric: number, target: number, fleet: Fleet, limits: Limits): number {
  if (fleet.warming.length > 0 || fleet.launching > 0) return limits.desired;
  const counted = capacityOf([...fleet.measured, ...fleet.terminating]);
  const wanted = Math.ceil(roundOff((counted * metric) / target));
  return Math.max(limits.min, Math.min(limits.desired, wanted));
}

/** 3 × 1.1 / 3.3 is 1.0000000000000002 in binary; the second instance would be for nobody. */
function roundOff(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
