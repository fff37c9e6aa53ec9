import { DataAwsEc2ManagedPrefixList } from '@cdktf/provider-aws/lib/data-aws-ec2-managed-prefix-list';
import {
  VpcSecurityGroupIngressRule,
  type VpcSecurityGroupIngressRuleConfig,
} from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { TerraformIterator, Token } from 'cdktf';
import { Construct } from 'constructs';
import { addressed } from './private/naming';
import type { Option } from './private/option';
import { type PartProps, tagsOf } from './private/part';
import type { SourceProps } from './props';
import { checkSource, partName } from './props';

/** A port that callers connect to. */
export interface AdmittedPort {
  readonly name: 'http' | 'https';
  readonly port: number;
  /** What it belongs to. @default - it is open in any case */
  readonly option?: Option<object>;
  /** Where prefix lists, which may fill a security group, are admitted to it. @default - as everybody else */
  readonly prefixLists?: Option<object> | 'never';
}

export interface AdmissionProps extends PartProps {
  readonly securityGroupId: string;
  readonly ports: readonly AdmittedPort[];
  /** @default - everybody */
  readonly sources?: Readonly<Record<string, SourceProps>>;
  /** Whether everybody has IPv6 as well. */
  readonly dualStack: boolean;
}

type Origin = Pick<
  VpcSecurityGroupIngressRuleConfig,
  'cidrIpv4' | 'cidrIpv6' | 'prefixListId' | 'referencedSecurityGroupId'
>;

/**
 * Who may connect to the load balancer: a rule for each port and source, each a resource of its own.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
export class Admission extends Construct {
  private readonly made: VpcSecurityGroupIngressRule[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AdmissionProps,
  ) {
    super(scope, id);
    if (props.sources === undefined) {
      this.addRules('everywhere', { cidrIpv4: '0.0.0.0/0' });
      if (props.dualStack) this.addRules('everywhere-ipv6', { cidrIpv6: '::/0' });
    }
    for (const [name, source] of Object.entries(props.sources ?? {})) this.admit(name, source);
  }

  /** All rules; what waits for the service to be reachable depends on them. */
  get rules(): readonly VpcSecurityGroupIngressRule[] {
    return [...this.made];
  }

  /** Admits one more. @param name part of Terraform's addresses, behind `http_from_` and `https_from_` */
  admit(name: string, source: SourceProps): void {
    partName(name, 'The name of a source', Token.isUnresolved);
    checkSource(source, `The source ${name}`, Token.isUnresolved);
    if ('cidrs' in source) {
      this.addRulesForEach(name, source.cidrs, (cidrIpv4) => ({ cidrIpv4 }));
    } else if ('ipv6Cidrs' in source) {
      this.addRulesForEach(name, source.ipv6Cidrs, (cidrIpv6) => ({ cidrIpv6 }));
    } else if ('securityGroupId' in source) {
      this.addRules(name, { referencedSecurityGroupId: source.securityGroupId });
    } else if ('prefixListId' in source) {
      this.addRules(name, { prefixListId: source.prefixListId });
    } else {
      const list = new DataAwsEc2ManagedPrefixList(this, `${name}-prefix-list`, {
        name: source.prefixListName,
      });
      this.addRules(name, { prefixListId: addressed(this.props.name, list, name.replaceAll('-', '_')).id });
    }
  }

  private addRules(name: string, origin: Origin): void {
    for (const port of this.props.ports) {
      const prefixLists = origin.prefixListId === undefined ? undefined : port.prefixLists;
      if (prefixLists === 'never') continue;
      const rule = this.addRule(name, port, origin);
      (prefixLists ?? port.option)?.gated(rule);
    }
  }

  private addRulesForEach(name: string, list: readonly string[], originOf: (entry: string) => Origin): void {
    for (const port of this.props.ports) {
      const entry = TerraformIterator.fromList([...list]);
      const rule = this.addRule(name, port, originOf(entry.value));
      rule.forEach = entry;
      port.option?.gatedEach(rule, list);
    }
  }

  private addRule(
    name: string,
    { name: portName, port }: AdmittedPort,
    origin: Origin,
  ): VpcSecurityGroupIngressRule {
    const rule = new VpcSecurityGroupIngressRule(this, `${portName}-from-${name}`, {
      securityGroupId: this.props.securityGroupId,
      ...origin,
      description: `${portName.toUpperCase()} from ${name}`,
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      tags: tagsOf(this.props, `${portName}-from-${name}`),
    });
    this.made.push(addressed(this.props.name, rule, `${portName}_from_${name}`));
    return rule;
  }
}
