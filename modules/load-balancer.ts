import { Lb } from '@cdktf/provider-aws/lib/lb';
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';
import type { Network } from './network';
import { addressed, targetGroupName } from './private/naming';
import { type PartProps, tagsOf } from './private/part';
import { timesOf } from './private/times';
import { type AutoscaledServiceProps, serviceDefaults } from './props';

/** Where nginx listens on an instance. Fixed: a port that changes under running instances can't be gapless. */
export const instancePort = 80;
const listenerPort = 80;

export interface LoadBalancerProps
  extends PartProps,
    Pick<AutoscaledServiceProps, 'healthCheck' | 'deregistrationDelaySeconds'> {
  readonly network: Network;
}

/**
 * The internet-facing Application Load Balancer, its listener, its target group and its security group.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html
 */
export class LoadBalancer extends Construct {
  readonly securityGroup: SecurityGroup;
  readonly loadBalancer: Lb;
  readonly targetGroup: LbTargetGroup;
  readonly listener: LbListener;
  /** Lets callers in; what waits for the service to be reachable depends on it. */
  readonly ingressRule: VpcSecurityGroupIngressRule;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { name, network } = props;
    const times = timesOf(props);

    this.securityGroup = addressed(
      name,
      new SecurityGroup(this, 'SecurityGroup', {
        name: `${name}-load-balancer`,
        description: `Load balancer of ${name}`,
        vpcId: network.vpcId,
        tags: tagsOf(props, 'load-balancer'),
        lifecycle: { createBeforeDestroy: true },
      }),
      'load_balancer',
    );
    this.ingressRule = addressed(
      name,
      new VpcSecurityGroupIngressRule(this, 'HttpFromEverywhere', {
        securityGroupId: this.securityGroup.id,
        cidrIpv4: '0.0.0.0/0',
        ipProtocol: 'tcp',
        fromPort: listenerPort,
        toPort: listenerPort,
        tags: tagsOf(props, 'http-from-everywhere'),
      }),
      'http_from_everywhere',
    );
    this.loadBalancer = addressed(
      name,
      new Lb(this, 'LoadBalancer', {
        name,
        loadBalancerType: 'application',
        internal: false,
        subnets: network.publicSubnetIds,
        securityGroups: [this.securityGroup.id],
        dropInvalidHeaderFields: true,
        idleTimeout: times.loadBalancerIdle,
        tags: tagsOf(props),
        lifecycle: { replaceTriggeredBy: network.replacedWith },
        // Without a route from the internet gateway, AWS refuses an internet-facing load balancer.
        dependsOn: [...network.routes],
      }),
    );
    this.targetGroup = this.addTargetGroup(props);
    this.listener = addressed(
      name,
      new LbListener(this, 'HttpListener', {
        loadBalancerArn: this.loadBalancer.arn,
        port: listenerPort,
        protocol: 'HTTP',
        defaultAction: [{ type: 'forward', targetGroupArn: this.targetGroup.arn }],
        tags: tagsOf(props),
      }),
      'http',
    );
  }

  private addTargetGroup(props: LoadBalancerProps): LbTargetGroup {
    const { name, network } = props;
    const times = timesOf(props);
    const defaults = serviceDefaults.healthCheck;
    const fixed = { port: instancePort, protocol: 'HTTP', targetType: 'instance' } as const;
    return addressed(
      name,
      new LbTargetGroup(this, 'TargetGroup', {
        ...fixed,
        name: targetGroupName(name, { ...fixed, port: String(fixed.port), vpc: network.vpcIdentity }),
        vpcId: network.vpcId,
        deregistrationDelay: String(times.deregistrationDelay),
        healthCheck: {
          enabled: true,
          path: props.healthCheck?.path ?? defaults.path,
          port: 'traffic-port',
          protocol: 'HTTP',
          matcher: '200',
          interval: times.healthCheckInterval,
          timeout: times.healthCheckTimeout,
          healthyThreshold: props.healthCheck?.healthyThreshold ?? defaults.healthyThreshold,
          unhealthyThreshold: props.healthCheck?.unhealthyThreshold ?? defaults.unhealthyThreshold,
        },
        tags: tagsOf(props),
        lifecycle: { createBeforeDestroy: true },
      }),
    );
  }
}
