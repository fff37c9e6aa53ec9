import {
  type Check,
  knownListOf,
  listOf,
  mapOf,
  object,
  oneOf,
  refuse,
  text,
  wholeNumber,
  yesOrNo,
} from '../private/shape';
import { checkMixedInstances, type MixedInstancesProps } from './mixed-instances';
import { checkPlacement, type PlacementProps } from './placement';
import { checkHealthyPercentages } from './rollout';
import {
  checkDevices,
  checkRootVolume,
  checkVolume,
  checkVolumeKey,
  type RootVolumeProps,
  type VolumeKeyProps,
  type VolumeProps,
} from './volumes';

/**
 * The instances, beyond type and number.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-groups.html
 */
export interface FleetProps {
  /** Several instance types, and Spot. Not with `warmPool`. @default - instances of `instanceType`, on demand */
  readonly mixedInstances?: MixedInstancesProps;
  /** Instances that have booted and stand stopped until the group grows. Not with `mixedInstances`. @default - none */
  readonly warmPool?: WarmPoolProps;
  /** How many instances run while some are replaced. @default - as AWS has it for each cause of a replacement */
  readonly maintenancePolicy?: MaintenancePolicyProps;
  /**
   * Seconds after which an instance is replaced: 86400 (a day) to 31536000 (a year). Replacements are spread out.
   * @default - none
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html
   */
  readonly maximumLifetimeSeconds?: number;
  /**
   * Which instance goes first when the group shrinks: policies in order, or the ARN of a Lambda function in front of
   * them, which the group may call.
   * @default - AWS's: balanced zones, then the oldest launch template version
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
   */
  readonly terminationPolicies?: readonly string[];
  /**
   * Whether new instances are protected from scale-in. Something has to take the protection away again, else the group
   * only grows.
   * @default false
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
   */
  readonly protectFromScaleIn?: boolean;
  /**
   * Processes of the group that don't run, after its creation: for a while, to look into something. Without `Launch` or
   * `Terminate` it doesn't scale; without `AddToLoadBalancer` new instances get no requests, later neither.
   * @default - none: all run
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
   */
  readonly suspendedProcesses?: readonly string[];
  /** Speed of the root volume; its size is `rootVolumeGiB`. @default - 3000 IOPS and 125 MiB/s */
  readonly rootVolume?: RootVolumeProps;
  /** Further volumes, at most 11. @default - none */
  readonly volumes?: readonly VolumeProps[];
  /** A key of your own for all volumes. @default - the account's key for EBS */
  readonly volumeKey?: VolumeKeyProps;
  /**
   * What a burstable instance does above its baseline once its credits are spent: `unlimited` pays, `standard` is slowed
   * down. Of types such as t3 only, in `mixedInstances` too.
   * @default - the type's: unlimited, but for t2
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances.html
   */
  readonly cpuCredits?: 'standard' | 'unlimited';
  /** Where on AWS's hardware instances stand to one another. @default - wherever there is room */
  readonly placement?: PlacementProps;
  /**
   * `dedicated` runs them on hardware that no other account has; it costs more.
   * @default default: shared hardware
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/dedicated-instance.html
   */
  readonly tenancy?: 'default' | 'dedicated';
  /**
   * Managed policies of the instances' role: ARNs, each by a short name of your own, which becomes part of its Terraform
   * address. At most 20; IAM allows 10 until the quota is raised.
   * @default - none
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
   */
  readonly managedPolicies?: Readonly<Record<string, string>>;
  /**
   * ARN of the policy that bounds what the instances' role may do, whatever its other policies say. It has to allow what
   * an instance needs for itself (docs/constructs.md, "Role").
   * @default - none
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
   */
  readonly permissionsBoundaryArn?: string;
}

/**
 * Instances are launched ahead, boot, answer their launch hook and are stopped: then they cost their volumes alone, and
 * serve some seconds after they are started. Running and hibernated ones are not offered: an instance answers the hook of
 * its second launch when it boots, and those don't boot again.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
 */
export interface WarmPoolProps {
  /** Instances that are there at least, however large the group is: 0 or more. @default 0 */
  readonly minSize?: number;
  /**
   * Instances in group and pool together, at most: `minCapacity` or more.
   * @default - `maxCapacity`: the pool has what the group can still grow by
   */
  readonly maxPreparedCapacity?: number;
  /** Whether instances go back into the pool when the group shrinks. @default false: they are terminated */
  readonly reuseOnScaleIn?: boolean;
}

/**
 * For unhealthy instances, the end of a lifetime and the balance of zones. A refresh has its own, in `rollout`.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-maintenance-policy.html
 */
export interface MaintenancePolicyProps {
  /** Healthy instances in percent of the desired ones: 0 to 100; 100 launches first. */
  readonly minHealthyPercentage: number;
  /** Running instances in percent of the desired ones: 100 to 200, at most 100 above the minimum. */
  readonly maxHealthyPercentage: number;
}

export const terminationPolicies = [
  'Default',
  'AllocationStrategy',
  'OldestInstance',
  'NewestInstance',
  'OldestLaunchTemplate',
  'OldestLaunchConfiguration',
  'ClosestToNextInstanceHour',
] as const;

export const scalingProcesses = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
] as const;

const warmPool = object(
  {},
  { minSize: wholeNumber(0), maxPreparedCapacity: wholeNumber(1), reuseOnScaleIn: yesOrNo },
);

const maintenancePolicy: Check = (value, at, isReference) => {
  object({ minHealthyPercentage: wholeNumber(0, 100), maxHealthyPercentage: wholeNumber(100, 200) })(
    value,
    at,
    isReference,
  );
  const { minHealthyPercentage, maxHealthyPercentage } = value as MaintenancePolicyProps;
  checkHealthyPercentages(minHealthyPercentage, maxHealthyPercentage, at);
};

const lambdaArn = /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:\S+$/;

const terminationPolicy: Check = (value, at, isReference) => {
  if (isReference(value) || lambdaArn.test(String(value))) {
    if (at.endsWith('[0]')) return;
    refuse(
      'InvalidSetting',
      at,
      value,
      'the first of the list: AWS asks a Lambda function before all others',
    );
  }
  oneOf(terminationPolicies)(value, at, isReference);
};

const volumes: Check = (value, at, isReference) => {
  knownListOf(checkVolume, 0, 11)(value, at, isReference);
  checkDevices(value as readonly VolumeProps[], at);
};

export const checkManagedPolicyName: Check = (value, at) => {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(String(value))) {
    refuse('InvalidSetting', at, value, 'small letters, digits and single hyphens, a letter first');
  }
};
export const checkManagedPolicy = text(
  'the ARN of an IAM policy, arn:…:policy/…',
  /^arn:[\w-]+:iam::\S+:policy\/\S+$/,
);

const fleet = object(
  {},
  {
    mixedInstances: checkMixedInstances,
    warmPool,
    maintenancePolicy,
    maximumLifetimeSeconds: wholeNumber(86_400, 31_536_000),
    terminationPolicies: listOf(terminationPolicy, 1),
    protectFromScaleIn: yesOrNo,
    suspendedProcesses: listOf(oneOf(scalingProcesses)),
    rootVolume: checkRootVolume,
    volumes,
    volumeKey: checkVolumeKey,
    cpuCredits: oneOf(['standard', 'unlimited']),
    placement: checkPlacement,
    tenancy: oneOf(['default', 'dedicated']),
    managedPolicies: mapOf(checkManagedPolicyName, checkManagedPolicy, 20),
    permissionsBoundaryArn: checkManagedPolicy,
  },
);

export const checkFleet: Check = (value, at, isReference) => {
  fleet(value, at, isReference);
  const settings = value as FleetProps;
  if (settings.mixedInstances !== undefined && settings.warmPool !== undefined) {
    refuse(
      'SettingsExclude',
      `${at}.warmPool`,
      settings.warmPool,
      `absent where ${at}.mixedInstances is set`,
    );
  }
};
