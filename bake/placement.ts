/** Where an instance can be baked: it must reach the package archives. */
import { ServiceError } from '../modules/service-error';
import type { Network, Template } from './cloud';

export interface Placement {
  readonly subnetId: string;
  readonly publicAddress: boolean;
}

/**
 * Where the service's own instances are, if there is a way to the Internet from there; else in a public subnet, since
 * a service without one is just what needs an image baked elsewhere.
 *
 * @param asked a subnet to use whatever its routes are
 * @throws ServiceError `NoWayToInternet`
 */
export function placeBake(
  { vpcId, subnets }: Network,
  { instancesArePublic }: Pick<Template, 'instancesArePublic'>,
  asked?: string,
): Placement {
  const isPublic = (wayOut: string | undefined) => wayOut?.startsWith('igw-') === true;
  if (asked !== undefined) {
    const subnet = subnets.find(({ id }) => id === asked);
    if (subnet === undefined)
      throw new ServiceError(
        'SubnetUnknown',
        `Subnet ${asked} is not in ${vpcId}, the VPC of the launch template's security groups; it has ${subnets.map(({ id }) => id).join(', ')}.`,
      );
    return { subnetId: asked, publicAddress: isPublic(subnet.wayOut) };
  }
  const behindNat = subnets.find(({ wayOut }) => wayOut !== undefined && !isPublic(wayOut));
  const inPublic = subnets.find(({ wayOut }) => isPublic(wayOut));
  const found = instancesArePublic ? inPublic : (behindNat ?? inPublic);
  if (found !== undefined) return { subnetId: found.id, publicAddress: found === inPublic };
  throw new ServiceError(
    'NoWayToInternet',
    `No subnet of ${vpcId} has a way to the Internet, which an install needs; name one that has with --subnet.`,
  );
}
