import { TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';
import { Fleet } from './fleet';
import { Image } from './image';
import { LoadBalancer } from './load-balancer';
import { Logs } from './logs';
import { Network } from './network';
import { Observability } from './observability';
import { forbidDuplicates } from './private/naming';
import type { AutoscaledServiceProps, PolicyStatementProps, SourceProps } from './props';
import { checkService } from './props';
import { Release } from './release';
import { Scaling } from './scaling';
import { ServiceMetrics } from './service-metrics';

/**
 * A web service on EC2 behind an Application Load Balancer, in an Auto Scaling group that follows its CPU.
 * Throws a ServiceError for settings that AWS would refuse, or that would lose requests.
 */
export class AutoscaledService extends Construct {
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly image: Image;
  readonly release: Release;
  readonly logs: Logs;
  readonly fleet: Fleet;
  readonly scaling: Scaling;
  readonly observability: Observability;

  constructor(scope: Construct, id: string, props: AutoscaledServiceProps) {
    checkService(props, '', Token.isUnresolved);
    super(scope, id);
    this.network = new Network(this, 'Network', props);
    this.loadBalancer = new LoadBalancer(this, 'LoadBalancer', { ...props, network: this.network });
    this.image = new Image(this, 'Image', props);
    this.release = new Release(this, 'Release', { ...props, architecture: this.image.architecture });
    this.logs = new Logs(this, 'Logs', props);
    this.fleet = new Fleet(this, 'Fleet', {
      ...props,
      release: this.release,
      logs: this.logs,
      network: this.network,
      loadBalancer: this.loadBalancer,
      image: this.image,
    });
    const { fleet, loadBalancer } = this;
    const metrics = new ServiceMetrics({
      autoscalingGroupName: fleet.autoscalingGroup.name,
      loadBalancer: loadBalancer.arnSuffix,
      targetGroup: loadBalancer.targetGroup.arnSuffix,
    });
    this.scaling = new Scaling(this, 'Scaling', { ...props, fleet, loadBalancer, metrics });
    this.observability = new Observability(this, 'Observability', { ...props, fleet, metrics });
    forbidDuplicates(TerraformStack.of(this));
  }

  /** Where the service answers. */
  get url(): string {
    return this.loadBalancer.url;
  }

  /** The load balancer's name in the DNS. */
  get dnsName(): string {
    return this.loadBalancer.dnsName;
  }

  /** The instances' security group: what a database admits. */
  get securityGroupId(): string {
    return this.fleet.securityGroup.securityGroup.id;
  }

  get autoscalingGroupName(): string {
    return this.fleet.autoscalingGroup.name;
  }

  get targetGroupArn(): string {
    return this.loadBalancer.targetGroup.arn;
  }

  /**
   * Lets one more connect to the load balancer: ranges, a prefix list, or the members of a security group.
   * @param name of the source, part of Terraform's addresses
   */
  allowFrom(name: string, source: SourceProps): void {
    this.loadBalancer.allowFrom(name, source);
  }

  /** Lets the service do something on AWS, as `policyStatements` do. */
  addPolicyStatement(statement: PolicyStatementProps): void {
    this.fleet.addPolicyStatement(statement);
  }
}
