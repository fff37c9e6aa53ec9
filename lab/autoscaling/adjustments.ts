/** Step and simple scaling as arithmetic. https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html */
import type { AdjustmentType, Step } from './policies';

export interface Adjustment {
  readonly adjustmentType: AdjustmentType;
  readonly adjustment: number;
  readonly minAdjustmentMagnitude: number | undefined;
}

/** The capacity that the adjustment makes of this one. Rule A18: percents are rounded towards 0, but never to it. */
export function adjusted(
  capacity: number,
  { adjustmentType, adjustment, minAdjustmentMagnitude = 0 }: Adjustment,
): number {
  if (adjustmentType === 'ExactCapacity') return adjustment;
  if (adjustmentType === 'ChangeInCapacity') return capacity + adjustment;
  const exact = (capacity * adjustment) / 100;
  const size = exact === 0 ? 0 : Math.max(1, Math.floor(Math.abs(exact)), minAdjustmentMagnitude);
  return capacity + Math.sign(exact) * size;
}

/**
 * Rule A18: the step that the metric's distance from the threshold falls into. A bound belongs to the step that is
 * farther from the threshold.
 */
export function stepFor(steps: readonly Step[], distance: number): Step | undefined {
  return steps.find(({ lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY }) =>
    distance >= 0 ? lower <= distance && distance < upper : lower < distance && distance <= upper,
  );
}

/** What is wrong with the steps, if something is: they must leave no gap, and not lie over one another. */
export function faultIn(steps: readonly Step[]): string | undefined {
  if (steps.length === 0) return 'At least one step adjustment is required';
  const sorted = [...steps].sort((a, b) => lowerOf(a) - lowerOf(b));
  if (sorted.some((step) => lowerOf(step) >= upperOf(step))) {
    return 'The lower bound of a step adjustment must be below its upper bound';
  }
  for (const [index, step] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next === undefined) continue;
    if (upperOf(step) > lowerOf(next)) return 'Step adjustments must not overlap';
    if (upperOf(step) < lowerOf(next)) return 'Step adjustments must not leave a gap';
  }
  const [first] = sorted;
  const last = sorted.at(-1);
  if (first?.lower !== undefined && first.lower < 0) {
    return 'With a negative lower bound there must be a step adjustment without a lower bound';
  }
  if (last?.upper !== undefined && last.upper > 0) {
    return 'With a positive upper bound there must be a step adjustment without an upper bound';
  }
  return undefined;
}

const lowerOf = ({ lower = Number.NEGATIVE_INFINITY }: Step): number => lower;
const upperOf = ({ upper = Number.POSITIVE_INFINITY }: Step): number => upper;
