import { AutoscalingGroup } from '@cdktf/provider-aws/lib/autoscaling-group';
import { AutoscalingLifecycleHook } from '@cdktf/provider-aws/lib/autoscaling-lifecycle-hook';
import { DataAwsEc2InstanceTypeOfferings } from '@cdktf/provider-aws/lib/data-aws-ec2-instance-type-offerings';
import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import { Fn, Op, type Precondition, Token } from 'cdktf';
import { Construct } from 'constructs';
import { userData } from './boot';
import type { Image } from './image';
import { InstanceRole } from './instance-role';
import { InstanceSecurityGroup } from './instance-security-group';
import type { LoadBalancer } from './load-balancer';
import type { Logs } from './logs';
import type { Network } from './network';
import { Account } from './private/account';
import { addressed } from './private/naming';
import { type PartProps, tagsOf } from './private/part';
import { timesOf } from './private/times';
import { type AutoscaledServiceProps, serviceDefaults } from './props';
import type { Release } from './release';

/** The settings of a service that its fleet reads, and the parts it stands on. */
export interface FleetProps
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
  readonly launchTemplate: LaunchTemplate;
  readonly autoscalingGroup: AutoscalingGroup;
  readonly launchHook: AutoscalingLifecycleHook;

  constructor(scope: Construct, id: string, props: FleetProps) {
    super(scope, id);
    this.securityGroup = new InstanceSecurityGroup(this, 'SecurityGroup', {
      name: props.name,
      tags: props.tags,
      vpcId: props.network.vpcId,
      loadBalancer: props.loadBalancer,
      ssh: props.ssh,
    });
    const account = Account.of(this, props.name);
    const { logGroupName } = props.logs;
    this.role = new InstanceRole(this, 'Role', {
      ...props,
      account,
      autoscalingGroupName: props.name,
      logGroupName,
    });
    this.launchTemplate = this.addLaunchTemplate(props, account.region);
    this.autoscalingGroup = this.addAutoscalingGroup(props);
    this.launchHook = addressed(
      props.name,
      new AutoscalingLifecycleHook(this, 'LaunchHook', {
        ...this.hookSettings(props),
        autoscalingGroupName: this.autoscalingGroup.name,
        lifecycle: { replaceTriggeredBy: [this.groupIdentity] },
      }),
      'launch',
    );
  }

  /** The attribute that changes when the group is replaced: as what hangs on the group's name has to know. */
  get groupIdentity(): string {
    return `${this.autoscalingGroup.terraformResourceType}.${this.autoscalingGroup.friendlyUniqueId}.id`;
  }

  private hookSettings(props: FleetProps) {
    return {
      name: launchHookName,
      lifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      defaultResult: 'ABANDON',
      heartbeatTimeout: timesOf(props).hookHeartbeat,
    };
  }

  private addLaunchTemplate(props: FleetProps, region: string): LaunchTemplate {
    const { name, image, network, release } = props;
    return addressed(
      name,
      new LaunchTemplate(this, 'LaunchTemplate', {
        name,
        description: `Instances of ${name}`,
        imageId: image.imageId,
        instanceType: props.instanceType ?? serviceDefaults.instanceType,
        keyName: props.ssh?.keyName,
        iamInstanceProfile: { arn: this.role.profile.arn },
        userData: userData({
          ...props,
          region,
          autoscalingGroupName: name,
          launchHookName,
          releaseBucket: release.bucket.id,
          app: release.appObject,
          node: release.nodeObject,
          logGroupName: props.logs.logGroupName,
        }),
        networkInterfaces: [
          {
            // Said here and not by the subnets, so that it holds in subnets of somebody else's making too.
            associatePublicIpAddress: String(network.instancesArePublic),
            deleteOnTermination: 'true',
            deviceIndex: 0,
            securityGroups: [this.securityGroup.securityGroup.id, ...(props.securityGroupIds ?? [])],
          },
        ],
        blockDeviceMappings: [
          {
            deviceName: image.rootDeviceName,
            ebs: {
              volumeSize: props.rootVolumeGiB ?? image.rootVolumeGiB,
              volumeType: 'gp3',
              encrypted: 'true',
              deleteOnTermination: 'true',
            },
          },
        ],
        metadataOptions: {
          httpEndpoint: 'enabled',
          httpTokens: 'required',
          // Said although it is the default: some images ask for 2, and containers would get the role then.
          httpPutResponseHopLimit: 1,
          instanceMetadataTags: 'disabled',
        },
        // A CPU datapoint each minute: with basic monitoring, target tracking would learn of load after five.
        monitoring: { enabled: true },
        // The group tags its instances; their volumes are tagged from here.
        tagSpecifications: [{ resourceType: 'volume', tags: tagsOf(props) }],
      }),
    );
  }

  private addAutoscalingGroup(props: FleetProps): AutoscalingGroup {
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
        // With $Latest a new version would change nothing in the plan.
        launchTemplate: {
          id: this.launchTemplate.id,
          version: Token.asString(this.launchTemplate.latestVersion),
        },
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
        tag: Object.entries(tagsOf(props)).map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
        lifecycle: {
          precondition: this.offeringCondition(props),
          replaceTriggeredBy: network.replacedWith,
          // A change of it would replace the group; the hook beside it takes the change.
          ignoreChanges: ['initial_lifecycle_hook'],
        },
        // An instance starts with the group and needs all this at once; nothing in the group refers to it.
        dependsOn: [
          ...props.release.requirements,
          ...network.routes,
          ...this.securityGroup.rules,
          ...this.role.policies,
          ...loadBalancer.requirements,
        ],
      }),
    );
  }

  /**
   * Not every zone has every instance type. That is checked, and never the source of the list of zones: another
   * type must not replace subnets. In a given VPC, where a subnet's zone isn't known, AWS itself says so.
   */
  private offeringCondition({ name, network, ...props }: FleetProps): Precondition[] {
    if (network.zoneNames === undefined) return [];
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
