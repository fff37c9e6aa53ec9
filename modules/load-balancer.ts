import type { Lb } from '@cdktf/provider-aws/lib/lb';
import type { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import type { LbListenerRule } from '@cdktf/provider-aws/lib/lb-listener-rule';
import type { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group';
import type { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { Fn, type ITerraformDependable, Token } from 'cdktf';
import { Construct } from 'constructs';
import { Domain } from './domain';
import { conditionsOf } from './listener-rule';
import type { Network } from './network';
import { OwnLoadBalancer } from './own-load-balancer';
import { addressed } from './private/naming';
import { type PartProps, tagsOf } from './private/part';
import { loadLbListenerRule } from './private/seldom';
import {
  type AutoscaledServiceProps,
  type ExistingLoadBalancerProps,
  isExisting,
  type ListenerRuleProps,
  type SourceProps,
} from './props';
import { ServiceError } from './service-error';
import { TargetGroup } from './target-group';

export interface LoadBalancerConstructProps
  extends PartProps,
    Pick<
      AutoscaledServiceProps,
      'loadBalancer' | 'https' | 'domain' | 'routing' | 'healthCheck' | 'deregistrationDelaySeconds'
    > {
  readonly network: Network;
}

/**
 * What stands in front of the instances: a load balancer of the service's own, or a rule on one that exists; the
 * target group; names in the DNS.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html
 */
export class LoadBalancer extends Construct {
  readonly targetGroup: LbTargetGroup;
  /** The service's own balancer with all that belongs to it; undefined on one that exists. */
  readonly own: OwnLoadBalancer | undefined;
  /** The rule that leads to the service on a balancer that exists; undefined with an own one. */
  readonly rule: LbListenerRule | undefined;
  /** Undefined without `domain`. */
  readonly domain: Domain | undefined;
  /** The balancer's name in the DNS. */
  readonly dnsName: string;
  /** The balancer's security group. */
  readonly securityGroupId: string;
  readonly arn: string;
  /** `app/<name>/<id>`, as CloudWatch's metrics and the label of a request count have it. */
  readonly arnSuffix: string;
  /** Where the service answers. */
  readonly url: string;
  /** The service is reachable once they all exist. */
  readonly requirements: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: LoadBalancerConstructProps) {
    super(scope, id);
    const { loadBalancer: settings, network } = props;
    this.targetGroup = new TargetGroup(this, 'TargetGroup', props).targetGroup;
    const targetGroupArn = this.targetGroup.arn;
    if (isExisting(settings)) {
      this.rule = this.addRuleOnExisting(props, settings, targetGroupArn);
      this.dnsName = settings.dnsName;
      this.securityGroupId = settings.securityGroupId;
      // A listener's is arn:…:listener/app/<name>/<id>/<listener>.
      this.arnSuffix = Fn.join('/', Fn.slice(Fn.split('/', settings.listenerArn), 1, 4));
      this.arn = Fn.join('', [
        Token.asString(Fn.element(Fn.split(':listener/', settings.listenerArn), 0)),
        `:loadbalancer/${this.arnSuffix}`,
      ]);
      this.domain = this.addDomain(props, settings.hostedZoneId, false);
      const host = settings.hosts?.find((each) => !/[*?]/.test(each));
      this.url = `${settings.scheme ?? 'https'}://${this.publicName(host ?? settings.dnsName)}`;
      this.requirements = [this.rule];
      return;
    }
    const own = new OwnLoadBalancer(this, 'Own', {
      name: props.name,
      tags: props.tags,
      network,
      settings: settings ?? {},
      https: props.https,
      domain: props.domain,
      targetGroupArn,
    });
    this.own = own;
    this.dnsName = own.loadBalancer.dnsName;
    this.securityGroupId = own.securityGroup.id;
    this.arn = own.loadBalancer.arn;
    this.arnSuffix = own.loadBalancer.arnSuffix;
    this.domain = this.addDomain(props, own.loadBalancer.zoneId, settings?.dualStack ?? false);
    this.url = `${own.scheme}://${this.publicName(this.dnsName)}`;
    this.requirements = own.requirements;
  }

  /** Undefined where it is somebody else's. */
  get loadBalancer(): Lb | undefined {
    return this.own?.loadBalancer;
  }

  /** Undefined where it is somebody else's. */
  get securityGroup(): SecurityGroup | undefined {
    return this.own?.securityGroup;
  }

  /** On port 80; undefined where it is somebody else's, and without `https.redirectHttp`. */
  get listener(): LbListener | undefined {
    return this.own?.httpListener;
  }

  /** Admits one more to the load balancer. @param name of the source, part of Terraform's addresses */
  allowFrom(name: string, source: SourceProps): void {
    this.ownOr('allowFrom').admission.admit(name, source);
  }

  /** Has the load balancer treat some requests by itself. @param name of the rule, part of Terraform's address */
  addRule(name: string, rule: ListenerRuleProps): LbListenerRule {
    return this.ownOr('addRule').addRule(name, rule);
  }

  private ownOr(method: string): OwnLoadBalancer {
    if (this.own !== undefined) return this.own;
    throw new ServiceError(
      'ExistingLoadBalancer',
      `${method} is for a load balancer of the service's own; the one in loadBalancer.listenerArn is changed where it is made.`,
    );
  }

  private addRuleOnExisting(
    props: PartProps,
    settings: ExistingLoadBalancerProps,
    targetGroupArn: string,
  ): LbListenerRule {
    return addressed(
      props.name,
      new (loadLbListenerRule())(this, 'Rule', {
        listenerArn: settings.listenerArn,
        priority: settings.priority,
        condition: conditionsOf(settings),
        action: [{ type: 'forward', targetGroupArn }],
        tags: tagsOf(props),
      }),
    );
  }

  private addDomain(
    { name, domain }: LoadBalancerConstructProps,
    loadBalancerZoneId: string | undefined,
    dualStack: boolean,
  ): Domain | undefined {
    if (domain === undefined) return undefined;
    return new Domain(this, 'Domain', {
      name,
      domain,
      dnsName: this.dnsName,
      loadBalancerZoneId,
      dualStack,
    });
  }

  private publicName(other: string): string {
    return this.domain?.nameOr(other) ?? other;
  }
}
