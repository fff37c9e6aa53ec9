import { type Check, type IsReference, listOf, object, refuse, text } from '../private/shape';

/** The names that callers know the service by. */
export interface DomainProps {
  /**
   * One or more, such as `shop.example.com`; `url` has the first. Terraform has to know them at plan. A name that is
   * taken out loses its record.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
   */
  readonly names: readonly string[];
  /**
   * Id of the Route 53 hosted zone that gets an alias record of each name: A, and AAAA with `loadBalancer.dualStack`.
   * A record that is there already is refused by AWS, not overwritten.
   * @default - no records: they are yours to make
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html
   */
  readonly hostedZoneId?: string;
}

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const domainPattern = new RegExp(`^(?=.{1,253}$)(\\*\\.)?(${label}\\.)+${label}$`);

/** A name of the DNS in small letters, with at most a `*` in front. A reference may be a part of it. */
export const domainName: Check = (value, at, isReference) => {
  if (isReference(value)) return;
  if (typeof value !== 'string' || !domainPattern.test(value)) {
    refuse('InvalidDomainName', at, value, 'a name of the DNS in small letters, such as "shop.example.com"');
  }
};

export const hostedZoneId: Check = text('the id of a hosted zone, Z…', /^Z[A-Z0-9]{1,31}$/);

export const domainNames = (max: number): Check => listOf(domainName, 1, max);

const distinctNames: Check = (value, at, isReference: IsReference) => {
  domainNames(100)(value, at, isReference);
  if (isReference(value) || !Array.isArray(value)) return;
  const twice = value.find((name, index) => value.indexOf(name) !== index);
  if (twice !== undefined) refuse('InvalidDomainName', at, value, `each name once; ${twice} is there twice`);
};

export const checkDomain = object({ names: distinctNames }, { hostedZoneId });
