/** Once a period: datapoints go to the policies' alarms, and what the policies say of them changes the capacity. */
import type { Surroundings } from './action';
import { alarmTriggered, policyExecuted } from './activities';
import { type Invocation, proposalOf } from './alarmed-policies';
import { setDesiredCapacity } from './capacity';
import type { Datapoint, Group, Instance } from './model';
import { type Proposal, type TargetTrackingPolicy, trackingPolicies } from './policies';
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
  policy?: Pick<TargetTrackingPolicy, 'estimatedInstanceWarmup'>,
): boolean {
  if (instance.state !== 'InService' || instance.inServiceAt === undefined) return false;
  return around.now >= instance.inServiceAt + around.pace.milliseconds(warmupOf(group, policy));
}

/** What a metric came to in a period that is over. */
export interface Reading extends Datapoint {
  readonly metric: TrackedMetric;
}

/** @param invocations by alarms of the same period; what several policies say at once is settled between them (rule A12) */
export function recordReadings(
  group: Group,
  readings: readonly Reading[],
  around: Surroundings,
  invocations: readonly Invocation[] = [],
): void {
  for (const { metric, at, value } of readings) {
    const datapoints = group.datapoints.get(keyOf(metric)) ?? [];
    datapoints.push({ at, value });
    datapoints.splice(0, Math.max(0, datapoints.length - keptDatapoints));
    group.datapoints.set(keyOf(metric), datapoints);
  }
  const measured = new Set(readings.map(({ metric }) => keyOf(metric)));
  const tracked = track(group, around, ({ metric }) => measured.has(keyOf(metric)));
  settle(group, [...tracked, ...alarmed(group, invocations, around)], around);
}

/** The metrics that the group's policies follow, each once. */
export function metricsOf(group: Group): TrackedMetric[] {
  const metrics = trackingPolicies(group).map(({ metric }) => metric);
  return [...new Map(metrics.map((metric) => [keyOf(metric), metric])).values()];
}

/**
 * Rule A9: also called when a policy is new, and when alarms count again (rule B16): both are evaluated at once on the
 * datapoints there are.
 */
export function evaluatePolicies(group: Group, around: Surroundings): void {
  settle(
    group,
    track(group, around, () => true),
    around,
  );
}

/** ExecutePolicy: somebody invokes it by hand. */
export function executePolicy(group: Group, invocation: Invocation, around: Surroundings): void {
  const proposal = proposalOf(group, invocation, around);
  settle(group, proposal === undefined ? [] : [proposal], around);
}

/** Suspended, an alarm invokes nothing (rule B16). */
function alarmed(group: Group, invocations: readonly Invocation[], around: Surroundings): Proposal[] {
  if (group.suspendedProcesses.has('AlarmNotification')) return [];
  return invocations.flatMap((invocation) => proposalOf(group, invocation, around) ?? []);
}

/** Rule A12: of several policies the one that asks for the largest capacity, out and in. */
function settle(group: Group, proposals: readonly Proposal[], around: Surroundings): void {
  const [largest] = [...proposals].sort((a, b) => b.to - a.to);
  if (largest === undefined || largest.to === group.desiredCapacity) return;
  const { policy, alarm, to } = largest;
  const from = group.desiredCapacity;
  const cause =
    alarm === undefined
      ? policyExecuted(around.now, policy.name, from, to)
      : alarmTriggered(around.now, alarm, policy.name, from, to);
  setDesiredCapacity(group, to, cause, around);
  if (policy.type === 'SimpleScaling') {
    group.cooldown = { seconds: policy.cooldown ?? group.defaultCooldown, since: undefined };
  }
  around.emit({ type: 'decision', group: group.name, policy: policy.name, from, to, cause });
}
