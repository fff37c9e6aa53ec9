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
export function profileName(
  profile: { readonly Name?: string; readonly Arn?: string } | undefined,
): string | undefined {
  return profile?.Name ?? profile?.Arn?.replace(/^.*\//, '');
}

/** The same as parameters of EC2's query protocol, less what the request says itself. */
export function overlookedParameters(
  template: ResponseLaunchTemplateData,
  request: URLSearchParams,
): [name: string, value: string][] {
  const says = (prefix: string) => [...request.keys()].some((name) => name.startsWith(prefix));
  const { IamInstanceProfile, BlockDeviceMappings, NetworkInterfaces } = template;
  return [
    ...(says('IamInstanceProfile.') ? [] : flatten('IamInstanceProfile', IamInstanceProfile)),
    ...(says('BlockDeviceMapping.') ? [] : flatten('BlockDeviceMapping', BlockDeviceMappings)),
    ...(says('NetworkInterface.') || says('SubnetId')
      ? []
      : flatten(
          'NetworkInterface',
          NetworkInterfaces?.map(({ Groups, ...described }) => ({ ...described, SecurityGroupId: Groups })),
        )),
  ];
}

/** `Ebs: { VolumeSize: 8 }` becomes `Ebs.VolumeSize=8`; entries of lists are numbered from 1. */
function flatten(name: string, value: unknown): [string, string][] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, child]) =>
    flatten(`${name}.${Array.isArray(value) ? Number(key) + 1 : key}`, child),
  );
}
