/** Once a period: datapoints go to the policies' alarms, and what the policies say of them changes the capacity. */
import type { Surroundings } from './action';
import { alarmTriggered } from './activities';
import { setDesiredCapacity } from './capacity';
import type { Datapoint, Group, Instance } from './model';
import type { ScalingPolicy } from './policies';
import { evaluationPeriods, warmupOf } from './target-tracking';
import { keyOf, type TrackedMetric } from './tracked-metric';
import { track } from './tracking';

/** As many as the longest alarm looks back on. */
export const keptDatapoints = Math.max(...Object.values(evaluationPeriods));

/** Warming instances are outside the aggregated metrics (rule A14). */
export function isWarm(
  group: Group,
  instance: Instance,
  around: Surroundings,
  policy?: ScalingPolicy,
): boolean {
  if (instance.state !== 'InService' || instance.inServiceAt === undefined) return false;
  return around.now >= instance.inServiceAt + around.pace.milliseconds(warmupOf(group, policy));
}

/** What a metric came to in a period that is over. */
export interface Reading extends Datapoint {
  readonly metric: TrackedMetric;
}

export function recordReadings(group: Group, readings: readonly Reading[], around: Surroundings): void {
  for (const { metric, at, value } of readings) {
    const datapoints = group.datapoints.get(keyOf(metric)) ?? [];
    datapoints.push({ at, value });
    datapoints.splice(0, Math.max(0, datapoints.length - keptDatapoints));
    group.datapoints.set(keyOf(metric), datapoints);
  }
  const measured = new Set(readings.map(({ metric }) => keyOf(metric)));
  evaluatePolicies(group, around, ({ metric }) => measured.has(keyOf(metric)));
}

/** The metrics that the group's policies follow, each once. */
export function metricsOf(group: Group): TrackedMetric[] {
  const metrics = [...group.policies.values()].map(({ metric }) => metric);
  return [...new Map(metrics.map((metric) => [keyOf(metric), metric])).values()];
}

/** A capacity that a policy asks for, and the alarm that had it asked. */
export interface Proposal {
  readonly policy: ScalingPolicy;
  readonly alarm: string;
  readonly to: number;
}

/**
 * Rule A9: also called when a policy is new, and when alarms count again (rule B16): both are evaluated at once on the
 * datapoints there are.
 *
 * @param hasNews whether there may be something new in a policy's datapoints
 */
export function evaluatePolicies(
  group: Group,
  around: Surroundings,
  hasNews: (policy: ScalingPolicy) => boolean = () => true,
): void {
  const decision = settle(group, track(group, around, hasNews));
  if (decision === undefined) return;
  const { policy, alarm, to } = decision;
  const from = group.desiredCapacity;
  const cause = alarmTriggered(around.now, alarm, policy.name, from, to);
  setDesiredCapacity(group, to, cause, around);
  around.emit({ type: 'decision', group: group.name, policy: policy.name, from, to, cause });
}

/** Rule A12: of several policies the one that asks for the largest capacity, out and in. */
function settle(group: Group, proposals: readonly Proposal[]): Proposal | undefined {
  const largest = [...proposals].sort((a, b) => b.to - a.to)[0];
  return largest?.to === group.desiredCapacity ? undefined : largest;
}
