/** Rule F7 and B4: hooks are put, described, deleted; instances answer them. */
import { type Action, type ActionContext, groupNamed, groupToChange, nothing } from '../action';
import { describeHook } from '../describe';
import { completeLifecycleAction as complete, passDeletedHook, recordHeartbeat } from '../hooks';
import { type Input, validationError } from '../input';
import type { Group, Instance, LifecycleHook } from '../model';

const transitions = ['autoscaling:EC2_INSTANCE_LAUNCHING', 'autoscaling:EC2_INSTANCE_TERMINATING'] as const;
const results = ['CONTINUE', 'ABANDON'] as const;
const hooksPerGroup = 50;

export function hookFrom(input: Input, before: LifecycleHook | undefined): LifecycleHook {
  const transition = input.optionalString('LifecycleTransition') ?? before?.transition;
  return {
    name: input.string('LifecycleHookName'),
    transition: oneOf(transitions, transition, 'LifecycleTransition'),
    heartbeatTimeout:
      input.optionalInteger('HeartbeatTimeout', { min: 30, max: 7200 }) ?? before?.heartbeatTimeout ?? 3600,
    defaultResult: oneOf(
      results,
      input.optionalString('DefaultResult') ?? before?.defaultResult ?? 'ABANDON',
      'DefaultResult',
    ),
    notificationTargetArn: input.optionalString('NotificationTargetARN') ?? before?.notificationTargetArn,
    notificationMetadata: input.optionalString('NotificationMetadata') ?? before?.notificationMetadata,
    roleArn: input.optionalString('RoleARN') ?? before?.roleArn,
  };
}

export const putLifecycleHook: Action = (input, { region }) => {
  const group = groupToChange(region, input.string('AutoScalingGroupName'));
  const before = group.hooks.get(input.string('LifecycleHookName'));
  if (before === undefined && group.hooks.size >= hooksPerGroup) {
    throw validationError(`You have reached the limit of ${hooksPerGroup} lifecycle hooks for this group`);
  }
  const hook = hookFrom(input, before);
  group.hooks.set(hook.name, hook);
  return nothing;
};

export const describeLifecycleHooks: Action = (input, { region }) => {
  const group = groupNamed(region, input.string('AutoScalingGroupName'));
  const names = input.strings('LifecycleHookNames');
  const hooks = [...group.hooks.values()].filter(({ name }) => names.length === 0 || names.includes(name));
  return { LifecycleHooks: hooks.map((hook) => describeHook(group, hook)) };
};

export const deleteLifecycleHook: Action = (input, context) => {
  const group = groupNamed(context.region, input.string('AutoScalingGroupName'));
  const name = input.string('LifecycleHookName');
  if (!group.hooks.delete(name)) {
    throw validationError(`No Lifecycle Hook found with name: ${name} for group: ${group.name}`);
  }
  for (const instance of group.instances.values()) {
    if (instance.waitingFor?.hook === name) passDeletedHook(group, instance, name, context);
  }
  return nothing;
};

export const completeLifecycleAction: Action = (input, context) => {
  const { group, instance, hook } = waitingInstance(input, context);
  const result = oneOf(results, input.string('LifecycleActionResult'), 'LifecycleActionResult');
  complete(group, instance, hook, result, context);
  return nothing;
};

export const recordLifecycleActionHeartbeat: Action = (input, context) => {
  const { group, instance, hook } = waitingInstance(input, context);
  recordHeartbeat(group, instance, hook, context);
  return nothing;
};

/** Rule B5: by its id or by the token of the action; one of them is required. */
function waitingInstance(
  input: Input,
  { region }: ActionContext,
): { group: Group; instance: Instance; hook: string } {
  const group = groupNamed(region, input.string('AutoScalingGroupName'));
  const hook = input.string('LifecycleHookName');
  const id = input.optionalString('InstanceId');
  const token = input.optionalString('LifecycleActionToken');
  if (id === undefined && token === undefined) {
    throw validationError('Either LifecycleActionToken or InstanceId is required');
  }
  const instance = [...group.instances.values()].find((candidate) =>
    token === undefined ? candidate.id === id : candidate.waitingFor?.token === token,
  );
  if (instance === undefined || (id !== undefined && instance.id !== id)) {
    throw validationError(`No active Lifecycle Action found with instance ID ${id ?? `of token ${token}`}`);
  }
  return { group, instance, hook };
}

function oneOf<T extends string>(allowed: readonly T[], value: string | undefined, member: string): T {
  const known = allowed.find((candidate) => candidate === value);
  if (known === undefined) {
    throw validationError(
      `Value '${value ?? 'null'}' at '${member}' failed to satisfy constraint: ` +
        `Member must satisfy enum value set: [${allowed.join(', ')}]`,
    );
  }
  return known;
}
