/** A metric alarm of CloudWatch: what a row of its values, one for each period, makes of its state. */
import type { AlarmState } from '../autoscaling/model';

export const comparisons = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
} as const;
export type Comparison = keyof typeof comparisons;

export interface AlarmRule {
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  /** M of N. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: string;
}

/**
 * @param values oldest first, undefined where there was none
 * @returns undefined where the alarm keeps the state that it has
 */
export function stateOf(rule: AlarmRule, values: readonly (number | undefined)[]): AlarmState | undefined {
  const range = values.slice(-rule.evaluationPeriods);
  const breaches = range.flatMap((value) => {
    if (value !== undefined) return [comparisons[rule.comparison](value, rule.threshold)];
    if (rule.treatMissingData === 'breaching') return [true];
    return rule.treatMissingData === 'notBreaching' ? [false] : [];
  });
  if (breaches.length === 0) return rule.treatMissingData === 'ignore' ? undefined : 'INSUFFICIENT_DATA';
  const breaching = breaches.filter(Boolean).length;
  if (breaching >= rule.datapointsToAlarm) return 'ALARM';
  // Nothing speaks against it, and with what is missing it might be one: it keeps its state.
  return breaching === breaches.length && breaches.length < rule.evaluationPeriods ? undefined : 'OK';
}
