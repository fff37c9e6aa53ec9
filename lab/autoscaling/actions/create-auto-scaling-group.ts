import { AwsError } from '../../aws-error';
import { type Action, type Facts, nothing } from '../action';
import { userRequest } from '../activities';
import { tellCapacity } from '../capacity';
import { type Input, validationError } from '../input';
import type { AttachmentState, Group } from '../model';
import { settingsFrom } from './group-settings';
import { hookFrom } from './lifecycle-hooks';
import { tagFrom } from './tags';

/** Rule F1. Target groups named here are attached at once (rule B10). */
export const createAutoScalingGroup: Action = (input, context) => {
  const { region, now } = context;
  const name = input.string('AutoScalingGroupName');
  if (region.groups.has(name)) {
    throw new AwsError(
      'AlreadyExists',
      `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`,
    );
  }
  for (const required of ['MinSize', 'MaxSize']) input.string(required);
  const prefix = `arn:aws:autoscaling:${region.name}:${region.accountId}`;
  const settings = settingsFrom(input, defaults(region.accountId), context.facts);
  const group: Group = {
    ...settings,
    name,
    arn: `${prefix}:autoScalingGroup:${context.newId()}:autoScalingGroupName/${name}`,
    createdAt: now,
    attachments: new Map(
      existingTargetGroups(input, context.facts).map((arn): [string, AttachmentState] => [arn, 'InService']),
    ),
    tags: new Map(input.structures('Tags').map((tag) => [tag.string('Key'), tagFrom(tag)])),
    suspendedProcesses: new Map(),
    enabledMetrics: new Set(),
    hooks: new Map(),
    policies: new Map(),
    schedules: new Map(),
    instances: new Map(),
    launches: new Map(),
    activities: [],
    datapoints: new Map(),
    refreshes: [],
    launchesAfter: 0,
    failedLaunches: 0,
    failedZones: [],
    capacityCause: userRequest(now, 'created an AutoScalingGroup', 0, settings.desiredCapacity),
    cooldown: undefined,
    warmPool: undefined,
    deleting: false,
  };
  for (const specification of input.structures('LifecycleHookSpecificationList')) {
    const hook = hookFrom(specification, undefined);
    group.hooks.set(hook.name, hook);
  }
  region.groups.set(name, group);
  tellCapacity(group, context);
  return nothing;
};

export function targetGroupsOf(input: Input): string[] {
  const sources = input.structures('TrafficSources').map((source) => {
    const type = source.optionalString('Type') ?? 'elbv2';
    if (type !== 'elbv2') throw validationError(`Traffic source type ${type} is not supported by the lab`);
    return source.string('Identifier');
  });
  return [...new Set([...input.strings('TargetGroupARNs'), ...sources])];
}

/** @throws ValidationError for one that Elastic Load Balancing doesn't know */
export function existingTargetGroups(input: Input, { targetGroups }: Facts): string[] {
  const named = targetGroupsOf(input);
  const unknown = named.filter((arn) => targetGroups?.has(arn) === false);
  if (unknown.length === 0) return named;
  throw validationError(
    'Provided Target Groups may not be valid. Please ensure they exist and try again. ' +
      `They are not there: ${unknown.join(', ')}`,
  );
}

/** AWS's defaults (rules B8, A13): grace 0 for the API, cooldown 300 s, warm-up unset. */
function defaults(accountId: string): Parameters<typeof settingsFrom>[1] {
  return {
    minSize: 0,
    maxSize: 0,
    desiredCapacity: 0,
    defaultCooldown: 300,
    defaultInstanceWarmup: undefined,
    subnets: [],
    launchTemplate: { id: '', name: '', version: '' },
    mixedInstances: undefined,
    healthCheckType: 'EC2',
    healthCheckGracePeriod: 0,
    terminationPolicies: [],
    newInstancesProtectedFromScaleIn: false,
    capacityRebalance: undefined,
    maxInstanceLifetime: undefined,
    placementGroup: undefined,
    instanceMaintenancePolicy: undefined,
    serviceLinkedRoleArn:
      `arn:aws:iam::${accountId}:role/aws-service-role/autoscaling.amazonaws.com/` +
      'AWSServiceRoleForAutoScaling',
  };
}
