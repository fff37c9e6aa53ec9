import { AutoscalingGroup, type AutoscalingGroupConfig } from '@cdktf/provider-aws/lib/autoscaling-group';
import { AutoscalingLifecycleHook } from '@cdktf/provider-aws/lib/autoscaling-lifecycle-hook';
import { DataAwsEc2InstanceTypeOfferings } from '@cdktf/provider-aws/lib/data-aws-ec2-instance-type-offerings';
import type { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import { dependable, Fn, type ITerraformDependable, Op, type Precondition, Token } from 'cdktf';
import { Construct } from 'constructs';
import { addGroupBlocks } from './group-blocks';
import type { Image } from './image';
import { InstanceRole } from './instance-role';
import { InstanceSecurityGroup } from './instance-security-group';
import { InstanceTemplate } from './launch-template';
import type { LoadBalancer } from './load-balancer';
import type { Logs } from './logs';
import type { Network } from './network';
import { Placement } from './placement';
import { Account } from './private/account';
import { DefaultTags } from './private/default-tags';
import { addressed } from './private/naming';
import { Option } from './private/option';
import type { PartProps } from './private/part';
import { timesOf } from './private/times';
import { type AutoscaledServiceProps, type PolicyStatementProps, serviceDefaults } from './props';
import type { Release } from './release';
import { VolumeKey } from './volume-key';

/** The settings of a service that its fleet reads, and the parts it stands on. */
export interface FleetConstructProps
  extends PartProps,
    Omit<AutoscaledServiceProps, 'network' | 'loadBalancer' | 'image' | 'release' | 'logs'> {
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly image: Image;
  readonly release: Release;
  readonly logs: Logs;
}

/**
 * The hook that keeps an instance out of service until it says that the service on it answers; one that says it
 * can't, or nothing in time, is terminated and replaced.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
 */
export const launchHookName = 'launch';

/** The instances: launch template, Auto Scaling group, their role and their security group. */
export class Fleet extends Construct {
  readonly securityGroup: InstanceSecurityGroup;
  readonly role: InstanceRole;
  /** Undefined where the account's own key encrypts the volumes. */
  readonly volumeKey: VolumeKey | undefined;
  /** Undefined where instances stand wherever there is room. */
  readonly placement: Placement | undefined;
  readonly autoscalingGroup: AutoscalingGroup;
  readonly launchHook: AutoscalingLifecycleHook;
  private readonly template: InstanceTemplate;
  private readonly requirements: Set<ITerraformDependable>;
  /** A change of the hook would replace the group; the hook beside it takes the change. */
  private readonly leftToOthers = ['initial_lifecycle_hook'];

  constructor(scope: Construct, id: string, props: FleetConstructProps) {
    super(scope, id);
    const { name, fleet = {} } = props;
    const account = Account.of(this, name);
    const defaultTags = new DefaultTags(this, 'DefaultTags', name);
    this.securityGroup = new InstanceSecurityGroup(this, 'SecurityGroup', {
      name,
      tags: props.tags,
      vpcId: props.network.vpcId,
      loadBalancer: props.loadBalancer,
      ssh: props.ssh,
    });
    this.role = new InstanceRole(this, 'Role', {
      ...props,
      ...fleet,
      account,
      autoscalingGroupName: name,
      logGroupName: props.logs.logGroupName,
    });
    const volumeKey = Option.of(fleet.volumeKey);
    this.volumeKey = volumeKey && new VolumeKey(this, 'VolumeKey', { name, account, volumeKey });
    const placement = Option.of(fleet.placement);
    this.placement = placement && new Placement(this, 'Placement', { ...props, placement });
    this.template = new InstanceTemplate(this, 'Template', {
      ...props,
      region: account.region,
      role: this.role,
      securityGroupId: this.securityGroup.securityGroup.id,
      launchHookName,
      defaultTags,
      volumeKey: this.volumeKey,
    });
    this.requirements = this.requirementsOf(props);
    this.autoscalingGroup = this.addAutoscalingGroup(props);
    addGroupBlocks(this.autoscalingGroup, { ...props, defaultTags, launchTemplate: this.templateVersion });
    this.launchHook = addressed(
      name,
      new AutoscalingLifecycleHook(this, 'LaunchHook', {
        ...this.hookSettings(props),
        autoscalingGroupName: this.autoscalingGroup.name,
        lifecycle: { replaceTriggeredBy: [this.groupIdentity] },
      }),
      'launch',
    );
  }

  get launchTemplate(): LaunchTemplate {
    return this.template.launchTemplate;
  }

  /** The attribute that changes when the group is replaced: as what hangs on the group's name has to know. */
  get groupIdentity(): string {
    return `${this.autoscalingGroup.terraformResourceType}.${this.autoscalingGroup.friendlyUniqueId}.id`;
  }

  /** Lets the service do something on AWS. The statement can't refer to the group, which waits for it. */
  addPolicyStatement(statement: PolicyStatementProps): void {
    this.waitFor(this.role.addPolicyStatement(statement));
  }

  /** @param shortName part of the attachment's Terraform address */
  addManagedPolicy(shortName: string, policyArn: string): void {
    this.waitFor(this.role.addManagedPolicy(shortName, policyArn));
  }

  /** A limit that schedules change: an apply in between would set it back. */
  leaveToSchedules(limit: 'min_size' | 'max_size'): void {
    if (!this.leftToOthers.includes(limit)) this.leftToOthers.push(limit);
  }

  /** A further security group of every instance, launched from now on. */
  addSecurityGroup(securityGroupId: string): void {
    this.template.addSecurityGroup(securityGroupId);
  }

  /**
   * Lets members of a security group connect to the instances at a port.
   * @param source what they are, part of the rule's Terraform address
   */
  allowFrom(source: string, securityGroupId: string, port: number): void {
    this.waitFor(this.securityGroup.allowFrom(source, securityGroupId, port));
  }

  /** The first instance starts with the group, and needs it. */
  private waitFor(requirement: ITerraformDependable): void {
    if (this.requirements.has(requirement)) return;
    this.requirements.add(requirement);
    this.autoscalingGroup.dependsOn?.push(dependable(requirement));
  }

  /** An instance starts with the group and needs all this at once; nothing in the group refers to it. */
  private requirementsOf({ release, network, loadBalancer }: FleetConstructProps): Set<ITerraformDependable> {
    return new Set([
      ...release.requirements,
      ...network.routes,
      ...this.securityGroup.rules,
      ...this.role.policies,
      ...loadBalancer.requirements,
      ...(this.volumeKey?.grant === undefined ? [] : [this.volumeKey.grant]),
    ]);
  }

  private hookSettings(props: FleetConstructProps) {
    return {
      name: launchHookName,
      lifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      defaultResult: 'ABANDON',
      heartbeatTimeout: timesOf(props).hookHeartbeat,
    };
  }

  private addAutoscalingGroup(props: FleetConstructProps): AutoscalingGroup {
    const { name, network, loadBalancer } = props;
    const times = timesOf(props);
    const minSize = props.minCapacity ?? serviceDefaults.minCapacity;
    return addressed(
      name,
      new AutoscalingGroup(this, 'AutoscalingGroup', {
        name,
        // No desired_capacity: scaling owns it, and every apply would undo the last scale-out.
        minSize,
        maxSize: props.maxCapacity ?? Math.max(minSize, serviceDefaults.maxCapacity),
        vpcZoneIdentifier: network.instanceSubnetIds,
        targetGroupArns: [loadBalancer.targetGroup.arn],
        healthCheckType: 'ELB',
        healthCheckGracePeriod: times.healthCheckGracePeriod,
        defaultInstanceWarmup: props.warmupSeconds ?? serviceDefaults.warmupSeconds,
        // The create ends when the site answers: one healthy target. `wait_for_elb_capacity` would hold every
        // later apply to that very number too, and scaling changes it.
        minElbCapacity: 1,
        waitForCapacityTimeout: `${times.capacityTimeout}s`,
        // The first instance starts with the group, before a hook of its own could stand beside it.
        initialLifecycleHook: [this.hookSettings(props)],
        ...this.groupSettings(props),
        lifecycle: {
          precondition: this.offeringCondition(props),
          replaceTriggeredBy: network.replacedWith,
          ignoreChanges: this.leftToOthers,
        },
        dependsOn: [...this.requirements],
      }),
    );
  }

  /** With $Latest a new version would change nothing in the plan. */
  private get templateVersion() {
    return { id: this.launchTemplate.id, version: Token.asString(this.launchTemplate.latestVersion) };
  }

  /** What of the fleet's settings is an argument of the group; undefined leaves it to AWS. */
  private groupSettings({ fleet = {} }: FleetConstructProps): Partial<AutoscalingGroupConfig> {
    return {
      maxInstanceLifetime: fleet.maximumLifetimeSeconds,
      terminationPolicies: fleet.terminationPolicies && [...fleet.terminationPolicies],
      protectFromScaleIn: fleet.protectFromScaleIn,
      suspendedProcesses: fleet.suspendedProcesses && [...fleet.suspendedProcesses],
      placementGroup: this.placement?.groupName,
    };
  }

  /**
   * Not every zone has every instance type. That is checked, and never the source of the list of zones: another
   * type must not replace subnets. In a given VPC, where a subnet's zone isn't known, AWS itself says so; of several
   * types, each zone gets those that it has.
   */
  private offeringCondition({ name, network, fleet, ...props }: FleetConstructProps): Precondition[] {
    const { mixedInstances } = fleet ?? {};
    const hasOthers =
      mixedInstances?.instanceTypes !== undefined || mixedInstances?.requirements !== undefined;
    if (network.zoneNames === undefined || hasOthers) return [];
    const type = props.instanceType ?? serviceDefaults.instanceType;
    const offerings = addressed(
      name,
      new DataAwsEc2InstanceTypeOfferings(this, 'InstanceTypeOfferings', {
        locationType: 'availability-zone',
        filter: [{ name: 'instance-type', values: [type] }],
      }),
    );
    const missing = Fn.setsubtract(network.zoneNames, offerings.locations);
    return [
      {
        // Op.eq(…, 0) would write `== undefined`.
        condition: Op.lt(Fn.lengthOf(missing), 1),
        errorMessage: `instanceType ${type} is not offered in ${Fn.join(', ', missing)}; choose another type, or fewer zones.`,
      },
    ];
  }
}
