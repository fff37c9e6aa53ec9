import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Fn, TerraformIterator, Token } from 'cdktf';
import { Construct } from 'constructs';
import { addressed } from './private/naming';
import { Option } from './private/option';
import type { DomainProps } from './props';

export interface DomainConstructProps {
  /** Name of the service. */
  readonly name: string;
  readonly domain: DomainProps;
  /** Where the names lead: a load balancer's name in the DNS, and its own hosted zone. */
  readonly dnsName: string;
  /** Undefined where no record is made. */
  readonly loadBalancerZoneId: string | undefined;
  readonly dualStack: boolean;
}

/**
 * The service's names in the DNS.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html
 */
export class Domain extends Construct {
  /** Undefined where the records are somebody else's. */
  readonly record: Route53Record | undefined;
  /** Undefined without dual stack. */
  readonly ipv6Record: Route53Record | undefined;
  private readonly option: Option<DomainProps> | undefined;

  constructor(scope: Construct, id: string, props: DomainConstructProps) {
    super(scope, id);
    this.option = Option.of(props.domain);
    const { hostedZoneId } = props.domain;
    if (hostedZoneId === undefined || props.loadBalancerZoneId === undefined) return;
    const alias = { name: props.dnsName, zoneId: props.loadBalancerZoneId };
    this.record = addressed(props.name, this.addRecord('A', props.domain.names, hostedZoneId, alias));
    if (props.dualStack) {
      const record = this.addRecord('AAAA', props.domain.names, hostedZoneId, alias);
      this.ipv6Record = addressed(props.name, record, 'ipv6');
    }
  }

  /** The name that callers use: the first, or another where the domain is absent. */
  nameOr(other: string): string {
    const names = this.option?.settings.names ?? [];
    const first = Token.isUnresolved(names) ? Token.asString(Fn.element(names, 0)) : (names[0] ?? other);
    return this.option?.choose(first, other) ?? first;
  }

  private addRecord(
    type: 'A' | 'AAAA',
    names: readonly string[],
    zoneId: string,
    alias: { readonly name: string; readonly zoneId: string },
  ): Route53Record {
    const eachName = TerraformIterator.fromList([...names]);
    const record = new Route53Record(this, type, {
      forEach: eachName,
      zoneId,
      name: eachName.value,
      type,
      alias: { ...alias, evaluateTargetHealth: true },
    });
    return this.option?.gatedEach(record, names) ?? record;
  }
}
