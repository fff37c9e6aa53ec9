/** Once a period: the group's datapoint goes to its policies' alarms, and what is in ALARM changes the capacity. */
import type { Surroundings } from './action';
import { alarmTriggered } from './activities';
import { evaluate } from './alarms';
import { isTerminating, setDesiredCapacity } from './capacity';
import type { Alarm, Datapoint, Group, Instance, ScalingPolicy } from './model';
import {
  breaches,
  evaluationPeriods,
  type Fleet,
  scaledIn,
  scaledOut,
  threshold,
  warmupOf,
} from './target-tracking';

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

export function recordDatapoint(group: Group, datapoint: Datapoint, around: Surroundings): void {
  group.cpu.push(datapoint);
  group.cpu.splice(0, Math.max(0, group.cpu.length - keptDatapoints));
  evaluatePolicies(group, around);
}

/**
 * Rule A9: also called when a policy is new, and when alarms count again (rule B16): both are evaluated at once on the
 * datapoints there are.
 */
export function evaluatePolicies(group: Group, around: Surroundings): void {
  const proposals = [...group.policies.values()]
    .filter(({ enabled }) => enabled)
    .flatMap((policy) => evaluatePolicy(group, policy, around));
  const decision = settle(group, proposals);
  if (decision === undefined) return;
  const { policy, alarm, to } = decision;
  const from = group.desiredCapacity;
  const cause = alarmTriggered(around.now, alarm.name, policy.name, from, to);
  setDesiredCapacity(group, to, cause, around);
  around.emit({ type: 'decision', group: group.name, policy: policy.name, from, to, cause });
}

interface Proposal {
  readonly policy: ScalingPolicy;
  readonly alarm: Alarm;
  readonly to: number;
}

function evaluatePolicy(group: Group, policy: ScalingPolicy, around: Surroundings): Proposal[] {
  const fleet = fleetOf(group, policy, around);
  return policy.alarms.flatMap((alarm) => {
    evaluateAlarm(group, policy, alarm, around);
    const latest = group.cpu.at(-1);
    // Suspended, an alarm invokes nothing: resumed, it has yet to (rule B16).
    if (latest === undefined || !isDue(alarm, latest) || group.suspendedProcesses.has('AlarmNotification')) {
      return [];
    }
    alarm.invokedFor = latest.at;
    const metric = latest.value;
    if (metric === undefined) return [];
    const limits = { min: group.minSize, max: group.maxSize, desired: group.desiredCapacity };
    const scaled = alarm.direction === 'high' ? scaledOut : scaledIn;
    return [{ policy, alarm, to: scaled(metric, policy.targetValue, fleet, limits) }];
  });
}

function evaluateAlarm(group: Group, policy: ScalingPolicy, alarm: Alarm, around: Surroundings): void {
  const { direction } = alarm;
  const limit = threshold(policy, direction, group.desiredCapacity);
  const needed = evaluationPeriods[direction];
  const evaluation = evaluate(alarm, group.cpu, limit, needed);
  const value = group.cpu.at(-1)?.value;
  if (value !== undefined) {
    around.emit({
      type: 'datapoint',
      group: group.name,
      alarm: alarm.name,
      direction,
      value,
      threshold: limit,
      breaching: breaches(value, limit, direction),
      breaches: evaluation.inARow,
      needed,
    });
  }
  if (evaluation.state === alarm.state) return;
  alarm.state = evaluation.state;
  around.emit({
    type: 'alarm',
    group: group.name,
    alarm: alarm.name,
    state: evaluation.state,
    reason: evaluation.reason,
  });
}

/**
 * Rule A9: when the alarm starts, and once a period for as long as it lasts. Periods are told apart by their
 * datapoints: the time of day at which one is closed is not exact.
 */
function isDue(alarm: Alarm, latest: Datapoint): boolean {
  return alarm.state === 'ALARM' && alarm.invokedFor !== latest.at;
}

/**
 * Rule A12: out if any policy says so, and as far as the furthest; in only if every policy that may scale in says so,
 * and then no further than the most careful one.
 */
function settle(group: Group, proposals: readonly Proposal[]): Proposal | undefined {
  const largest = [...proposals].sort((a, b) => b.to - a.to)[0];
  if (largest === undefined || largest.to === group.desiredCapacity) return undefined;
  if (largest.to > group.desiredCapacity) return largest;
  const entitled = [...group.policies.values()].filter(
    ({ enabled, disableScaleIn }) => enabled && !disableScaleIn,
  );
  const agreeing = new Set(proposals.map(({ policy }) => policy));
  return entitled.every((policy) => agreeing.has(policy)) ? largest : undefined;
}

function fleetOf(group: Group, policy: ScalingPolicy, around: Surroundings): Fleet {
  const instances = [...group.instances.values()];
  const serving = instances.filter(({ state }) => state === 'InService');
  const warm = serving.filter((instance) => isWarm(group, instance, around, policy));
  return {
    warm,
    warming: serving.filter((instance) => !warm.includes(instance)),
    terminating: instances.filter(isTerminating),
    launching: group.launches.size + instances.filter(({ state }) => state.startsWith('Pending')).length,
  };
}
