import { ipv4Range } from '../private/cidr';
import { type Check, hasKey, listOf, object, refuse, text, yesOrNo } from '../private/shape';

export type NetworkProps = OwnNetworkProps | ExistingNetworkProps;

/** A VPC of the service's own. @see https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html */
export interface OwnNetworkProps {
  /**
   * IPv4 range of the VPC, /16 to /23: a sixteenth of it goes to each subnet, and a load balancer needs 32
   * addresses. Another range replaces the VPC and everything in it.
   * @default 10.0.0.0/16
   */
  readonly cidr?: string;
  /**
   * Availability zones: 2 to 6, or `all` the region has. A region with fewer gives what it has, at least two.
   * The load balancer pays for a public address in each. A change adds and removes subnets, and touches no other.
   * @default 3
   */
  readonly zones?: number | 'all';
  /**
   * Instances in private subnets, which reach the internet through one NAT gateway. A NAT gateway costs some
   * 35 USD a month and each GB; without it, instances have public addresses that only the load balancer may
   * connect to. A change adds or removes subnets; running instances move as they are replaced.
   * @default false
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
   */
  readonly privateInstances?: boolean;
}

/**
 * A VPC that exists. Moving between it and an own one replaces the service.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
 */
export interface ExistingNetworkProps {
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Ids of two or more subnets in different zones, with a route to an internet gateway: for the load balancer. */
  readonly publicSubnetIds: readonly string[];
  /**
   * Ids of the subnets for the instances. They need a way out: NAT, or what the service calls.
   * @default - the public subnets, where instances get a public address
   */
  readonly instanceSubnetIds?: readonly string[];
}

export const networkDefaults = { cidr: '10.0.0.0/16', zones: 3, privateInstances: false } as const;

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const ownNetworkCidr: Check = (value, at, isReference) => {
  ipv4Range(value, at, isReference, 16, 23);
  const [first = 0, second] = String(value).split('.').map(Number);
  if (first === 0 || first === 127 || first >= 224 || (first === 169 && second === 254)) {
    refuse(
      'InvalidCidr',
      at,
      value,
      'outside of 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16 and 224.0.0.0/3, which have other uses',
    );
  }
};

const zones: Check = (value, at) => {
  if (value !== 'all' && !(Number.isInteger(value) && Number(value) >= 2 && Number(value) <= 6)) {
    refuse('SettingOutOfRange', at, value, '2 to 6, or "all": a load balancer needs two zones');
  }
};

const subnetIds = (min: number) => listOf(text('the id of a subnet, subnet-…', /^subnet-\S+$/), min);

const ownNetwork = object({}, { cidr: ownNetworkCidr, zones, privateInstances: yesOrNo });
const existingNetwork = object(
  { vpcId: text('the id of a VPC, vpc-…', /^vpc-\S+$/), publicSubnetIds: subnetIds(2) },
  { instanceSubnetIds: subnetIds(1) },
);
export const checkNetwork: Check = (value, at, isReference) => {
  const exists =
    hasKey(value, 'vpcId') || hasKey(value, 'publicSubnetIds') || hasKey(value, 'instanceSubnetIds');
  (exists ? existingNetwork : ownNetwork)(value, at, isReference);
};
