/** Rule F6. What the lab can't follow is refused, not taken and left idle. */
import { AwsError } from '../../aws-error';
import { type Action, type ActionContext, groupNamed, groupToChange, nothing } from '../action';
import { newAlarm } from '../alarms';
import { describeAlarms, describePolicy } from '../describe-policy';
import { type Input, validationError } from '../input';
import type { Alarm, Group, Region } from '../model';
import type { PredictiveScalingPolicy, ScalingPolicy, TargetTrackingPolicy } from '../policies';
import { evaluatePolicies, executePolicy } from '../scaling';
import { keyOf } from '../tracked-metric';
import { page } from './page';
import {
  predictiveScalingFrom,
  simpleScalingFrom,
  stepScalingFrom,
  warmupFrom,
} from './policy-configuration';
import { trackingFrom } from './tracking-configuration';

export const putScalingPolicy: Action = (input, context) => {
  const group = groupToChange(context.region, input.string('AutoScalingGroupName'));
  const name = input.string('PolicyName');
  const before = group.policies.get(name);
  const policy: ScalingPolicy = {
    name,
    arn: before?.arn ?? policyArn(group, name, context.newId()),
    enabled: input.optionalBoolean('Enabled') ?? true,
    ...configurationFrom(input, group, before, context.newId),
  };
  group.policies.set(name, policy);
  if (policy.type === 'PredictiveScaling') tellIdle(policy, context);
  evaluatePolicies(group, context);
  return { PolicyARN: policy.arn, Alarms: describeAlarms(policy, context.region) };
};

type Configuration<P> = P extends ScalingPolicy ? Omit<P, 'name' | 'arn' | 'enabled'> : never;

function configurationFrom(
  input: Input,
  group: Group,
  before: ScalingPolicy | undefined,
  newId: () => string,
): Configuration<ScalingPolicy> {
  const type = input.optionalString('PolicyType') ?? 'SimpleScaling';
  switch (type) {
    case 'TargetTrackingScaling': {
      const tracking = trackingFrom(input, group);
      const alarms = alarmsFor(group, before, tracking, newId);
      return { type, ...tracking, estimatedInstanceWarmup: warmupFrom(input), alarms };
    }
    case 'StepScaling':
      return stepScalingFrom(input);
    case 'SimpleScaling':
      return simpleScalingFrom(input);
    case 'PredictiveScaling':
      return predictiveScalingFrom(input);
    default:
      throw validationError(`Policy type ${type} is not known`);
  }
}

function tellIdle({ name, configuration }: PredictiveScalingPolicy, { emit }: ActionContext): void {
  if (configuration.Mode !== 'ForecastAndScale') return;
  const text = `Predictive scaling policy ${name} is kept and shown, and never acts here: there is no history to forecast from`;
  emit({ type: 'notice', level: 'warning', text });
}

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
    before?.type === 'TargetTrackingScaling' &&
    before.targetValue === targetValue &&
    keyOf(before.metric) === keyOf(metric);
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
  const types = input.strings('PolicyTypes');
  const groups = groupName === undefined ? [...region.groups.values()] : [groupNamed(region, groupName)];
  const policies = groups.flatMap((group) =>
    [...group.policies.values()]
      .filter(({ name, arn }) => names.length === 0 || names.includes(name) || names.includes(arn))
      .filter(({ type }) => types.length === 0 || types.includes(type))
      .map((policy) => describePolicy(group, policy, region)),
  );
  const { items, nextToken } = page(policies, input);
  return { ScalingPolicies: items, NextToken: nextToken };
};

export const deletePolicy: Action = (input, { region }) => {
  const { group, policy } = policyNamed(region, input);
  group.policies.delete(policy.name);
  return nothing;
};

/** Rule A18: a step scaling policy needs to be told the metric and the threshold that an alarm would have. */
export const executePolicyByHand: Action = (input, context) => {
  const { group, policy } = policyNamed(context.region, input);
  if (policy.type !== 'StepScaling' && policy.type !== 'SimpleScaling') {
    throw validationError(`Policy type ${policy.type} is not executed by hand`);
  }
  const value = input.optionalNumber('MetricValue');
  const threshold = input.optionalNumber('BreachThreshold');
  if (policy.type === 'StepScaling' && (value === undefined || threshold === undefined)) {
    throw validationError('MetricValue and BreachThreshold are required for policy type StepScaling');
  }
  if (input.optionalBoolean('HonorCooldown') === true && group.cooldown !== undefined) {
    throw new AwsError('ScalingActivityInProgress', `${group.name} is in its cooldown`);
  }
  executePolicy(group, { policy, alarm: undefined, threshold, value }, context);
  return nothing;
};

/** An ARN says which group it is of; a name doesn't. @throws ValidationError */
function policyNamed(region: Region, input: Input): { group: Group; policy: ScalingPolicy } {
  const name = input.string('PolicyName');
  const groups = name.startsWith('arn:')
    ? [...region.groups.values()]
    : [groupNamed(region, input.string('AutoScalingGroupName'))];
  for (const group of groups) {
    const policy = [...group.policies.values()].find((known) => known.arn === name || known.name === name);
    if (policy !== undefined) return { group, policy };
  }
  throw validationError(`PolicyName not found - ${name}`);
}
