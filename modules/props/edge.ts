import type { IsReference } from '../private/shape';
import { ServiceError } from '../service-error';
import { issuedFor } from './https';
import { isExisting } from './load-balancer';
import type { AutoscaledServiceProps } from './service';

/** What contradicts itself between the settings of the load balancer and those of what surrounds it. */
export function checkEdge(
  { loadBalancer, https, domain, network = {} }: AutoscaledServiceProps,
  isReference: IsReference,
): void {
  if (https?.issued !== undefined) issuedFor(https.issued, domain);
  if (isExisting(loadBalancer)) {
    if (https !== undefined) {
      contradiction(
        "https has no listener to go to: loadBalancer.listenerArn is somebody else's. Leave https out; loadBalancer.scheme says what that listener speaks.",
      );
    }
    if (!('vpcId' in network)) {
      contradiction(
        "loadBalancer.listenerArn is in a VPC that exists, and the service would make one of its own; set network to the load balancer's.",
      );
    }
    if (domain?.hostedZoneId !== undefined && loadBalancer.hostedZoneId === undefined) {
      throw new ServiceError(
        'MissingSetting',
        'loadBalancer.hostedZoneId is missing; the alias records of domain.hostedZoneId need it beside loadBalancer.dnsName.',
      );
    }
    return;
  }
  const ownNetwork = !('vpcId' in network);
  if (loadBalancer?.internal && ownNetwork && !hasPrivateSubnets(network)) {
    contradiction(
      'loadBalancer.internal needs private subnets, and the network has none; set network.privateInstances to true.',
    );
  }
  const given = 'vpcId' in network ? network.instanceSubnetIds : undefined;
  if (loadBalancer?.internal && given !== undefined && !isReference(given) && given.length < 2) {
    contradiction(
      'loadBalancer.internal stands in the subnets of network.instanceSubnetIds, and needs two zones; name two subnets or more.',
    );
  }
  if (loadBalancer?.dualStack && ownNetwork && !Reflect.get(network, 'ipv6')) {
    contradiction(
      'loadBalancer.dualStack needs subnets with IPv6 ranges, and the network of its own has none.',
    );
  }
  if (https === undefined && loadBalancer?.headers?.tls) {
    contradiction('loadBalancer.headers.tls tells of a TLS that is not there; set https, or leave it out.');
  }
}

function hasPrivateSubnets(network: object): boolean {
  return Boolean(Reflect.get(network, 'privateInstances'));
}

function contradiction(sentence: string): never {
  throw new ServiceError('ContradictingSettings', sentence);
}
