import { ipv4Range } from '../private/cidr';
import { type Check, hasKey, listOf, mapOf, object, refuse, text } from '../private/shape';

/**
 * Who may connect to the load balancer.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
 */
export type SourceProps =
  | RangesSourceProps
  | Ipv6RangesSourceProps
  | PrefixListSourceProps
  | ManagedPrefixListSourceProps
  | SecurityGroupSourceProps;

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html */
export interface RangesSourceProps {
  /** IPv4 ranges such as `203.0.113.0/24`. */
  readonly cidrs: readonly string[];
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html */
export interface Ipv6RangesSourceProps {
  /** IPv6 ranges such as `2001:db8::/32`. */
  readonly ipv6Cidrs: readonly string[];
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html */
export interface PrefixListSourceProps {
  /** Id of a prefix list, of your own or AWS's. Where there is HTTPS, it admits to port 443 only. */
  readonly prefixListId: string;
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html */
export interface ManagedPrefixListSourceProps {
  /**
   * Name of a prefix list, such as `com.amazonaws.global.cloudfront.origin-facing` for CloudFront. Where there is HTTPS,
   * it admits to port 443 only: CloudFront's counts as 55 of the 60 rules that a security group has.
   */
  readonly prefixListName: string;
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html */
export interface SecurityGroupSourceProps {
  /** Id of a security group: its members may connect, by their private addresses. */
  readonly securityGroupId: string;
}

const anyRange: Check = (value, at, isReference) => {
  if (!isReference(value)) ipv4Range(value, at, isReference, 0, 32);
};
const ipv6Range = text(
  'an IPv6 range such as 2001:db8::/32',
  /^[0-9a-f:]{2,39}\/(\d|[1-9]\d|1[01]\d|12[0-8])$/,
);

const kinds: Record<string, Check> = {
  cidrs: listOf(anyRange, 1),
  ipv6Cidrs: listOf(ipv6Range, 1),
  prefixListId: text('the id of a prefix list, pl-…', /^pl-\S+$/),
  prefixListName: text('the name of a prefix list', /^[\w.-]+$/),
  securityGroupId: text('the id of a security group, sg-…', /^sg-\S+$/),
};

export const checkSource: Check = (value, at, isReference) => {
  const given = Object.entries(kinds).filter(([key]) => hasKey(value, key));
  if (given.length !== 1)
    refuse('InvalidSetting', at, value, `an object with one of ${Object.keys(kinds).join(', ')}`);
  object(Object.fromEntries(given))(value, at, isReference);
};

/** Part of a Terraform address, and of a `Name` tag. */
export const partName = text(
  '1 to 30 small letters, digits and single hyphens, a letter first and no hyphen last',
  /^(?=.{1,30}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  'InvalidPartName',
);

export const checkSources = mapOf(partName, checkSource);
