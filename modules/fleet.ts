import { AutoscalingGroup } from '@cdktf/provider-aws/lib/autoscaling-group';
import { DataAwsEc2InstanceTypeOfferings } from '@cdktf/provider-aws/lib/data-aws-ec2-instance-type-offerings';
import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import { Fn, Op, type Precondition, Token } from 'cdktf';
import { Construct } from 'constructs';
import { userData } from './boot';
import type { Image } from './image';
import { InstanceRole } from './instance-role';
import { InstanceSecurityGroup } from './instance-security-group';
import type { LoadBalancer } from './load-balancer';
import type { Network } from './network';
import { addressed } from './private/naming';
import { type PartProps, tagsOf } from './private/part';
import { timesOf } from './private/times';
import { type AutoscaledServiceProps, serviceDefaults } from './props';

/** The settings of a service that its fleet reads, and the parts it stands on. */
export interface FleetProps extends PartProps, Omit<AutoscaledServiceProps, 'network' | 'image'> {
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly image: Image;
}

/** The instances: launch template, Auto Scaling group, their role and their security group. */
export class Fleet extends Construct {
  readonly securityGroup: InstanceSecurityGroup;
  readonly role: InstanceRole;
  readonly launchTemplate: LaunchTemplate;
  readonly autoscalingGroup: AutoscalingGroup;

  constructor(scope: Construct, id: string, props: FleetProps) {
    super(scope, id);
    this.securityGroup = new InstanceSecurityGroup(this, 'SecurityGroup', {
      name: props.name,
      tags: props.tags,
      vpcId: props.network.vpcId,
      loadBalancer: props.loadBalancer,
      ssh: props.ssh,
    });
    this.role = new InstanceRole(this, 'Role', props);
    this.launchTemplate = this.addLaunchTemplate(props);
    this.autoscalingGroup = this.addAutoscalingGroup(props);
  }

  private addLaunchTemplate(props: FleetProps): LaunchTemplate {
    const { name, image, network } = props;
    return addressed(
      name,
      new LaunchTemplate(this, 'LaunchTemplate', {
        name,
        description: `Instances of ${name}`,
        imageId: image.imageId,
        instanceType: props.instanceType ?? serviceDefaults.instanceType,
        keyName: props.ssh?.keyName,
        iamInstanceProfile: { arn: this.role.profile.arn },
        userData: userData(props),
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
        tag: Object.entries(tagsOf(props)).map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
        lifecycle: {
          precondition: this.offeringCondition(props),
          replaceTriggeredBy: network.replacedWith,
        },
        // An instance starts with the group and needs all this at once; nothing in the group refers to it.
        dependsOn: [
          ...network.routes,
          ...this.securityGroup.rules,
          ...this.role.policies,
          loadBalancer.ingressRule,
          loadBalancer.listener,
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
