/** Lifecycle hooks, rules B2 to B5: what an instance waits for on its way in and out, and how the waiting ends. */

import type { Surroundings } from './action';
import { changeActivity, replacing } from './activities';
import { isTerminating, isWarmed } from './capacity';
import { validationError } from './input';
import { beginTermination, moveTo } from './instances';
import type {
  Group,
  Instance,
  LifecycleHook,
  LifecycleResult,
  LifecycleState,
  LifecycleTransition,
} from './model';

/** What an instance in the warm pool waits in bears its name in front (rule B1). */
function stateOf(
  instance: Instance,
  states: typeof waitingState | typeof proceedingState,
  transition: LifecycleTransition,
): LifecycleState {
  return isWarmed(instance) ? `Warmed:${states[transition]}` : states[transition];
}

const waitingState = {
  'autoscaling:EC2_INSTANCE_LAUNCHING': 'Pending:Wait',
  'autoscaling:EC2_INSTANCE_TERMINATING': 'Terminating:Wait',
} as const;

const proceedingState = {
  'autoscaling:EC2_INSTANCE_LAUNCHING': 'Pending:Proceed',
  'autoscaling:EC2_INSTANCE_TERMINATING': 'Terminating:Proceed',
} as const;

/** Rule B4: a hook can be kept waiting for 100 heartbeats or 48 hours, whichever is less. */
export function globalTimeout(heartbeatTimeout: number): number {
  return Math.min(172_800, 100 * heartbeatTimeout);
}

/** Puts the instance in front of the next hook of the transition, or past them all. */
export function enterNextHook(
  group: Group,
  instance: Instance,
  transition: LifecycleTransition,
  around: Surroundings,
): void {
  const next = [...group.hooks.values()].find(
    (hook) => hook.transition === transition && !instance.passedHooks.includes(hook.name),
  );
  if (next === undefined) {
    instance.waitingFor = undefined;
    moveTo(group, instance, stateOf(instance, proceedingState, transition), around);
    return;
  }
  instance.waitingFor = {
    hook: next.name,
    token: around.newId(),
    startedAt: around.now,
    deadline: around.now + next.heartbeatTimeout * 1000,
  };
  moveTo(group, instance, stateOf(instance, waitingState, transition), around);
  changeActivity(group, instance.activityId, { status: 'MidLifecycleAction', progress: 60 }, around);
}

/** Rule B5: the heartbeat starts the whole timeout again, up to the global one. */
export function recordHeartbeat(
  group: Group,
  instance: Instance,
  hookName: string,
  around: Surroundings,
): void {
  const hook = openHook(group, instance, hookName);
  const open = instance.waitingFor;
  if (open === undefined) return;
  const latest = open.startedAt + globalTimeout(hook.heartbeatTimeout) * 1000;
  open.deadline = Math.min(latest, around.now + hook.heartbeatTimeout * 1000);
}

/**
 * Rule B4. A launch that is abandoned is terminated, and the group replaces it; a termination goes on either way,
 * but ABANDON skips the hooks that are left.
 */
export function completeLifecycleAction(
  group: Group,
  instance: Instance,
  hookName: string,
  result: LifecycleResult,
  around: Surroundings,
): void {
  const { transition } = openHook(group, instance, hookName);
  instance.waitingFor = undefined;
  instance.passedHooks.push(hookName);
  if (result === 'CONTINUE') {
    enterNextHook(group, instance, transition, around);
    return;
  }
  if (transition === 'autoscaling:EC2_INSTANCE_TERMINATING') {
    moveTo(group, instance, stateOf(instance, proceedingState, transition), around);
    return;
  }
  changeActivity(
    group,
    instance.activityId,
    {
      status: 'Cancelled',
      progress: 100,
      statusMessage: `Lifecycle action of hook ${hookName} was abandoned`,
    },
    around,
  );
  around.emit({ type: 'launch-abandoned', group: group.name, instanceId: instance.id, hook: hookName });
  // Not by way of its health: an abandoned launch is terminated whatever process is suspended.
  const reason = `a lifecycle action of hook ${hookName} that was abandoned`;
  beginTermination(group, instance, replacing(around.now, reason), around);
}

/** Ends each waiting whose heartbeat has run out with the hook's default result. */
export function expireHooks(group: Group, around: Surroundings): void {
  for (const instance of group.instances.values()) {
    const open = instance.waitingFor;
    if (open === undefined) continue;
    const hook = group.hooks.get(open.hook);
    if (hook === undefined) {
      // A hook that went while an instance waited for it, as all do when a group is deleted by force (rule B6).
      passDeletedHook(group, instance, open.hook, around);
    } else if (open.deadline <= around.now) {
      completeLifecycleAction(group, instance, hook.name, hook.defaultResult, around);
    }
  }
}

/** AWS completes the open actions of a hook that is deleted. */
export function passDeletedHook(
  group: Group,
  instance: Instance,
  hookName: string,
  around: Surroundings,
): void {
  instance.waitingFor = undefined;
  instance.passedHooks.push(hookName);
  const transition = isTerminating(instance)
    ? 'autoscaling:EC2_INSTANCE_TERMINATING'
    : 'autoscaling:EC2_INSTANCE_LAUNCHING';
  enterNextHook(group, instance, transition, around);
}

/** @throws ValidationError when the instance waits for no such hook (rule B5, from memory). */
function openHook(group: Group, instance: Instance, hookName: string): LifecycleHook {
  const hook = group.hooks.get(hookName);
  if (hook === undefined || instance.waitingFor?.hook !== hookName) {
    throw validationError(`No active Lifecycle Action found with instance ID ${instance.id}`);
  }
  return hook;
}
