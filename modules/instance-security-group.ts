import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { type ITerraformDependable, TerraformIterator, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { LoadBalancer } from './load-balancer';
import { addressed } from './private/naming';
import { type PartProps, tagsOf } from './private/part';
import { knownText, text, wholeNumber } from './private/shape';
import type { SshProps } from './props';
import { instancePort } from './target-group';

export interface InstanceSecurityGroupProps extends PartProps {
  readonly vpcId: string;
  readonly loadBalancer: LoadBalancer;
  readonly ssh?: SshProps;
}

const sourceName = knownText(
  'small letters, digits and single hyphens, a letter first',
  /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  'InvalidSetting',
);
const securityGroup = text('the id of a security group, sg-…', /^sg-\S+$/);

/**
 * Who may connect to an instance: the load balancer, and nobody else unless SSH is asked for. The load balancer
 * in turn may connect to nothing but the instances. Each rule is a resource of its own, since rules inside a
 * group and rules beside it undo each other, and the two groups name one another.
 */
export class InstanceSecurityGroup extends Construct {
  readonly securityGroup: SecurityGroup;
  private readonly part: PartProps;
  private readonly ruleList: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: InstanceSecurityGroupProps) {
    super(scope, id);
    const { name, tags, loadBalancer } = props;
    this.part = { name, tags };
    const group = addressed(
      name,
      new SecurityGroup(this, 'SecurityGroup', {
        name: `${name}-instances`,
        description: `Instances of ${name}`,
        vpcId: props.vpcId,
        tags: tagsOf(props, 'instances'),
        lifecycle: { createBeforeDestroy: true },
      }),
      'instances',
    );
    this.securityGroup = group;
    const fromLoadBalancer = new VpcSecurityGroupIngressRule(this, 'FromLoadBalancer', {
      description: 'The load balancer asks nginx',
      securityGroupId: group.id,
      referencedSecurityGroupId: loadBalancer.securityGroupId,
      ipProtocol: 'tcp',
      fromPort: instancePort,
      toPort: instancePort,
      tags: tagsOf(props, 'from-load-balancer'),
    });
    const toInstances = new VpcSecurityGroupEgressRule(this, 'ToInstances', {
      description: 'nginx on the instances',
      securityGroupId: loadBalancer.securityGroupId,
      referencedSecurityGroupId: group.id,
      ipProtocol: 'tcp',
      fromPort: instancePort,
      toPort: instancePort,
      tags: tagsOf(props, 'to-instances'),
    });
    // Everything, since an app calls databases, package mirrors and other services at ports nobody here knows.
    const toEverywhere = new VpcSecurityGroupEgressRule(this, 'ToEverywhere', {
      description: 'AWS, package mirrors, and what the service calls',
      securityGroupId: group.id,
      cidrIpv4: '0.0.0.0/0',
      ipProtocol: '-1',
      tags: tagsOf(props, 'to-everywhere'),
    });
    this.ruleList = [
      addressed(name, fromLoadBalancer, 'from_load_balancer'),
      addressed(name, toInstances, 'to_instances'),
      addressed(name, toEverywhere, 'to_everywhere'),
      ...(props.ssh === undefined ? [] : [this.admitSsh(props, props.ssh)]),
    ];
  }

  /** Traffic flows once they all exist. */
  get rules(): readonly ITerraformDependable[] {
    return [...this.ruleList];
  }

  /**
   * Lets members of another security group connect at a port of TCP.
   * @param source what they are, part of the rule's Terraform address
   */
  allowFrom(source: string, securityGroupId: string, port: number): ITerraformDependable {
    sourceName(source, 'source', Token.isUnresolved);
    securityGroup(securityGroupId, 'securityGroupId', Token.isUnresolved);
    wholeNumber(1, 65_535)(port, 'port', Token.isUnresolved);
    const title = `from-${source}-${port}`;
    const rule = addressed(
      this.part.name,
      new VpcSecurityGroupIngressRule(this, title, {
        securityGroupId: this.securityGroup.id,
        referencedSecurityGroupId: securityGroupId,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        tags: tagsOf(this.part, title),
      }),
      title,
    );
    this.ruleList.push(rule);
    return rule;
  }

  private admitSsh(props: PartProps, ssh: SshProps): VpcSecurityGroupIngressRule {
    const source = TerraformIterator.fromList([...ssh.sourceCidrs]);
    const rule = new VpcSecurityGroupIngressRule(this, 'Ssh', {
      description: 'SSH',
      forEach: source,
      securityGroupId: this.securityGroup.id,
      cidrIpv4: source.value,
      ipProtocol: 'tcp',
      fromPort: 22,
      toPort: 22,
      tags: tagsOf(props, 'ssh'),
    });
    return addressed(props.name, rule, 'ssh');
  }
}
