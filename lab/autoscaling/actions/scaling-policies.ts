/** Rule F6. What the lab can't follow is refused, not taken and left idle. */
import { type Action, groupNamed, groupToChange, nothing } from '../action';
import { newAlarm } from '../alarms';
import { describeAlarms, describePolicy } from '../describe';
import { validationError } from '../input';
import type { Alarm, Group } from '../model';
import type { ScalingPolicy, TargetTrackingPolicy } from '../policies';
import { evaluatePolicies } from '../scaling';
import { keyOf } from '../tracked-metric';
import { page } from './page';
import { trackingFrom } from './tracking-configuration';

export const putScalingPolicy: Action = (input, context) => {
  const group = groupToChange(context.region, input.string('AutoScalingGroupName'));
  const name = input.string('PolicyName');
  const before = group.policies.get(name);
  const type = input.optionalString('PolicyType') ?? 'SimpleScaling';
  if (type !== 'TargetTrackingScaling') {
    throw validationError(`The lab's Auto Scaling does not support policy type ${type} yet`);
  }
  const tracking = trackingFrom(input, group);
  const policy: TargetTrackingPolicy = {
    type,
    name,
    arn: before?.arn ?? policyArn(group, name, context.newId()),
    enabled: input.optionalBoolean('Enabled') ?? true,
    ...tracking,
    estimatedInstanceWarmup: input.optionalInteger('EstimatedInstanceWarmup', { min: 0, max: 3600 }),
    alarms: alarmsFor(group, before, tracking, context.newId),
  };
  group.policies.set(name, policy);
  evaluatePolicies(group, context);
  return { PolicyARN: policy.arn, Alarms: describeAlarms(policy) };
};

/** Rule A5: another target is another AlarmHigh, and so is another metric. Rule A11: without scale-in there is no AlarmLow. */
function alarmsFor(
  group: Group,
  before: ScalingPolicy | undefined,
  {
    metric,
    targetValue,
    disableScaleIn,
  }: Pick<TargetTrackingPolicy, 'metric' | 'targetValue' | 'disableScaleIn'>,
  newId: () => string,
): Alarm[] {
  const same =
    before?.targetValue === targetValue && before !== undefined && keyOf(before.metric) === keyOf(metric);
  const alarm = (direction: Alarm['direction']) =>
    (same ? before.alarms.find((candidate) => candidate.direction === direction) : undefined) ??
    newAlarm(group, direction, newId);
  return disableScaleIn ? [alarm('high')] : [alarm('high'), alarm('low')];
}

function policyArn(group: Group, name: string, id: string): string {
  const [, , , region, account] = group.arn.split(':');
  const scope = `autoScalingGroupName/${group.name}:policyName/${name}`;
  return `arn:aws:autoscaling:${region}:${account}:scalingPolicy:${id}:${scope}`;
}

export const describePolicies: Action = (input, { region }) => {
  const groupName = input.optionalString('AutoScalingGroupName');
  const names = input.strings('PolicyNames');
  const groups = groupName === undefined ? [...region.groups.values()] : [groupNamed(region, groupName)];
  const policies = groups.flatMap((group) =>
    [...group.policies.values()]
      .filter(({ name, arn }) => names.length === 0 || names.includes(name) || names.includes(arn))
      .map((policy) => describePolicy(group, policy)),
  );
  const { items, nextToken } = page(policies, input);
  return { ScalingPolicies: items, NextToken: nextToken };
};

export const deletePolicy: Action = (input, { region }) => {
  const name = input.string('PolicyName');
  // An ARN says which group it is of; a name doesn't.
  const groups = name.startsWith('arn:')
    ? [...region.groups.values()]
    : [groupNamed(region, input.string('AutoScalingGroupName'))];
  for (const group of groups) {
    for (const policy of group.policies.values()) {
      if (policy.arn !== name && policy.name !== name) continue;
      group.policies.delete(policy.name);
      return nothing;
    }
  }
  throw validationError(`PolicyName not found - ${name}`);
};
