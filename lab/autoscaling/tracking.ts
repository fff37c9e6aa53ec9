/** What a group's target tracking policies ask for: their alarms follow the datapoints, and those in ALARM speak. */
import type { Surroundings } from './action';
import { evaluate } from './alarms';
import { instancesLeaving, launchesUnderWay } from './capacity';
import type { Alarm, Datapoint, Group } from './model';
import { type Proposal, type TargetTrackingPolicy, trackingPolicies } from './policies';
import { isWarm } from './scaling';
import { breaches, evaluationPeriods, type Fleet, scaledIn, scaledOut, threshold } from './target-tracking';
import { keyOf, leavesOutWarming, unitOf } from './tracked-metric';

interface Ask extends Proposal {
  readonly policy: TargetTrackingPolicy;
  readonly direction: Alarm['direction'];
  /** The alarm's turn to invoke its policy has come (rule A9). */
  readonly due: boolean;
}

/**
 * Rule A12: out if any policy says so; in only if every policy that may scale in says so, and then no further than the
 * most careful one.
 *
 * @param hasNews whether there may be something new in a policy's datapoints
 */
export function track(
  group: Group,
  around: Surroundings,
  hasNews: (policy: TargetTrackingPolicy) => boolean,
): Proposal[] {
  const policies = trackingPolicies(group).filter(({ enabled }) => enabled);
  for (const policy of policies.filter(hasNews)) {
    for (const alarm of policy.alarms) evaluateAlarm(group, policy, alarm, around);
  }
  // Suspended, an alarm invokes nothing: resumed, it has yet to (rule B16).
  if (group.suspendedProcesses.has('AlarmNotification')) return [];
  const asks = policies.flatMap((policy) => asksOf(group, policy, around));
  const out = asks.filter(({ direction, due }) => direction === 'high' && due);
  const inwards = asks.filter(({ direction }) => direction === 'low');
  const agreeing = new Set(inwards.map(({ policy }) => policy));
  const agreed = policies.every((policy) => policy.disableScaleIn || agreeing.has(policy));
  return agreed && inwards.some(({ due }) => due) ? [...out, ...inwards] : out;
}

/** What the policy's alarms say that are in ALARM. Policies of other periods than the others' agree with them so. */
function asksOf(group: Group, policy: TargetTrackingPolicy, around: Surroundings): Ask[] {
  const latest = datapointsOf(group, policy).at(-1);
  if (latest === undefined) return [];
  const fleet = fleetOf(group, policy, around);
  return policy.alarms.flatMap((alarm) => {
    if (alarm.state !== 'ALARM') return [];
    const due = isDue(alarm, latest);
    alarm.invokedFor = latest.at;
    if (latest.value === undefined) return [];
    const { direction } = alarm;
    const limits = { min: group.minSize, max: group.maxSize, desired: group.desiredCapacity };
    const scaled = direction === 'high' ? scaledOut : scaledIn;
    const to = scaled(latest.value, policy.targetValue, fleet, limits);
    return [{ policy, alarm: alarm.name, direction, due, to }];
  });
}

function datapointsOf(group: Group, { metric }: TargetTrackingPolicy): readonly Datapoint[] {
  return group.datapoints.get(keyOf(metric)) ?? [];
}

function evaluateAlarm(group: Group, policy: TargetTrackingPolicy, alarm: Alarm, around: Surroundings): void {
  const { direction } = alarm;
  const limit = threshold(policy, direction, group.desiredCapacity);
  const needed = evaluationPeriods[direction];
  const datapoints = datapointsOf(group, policy);
  const evaluation = evaluate(alarm, datapoints, limit, needed);
  const value = datapoints.at(-1)?.value;
  if (value !== undefined) {
    around.emit({
      type: 'datapoint',
      group: group.name,
      policy: policy.name,
      alarm: alarm.name,
      direction,
      value,
      unit: unitOf(policy.metric),
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
  return alarm.invokedFor !== latest.at;
}

function fleetOf(group: Group, policy: TargetTrackingPolicy, around: Surroundings): Fleet {
  const instances = [...group.instances.values()];
  const serving = instances.filter(({ state }) => state === 'InService');
  const warm = serving.filter((instance) => isWarm(group, instance, around, policy));
  return {
    measured: leavesOutWarming(policy.metric) ? warm : serving,
    warming: serving.filter((instance) => !warm.includes(instance)),
    terminating: instancesLeaving(group),
    launching:
      launchesUnderWay(group).length + instances.filter(({ state }) => state.startsWith('Pending')).length,
  };
}
