/** Rule F6. Target tracking on the group's average CPU; other policies are refused, not taken and left idle. */
import { type Action, groupNamed, groupToChange, nothing } from '../action';
import { newAlarm } from '../alarms';
import { describeAlarms, describePolicy } from '../describe';
import { type Input, validationError } from '../input';
import type { Alarm, Group, ScalingPolicy } from '../model';
import { evaluatePolicies } from '../scaling';
import { page } from './page';

export const putScalingPolicy: Action = (input, context) => {
  const group = groupToChange(context.region, input.string('AutoScalingGroupName'));
  const name = input.string('PolicyName');
  const before = group.policies.get(name);
  const { targetValue, disableScaleIn } = trackingFrom(input);
  const policy: ScalingPolicy = {
    name,
    arn: before?.arn ?? policyArn(group, name, context.newId()),
    enabled: input.optionalBoolean('Enabled') ?? true,
    targetValue,
    disableScaleIn,
    estimatedInstanceWarmup: input.optionalInteger('EstimatedInstanceWarmup', { min: 0, max: 3600 }),
    alarms: alarmsFor(group, before, targetValue, disableScaleIn, context.newId),
  };
  group.policies.set(name, policy);
  evaluatePolicies(group, context);
  return { PolicyARN: policy.arn, Alarms: describeAlarms(policy) };
};

function trackingFrom(input: Input): { targetValue: number; disableScaleIn: boolean } {
  const type = input.optionalString('PolicyType') ?? 'SimpleScaling';
  const tracking = input.structure('TargetTrackingConfiguration');
  if (type !== 'TargetTrackingScaling' || tracking === undefined) {
    throw validationError(`The lab's Auto Scaling does not support policy type ${type} yet`);
  }
  const metric = tracking.structure('PredefinedMetricSpecification')?.optionalString('PredefinedMetricType');
  if (metric !== 'ASGAverageCPUUtilization') {
    throw validationError(
      `The lab's Auto Scaling does not follow ${metric ?? 'a customized metric'} yet, only ASGAverageCPUUtilization`,
    );
  }
  const targetValue = tracking.optionalNumber('TargetValue');
  if (targetValue === undefined || targetValue <= 0) {
    throw validationError(`Target value must be greater than 0, not ${targetValue ?? 'null'}`);
  }
  return { targetValue, disableScaleIn: tracking.optionalBoolean('DisableScaleIn') ?? false };
}

/** Rule A5: another target is another AlarmHigh. Rule A11: without scale-in there is no AlarmLow. */
function alarmsFor(
  group: Group,
  before: ScalingPolicy | undefined,
  targetValue: number,
  disableScaleIn: boolean,
  newId: () => string,
): Alarm[] {
  const kept = before?.targetValue === targetValue ? before.alarms : [];
  const alarm = (direction: Alarm['direction']) =>
    kept.find((candidate) => candidate.direction === direction) ?? newAlarm(group, direction, newId);
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
