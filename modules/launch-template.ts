import {
  LaunchTemplate,
  type LaunchTemplateBlockDeviceMappings,
} from '@cdktf/provider-aws/lib/launch-template';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { userData } from './boot';
import type { FleetConstructProps } from './fleet';
import type { InstanceRole } from './instance-role';
import type { DefaultTags } from './private/default-tags';
import { addressed } from './private/naming';
import { tagsOf } from './private/part';
import { serviceDefaults } from './props';
import { ServiceError } from './service-error';
import type { VolumeKey } from './volume-key';

export interface InstanceTemplateProps extends FleetConstructProps {
  readonly region: string;
  readonly role: InstanceRole;
  /** Id of the service's own security group. */
  readonly securityGroupId: string;
  readonly launchHookName: string;
  readonly defaultTags: DefaultTags;
  readonly volumeKey: VolumeKey | undefined;
}

/** AWS takes no more for one network interface, unless the quota is raised. */
const securityGroupsPerInterface = 5;

/** What an instance is launched as. */
export class InstanceTemplate extends Construct {
  readonly launchTemplate: LaunchTemplate;
  private readonly securityGroupIds: string[];

  constructor(scope: Construct, id: string, props: InstanceTemplateProps) {
    super(scope, id);
    const { name, image, network, release, fleet = {}, role } = props;
    const { cpuCredits, tenancy } = fleet;
    this.securityGroupIds = [props.securityGroupId, ...(props.securityGroupIds ?? [])];
    this.launchTemplate = addressed(
      name,
      new LaunchTemplate(this, 'LaunchTemplate', {
        name,
        description: `Instances of ${name}`,
        imageId: image.imageId,
        instanceType: props.instanceType ?? serviceDefaults.instanceType,
        keyName: props.ssh?.keyName,
        iamInstanceProfile: { arn: role.profile.arn },
        userData: userData({
          ...props,
          autoscalingGroupName: name,
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
            securityGroups: Lazy.listValue({ produce: () => this.securityGroupIds }),
          },
        ],
        blockDeviceMappings: volumesOf(props),
        metadataOptions: {
          httpEndpoint: 'enabled',
          httpTokens: 'required',
          // Said although it is the default: some images ask for 2, and containers would get the role then.
          httpPutResponseHopLimit: 1,
          instanceMetadataTags: 'disabled',
        },
        // A CPU datapoint each minute: with basic monitoring, target tracking would learn of load after five.
        monitoring: { enabled: true },
        creditSpecification: cpuCredits && { cpuCredits },
        placement: tenancy && { tenancy },
      }),
    );
    this.addTags(props);
  }

  addSecurityGroup(securityGroupId: string): void {
    if (this.securityGroupIds.length === securityGroupsPerInterface) {
      throw new ServiceError(
        'InvalidSetting',
        `The security group ${securityGroupId} is the ${securityGroupsPerInterface + 1}th of the instances; at most ` +
          `${securityGroupsPerInterface} fit, the service's own among them.`,
      );
    }
    this.securityGroupIds.push(securityGroupId);
  }

  /** The group tags its instances; what comes with them is tagged from here. */
  private addTags(props: InstanceTemplateProps): void {
    const tags = props.defaultTags.merged(tagsOf(props));
    // An override, since CDKTF takes no expression for a map.
    this.launchTemplate.addOverride(
      'tag_specifications',
      ['volume', 'network-interface'].map((resource_type) => ({ resource_type, tags })),
    );
  }
}

function volumesOf({
  image,
  rootVolumeGiB,
  volumeKey,
  fleet = {},
}: InstanceTemplateProps): LaunchTemplateBlockDeviceMappings[] {
  const { rootVolume, volumes = [] } = fleet;
  const always = { volumeType: 'gp3', encrypted: 'true', kmsKeyId: volumeKey?.keyArn };
  return [
    {
      deviceName: image.rootDeviceName,
      ebs: {
        ...always,
        ...rootVolume,
        volumeSize: rootVolumeGiB ?? image.rootVolumeGiB,
        deleteOnTermination: 'true',
      },
    },
    ...volumes.map(({ deviceName, sizeGiB, deleteOnTermination = true, snapshotId, iops, throughput }) => ({
      deviceName,
      ebs: {
        ...always,
        volumeSize: sizeGiB,
        deleteOnTermination: String(deleteOnTermination),
        snapshotId,
        iops,
        throughput,
      },
    })),
  ];
}
