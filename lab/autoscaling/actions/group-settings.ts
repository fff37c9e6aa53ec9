/** The settings that CreateAutoScalingGroup and UpdateAutoScalingGroup share: read, checked, laid over a group. */
import type { Facts } from '../action';
import { type Input, largestInteger, validationError } from '../input';
import type { Group } from '../model';
import { checkHealthyPercentages } from '../refresh/preferences';
import { terminationPolicyNames } from '../termination-policy';
import { mixedInstancesFrom } from './mixed-instances-policy';

type Settings = Pick<
  Group,
  | 'minSize'
  | 'maxSize'
  | 'desiredCapacity'
  | 'defaultCooldown'
  | 'defaultInstanceWarmup'
  | 'subnets'
  | 'launchTemplate'
  | 'mixedInstances'
  | 'healthCheckType'
  | 'healthCheckGracePeriod'
  | 'terminationPolicies'
  | 'newInstancesProtectedFromScaleIn'
  | 'capacityRebalance'
  | 'maxInstanceLifetime'
  | 'placementGroup'
  | 'instanceMaintenancePolicy'
  | 'serviceLinkedRoleArn'
>;

/** The strategy that the model's launches follow, and AWS's default. */
export const zoneDistribution = 'balanced-best-effort';

const seconds = { min: 0, max: largestInteger };

/** What the lab's model has no rules for is refused, so that nobody takes it for tried. */
const unsupported = [
  'LaunchConfigurationName',
  'InstanceId',
  'LoadBalancerNames',
  'AvailabilityZoneImpairmentPolicy',
  'SkipZonalShiftValidation',
  'CapacityReservationSpecification',
  'InstanceLifecyclePolicy',
  'DesiredCapacityType',
  'Context',
];

/** The settings after the input: what it names, else what was there. @throws ValidationError */
export function settingsFrom(input: Input, before: Settings, facts: Facts): Settings {
  for (const member of unsupported) {
    if (input.has(member)) throw validationError(`The lab's Auto Scaling does not support ${member} yet`);
  }
  if (input.has('AvailabilityZones')) {
    throw validationError(
      "The lab's Auto Scaling does not support AvailabilityZones; name subnets in VPCZoneIdentifier",
    );
  }
  checkZoneDistribution(input);
  const minSize = input.optionalInteger('MinSize', { min: 0, max: 10_000 }) ?? before.minSize;
  const maxSize = input.optionalInteger('MaxSize', { min: 0, max: 10_000 }) ?? before.maxSize;
  const settings: Settings = {
    minSize,
    maxSize,
    desiredCapacity: desiredFrom(input, before, minSize, maxSize),
    defaultCooldown: input.optionalInteger('DefaultCooldown', seconds) ?? before.defaultCooldown,
    defaultInstanceWarmup: warmupFrom(input, before),
    subnets: facts.subnets ?? before.subnets,
    launchTemplate: facts.launchTemplate ?? before.launchTemplate,
    mixedInstances: mixedFrom(input, before, facts),
    healthCheckType: input.optionalString('HealthCheckType') ?? before.healthCheckType,
    healthCheckGracePeriod:
      input.optionalInteger('HealthCheckGracePeriod', seconds) ?? before.healthCheckGracePeriod,
    terminationPolicies: input.has('TerminationPolicies')
      ? terminationPoliciesFrom(input)
      : before.terminationPolicies,
    newInstancesProtectedFromScaleIn:
      input.optionalBoolean('NewInstancesProtectedFromScaleIn') ?? before.newInstancesProtectedFromScaleIn,
    capacityRebalance: input.optionalBoolean('CapacityRebalance') ?? before.capacityRebalance,
    maxInstanceLifetime: input.optionalInteger('MaxInstanceLifetime') ?? before.maxInstanceLifetime,
    placementGroup: input.optionalString('PlacementGroup') ?? before.placementGroup,
    instanceMaintenancePolicy: maintenancePolicyFrom(input, before),
    serviceLinkedRoleArn: input.optionalString('ServiceLinkedRoleARN') ?? before.serviceLinkedRoleArn,
  };
  checkTogether(settings);
  return settings;
}

/** A launch template of its own ends a mixed instances policy. */
function mixedFrom(input: Input, before: Settings, facts: Facts): Settings['mixedInstances'] {
  const policy = input.structure('MixedInstancesPolicy');
  if (policy === undefined) return input.has('LaunchTemplate') ? undefined : before.mixedInstances;
  if (input.has('LaunchTemplate')) {
    throw validationError('LaunchTemplate and MixedInstancesPolicy can not both be specified');
  }
  return mixedInstancesFrom(policy, before.mixedInstances, facts);
}

/** Rule B12. Terraform says the default on every update. */
function checkZoneDistribution(input: Input): void {
  const strategy = input
    .structure('AvailabilityZoneDistribution')
    ?.optionalString('CapacityDistributionStrategy');
  if (strategy === undefined || strategy === zoneDistribution) return;
  throw validationError(
    `The lab's Auto Scaling does not support the capacity distribution strategy ${strategy} yet, only ${zoneDistribution}`,
  );
}

/** Rule B18: a minimum above the size raises it, a maximum below lowers it; a desired size outside is refused. */
function desiredFrom(input: Input, before: Settings, minSize: number, maxSize: number): number {
  if (minSize > maxSize) throw validationError('Max bound, less than min bound.  Both must be non-negative');
  const desired = input.optionalInteger('DesiredCapacity');
  if (desired === undefined) return Math.min(maxSize, Math.max(minSize, before.desiredCapacity));
  if (desired < minSize) throw validationError('Desired capacity must be greater than or equal to min size');
  if (desired > maxSize) throw validationError('Desired capacity must be less than or equal to max size');
  return desired;
}

/** Rule A13: -1 takes the setting back. */
function warmupFrom(input: Input, before: Settings): number | undefined {
  const warmup = input.optionalInteger('DefaultInstanceWarmup', { min: -1, max: 3600 });
  if (warmup === undefined) return before.defaultInstanceWarmup;
  return warmup === -1 ? undefined : warmup;
}

/** Rule C1. -1 for both takes it back, as with the warm-up. */
function maintenancePolicyFrom(input: Input, before: Settings): Settings['instanceMaintenancePolicy'] {
  const policy = input.structure('InstanceMaintenancePolicy');
  if (policy === undefined) return before.instanceMaintenancePolicy;
  const min = policy.integer('MinHealthyPercentage');
  const max = policy.integer('MaxHealthyPercentage');
  if (min === -1 && max === -1) return undefined;
  checkHealthyPercentages(min, max);
  return { minHealthyPercentage: min, maxHealthyPercentage: max };
}

function terminationPoliciesFrom(input: Input): string[] {
  const names = input.strings('TerminationPolicies');
  const unknown = names.find((name) => !terminationPolicyNames.includes(name));
  if (unknown !== undefined) throw validationError(`Termination policy ${unknown} is not valid`);
  // Rule F5: ["Default"] is the same as none.
  return names.length === 1 && names[0] === 'Default' ? [] : names;
}

function checkTogether({ subnets, launchTemplate, healthCheckType, maxInstanceLifetime }: Settings): void {
  if (launchTemplate.id === '') {
    throw validationError(
      'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or ' +
        'MixedInstancesPolicy parameter.',
    );
  }
  if (subnets.length === 0) {
    throw validationError('At least one Availability Zone or VPC Subnet is required.');
  }
  const unknownCheck = healthCheckType.split(',').find((check) => !['EC2', 'ELB'].includes(check));
  if (unknownCheck !== undefined) {
    throw validationError(`Health check type ${unknownCheck} is not supported by the lab; use EC2 or ELB`);
  }
  if (maxInstanceLifetime !== undefined && maxInstanceLifetime !== 0 && maxInstanceLifetime < 86_400) {
    throw validationError(
      'Maximum instance lifetime must be equal to 0 or a value of at least 86400 seconds',
    );
  }
}
