/** Elastic Load Balancing as the lab's data planes need it: each balancer's listener and its target group. */
import {
  type Action,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
  type Listener,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { BalancerConfiguration } from '../balancer/balancer';

export interface LoadBalancing {
  /** One for each load balancer of which a listener forwards to a target group, by its ARN. */
  readonly dataPlanes: ReadonlyMap<string, DataPlaneDescription>;
  readonly targetGroups: ReadonlyMap<string, TargetGroupDescription>;
}

export interface DataPlaneDescription {
  readonly dnsName: string;
  /** The port clients use on AWS. */
  readonly port: number;
  /** As CloudWatch's dimension `LoadBalancer` has it: `app/<name>/<id>`. */
  readonly dimension: string;
  readonly configuration: BalancerConfiguration;
}

export interface TargetGroupDescription {
  readonly port: number;
  /** Seconds. */
  readonly deregistrationDelay: number;
  /** As CloudWatch's dimension `TargetGroup` has it: `targetgroup/<name>/<id>`. */
  readonly dimension: string;
}

/** Several questions make one picture. What is deleted between two of them is left out of it. */
export async function describeLoadBalancing(elbv2: ElasticLoadBalancingV2Client): Promise<LoadBalancing> {
  const { TargetGroups = [] } = await elbv2.send(new DescribeTargetGroupsCommand({}));
  const described = (
    await Promise.all(TargetGroups.map((group) => unlessGone(describeTargetGroup(elbv2, group))))
  ).flatMap((group) => group ?? []);
  const { LoadBalancers = [] } = await elbv2.send(new DescribeLoadBalancersCommand({}));
  const planes = await Promise.all(
    LoadBalancers.map((balancer) => unlessGone(describeDataPlane(elbv2, balancer, described))),
  );
  return {
    dataPlanes: new Map(planes.flatMap((plane) => (plane === undefined ? [] : [plane]))),
    targetGroups: new Map(described.map(({ arn, description }) => [arn, description])),
  };
}

async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.name.endsWith('NotFoundException')) return undefined;
    throw error;
  }
}

interface Described {
  readonly arn: string;
  readonly group: TargetGroup;
  readonly algorithm: BalancerConfiguration['algorithm'];
  readonly description: TargetGroupDescription;
}

async function describeTargetGroup(
  elbv2: ElasticLoadBalancingV2Client,
  group: TargetGroup,
): Promise<Described> {
  const arn = group.TargetGroupArn ?? '';
  const { Attributes = [] } = await elbv2.send(
    new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }),
  );
  const attribute = (key: string) => Attributes.find(({ Key }) => Key === key)?.Value;
  return {
    arn,
    group,
    algorithm:
      attribute('load_balancing.algorithm.type') === 'least_outstanding_requests'
        ? 'least_outstanding_requests'
        : 'round_robin',
    description: {
      port: group.Port ?? 80,
      deregistrationDelay: Number(attribute('deregistration_delay.timeout_seconds') ?? 300),
      dimension: arn.slice(arn.lastIndexOf(':') + 1),
    },
  };
}

async function describeDataPlane(
  elbv2: ElasticLoadBalancingV2Client,
  balancer: LoadBalancer,
  targetGroups: readonly Described[],
): Promise<[string, DataPlaneDescription] | undefined> {
  const arn = balancer.LoadBalancerArn ?? '';
  const { Listeners = [] } = await elbv2.send(new DescribeListenersCommand({ LoadBalancerArn: arn }));
  const serving = await findServing(elbv2, Listeners, targetGroups);
  if (serving === undefined) return undefined;
  const { listener, target } = serving;
  const { Attributes = [] } = await elbv2.send(
    new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }),
  );
  const idle = Attributes.find(({ Key }) => Key === 'idle_timeout.timeout_seconds')?.Value;
  const description: DataPlaneDescription = {
    dnsName: balancer.DNSName ?? '',
    port: listener.Port ?? 80,
    dimension: arn.slice(arn.indexOf('loadbalancer/') + 'loadbalancer/'.length),
    configuration: configurationOf(balancer, target, Number(idle ?? 60)),
  };
  return [arn, description];
}

/**
 * The listener to serve and the target group behind it: by a default action first, since one for HTTP that redirects to
 * HTTPS has no targets; else, on a load balancer that several services share, by a rule.
 */
async function findServing(
  elbv2: ElasticLoadBalancingV2Client,
  listeners: readonly Listener[],
  targetGroups: readonly Described[],
): Promise<{ readonly listener: Listener; readonly target: Described } | undefined> {
  const targetOf = (actions: readonly Action[] | undefined) =>
    targetGroups.find(({ arn }) => arn === forwardsTo(actions));
  for (const listener of listeners) {
    const target = targetOf(listener.DefaultActions);
    if (target !== undefined) return { listener, target };
  }
  for (const listener of listeners) {
    const { Rules = [] } = await elbv2.send(new DescribeRulesCommand({ ListenerArn: listener.ListenerArn }));
    for (const { Actions } of Rules) {
      const target = targetOf(Actions);
      if (target !== undefined) return { listener, target };
    }
  }
  return undefined;
}

function forwardsTo(actions: readonly Action[] | undefined): string | undefined {
  const action = actions?.find(({ Type }) => Type === 'forward');
  return action?.TargetGroupArn ?? action?.ForwardConfig?.TargetGroups?.[0]?.TargetGroupArn;
}

/** AWS's defaults (rule D2) where the answer leaves a setting out. */
function configurationOf(
  balancer: LoadBalancer,
  { arn, group, algorithm }: Described,
  idleTimeout: number,
): BalancerConfiguration {
  return {
    loadBalancerName: balancer.LoadBalancerName ?? '',
    targetGroupArn: arn,
    targetGroupName: group.TargetGroupName ?? '',
    vpcId: group.VpcId ?? '',
    healthCheck: {
      path: group.HealthCheckPath ?? '/',
      interval: group.HealthCheckIntervalSeconds ?? 30,
      timeout: group.HealthCheckTimeoutSeconds ?? 5,
      healthyThreshold: group.HealthyThresholdCount ?? 5,
      unhealthyThreshold: group.UnhealthyThresholdCount ?? 2,
      matcher: group.Matcher?.HttpCode ?? '200',
    },
    algorithm,
    idleTimeout,
  };
}
