/** What step and simple scaling policies ask for when an alarm, or a user, invokes them: rules A15, A18. */
import type { Surroundings } from './action';
import { adjusted, stepFor } from './adjustments';
import { capacityOf, clampToLimits, instancesKept, instancesLeaving, launchesUnderWay } from './capacity';
import type { Group } from './model';
import type { AlarmedPolicy, Proposal, SimpleScalingPolicy, StepScalingPolicy } from './policies';
import { isWarm } from './scaling';

/** An alarm in the state in which it names the policy, or ExecutePolicy. */
export interface Invocation {
  readonly policy: AlarmedPolicy;
  /** The alarm's name; undefined for a user. */
  readonly alarm: string | undefined;
  readonly threshold: number | undefined;
  readonly value: number | undefined;
}

/** What alarms say to this group's policies, by the policies' ARNs. */
export function invocationsOf(
  group: Group,
  says: readonly {
    readonly alarm: string;
    readonly actions: readonly string[];
    readonly threshold: number;
    readonly value: number | undefined;
  }[],
): Invocation[] {
  return [...group.policies.values()].flatMap((policy) =>
    policy.type === 'StepScaling' || policy.type === 'SimpleScaling'
      ? says
          .filter(({ actions }) => actions.includes(policy.arn))
          .map(({ alarm, threshold, value }) => ({ policy, alarm, threshold, value }))
      : [],
  );
}

/** Undefined where the policy has nothing to say, or may not say it yet. */
export function proposalOf(group: Group, invocation: Invocation, around: Surroundings): Proposal | undefined {
  const { policy, alarm } = invocation;
  if (!policy.enabled) return undefined;
  const to =
    policy.type === 'StepScaling'
      ? byStep(group, policy, invocation, around)
      : bySimple(group, policy, alarm !== undefined);
  return to === undefined ? undefined : { policy, alarm, to: clampToLimits(group, to) };
}

/**
 * Rule A18: what is warming is not counted when the group grows, so that breaches of one step in a row grow it once;
 * what is terminating is counted when it shrinks, and it doesn't while something comes up.
 */
function byStep(
  group: Group,
  policy: StepScalingPolicy,
  { threshold = 0, value }: Invocation,
  around: Surroundings,
): number | undefined {
  if (value === undefined) return undefined;
  const step = stepFor(policy.steps, value - threshold);
  if (step === undefined) return undefined;
  const { adjustmentType, minAdjustmentMagnitude } = policy;
  const adjust = (capacity: number) =>
    adjusted(capacity, { adjustmentType, minAdjustmentMagnitude, adjustment: step.adjustment });
  const terminating = capacityOf(instancesLeaving(group));
  const coming = capacityOf([
    ...launchesUnderWay(group).map(({ choice }) => choice),
    ...instancesKept(group).filter((instance) => !isWarm(group, instance, around, policy)),
  ]);
  const { desiredCapacity } = group;
  const out = adjust(Math.max(0, desiredCapacity - coming));
  if (out > desiredCapacity) return out;
  if (coming > 0) return undefined;
  return Math.min(desiredCapacity, adjust(desiredCapacity + terminating));
}

/** A user's own call need not wait for the cooldown; an alarm's does. */
function bySimple(group: Group, policy: SimpleScalingPolicy, waits: boolean): number | undefined {
  if (waits && group.cooldown !== undefined) return undefined;
  return adjusted(group.desiredCapacity, policy);
}
