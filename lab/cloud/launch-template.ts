/** What moto takes no notice of in a launch template, so that it has to be said again when an instance is run from it. */
import type { ResponseLaunchTemplateData, RunInstancesCommandInput } from '@aws-sdk/client-ec2';

export type Overlooked = Pick<
  RunInstancesCommandInput,
  'BlockDeviceMappings' | 'IamInstanceProfile' | 'NetworkInterfaces' | 'SubnetId'
>;

/** For an instance in this subnet, which a template's network interface leaves open. */
export function overlooked(template: ResponseLaunchTemplateData, subnetId: string): Overlooked {
  const { BlockDeviceMappings, IamInstanceProfile, NetworkInterfaces = [] } = template;
  return {
    BlockDeviceMappings,
    IamInstanceProfile,
    ...(NetworkInterfaces.length === 0
      ? { SubnetId: subnetId }
      : {
          NetworkInterfaces: NetworkInterfaces.map((described) => ({
            DeviceIndex: described.DeviceIndex,
            AssociatePublicIpAddress: described.AssociatePublicIpAddress,
            DeleteOnTermination: described.DeleteOnTermination,
            Groups: described.Groups,
            SubnetId: subnetId,
          })),
        }),
  };
}

/** A profile is given by its ARN or its name. */
export function profileName(profile: ResponseLaunchTemplateData['IamInstanceProfile']): string | undefined {
  return profile?.Name ?? profile?.Arn?.replace(/^.*\//, '');
}
