import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group';
import { Construct } from 'constructs';
import type { Network } from './network';
import { addressed, targetGroupName } from './private/naming';
import { type PartProps, tagsOf } from './private/part';
import { timesOf } from './private/times';
import { type AutoscaledServiceProps, type RoutingProps, serviceDefaults, stickinessDefaults } from './props';

/** Where nginx listens on an instance. Fixed: a port that changes under running instances can't be gapless. */
export const instancePort = 80;

export interface TargetGroupConstructProps
  extends PartProps,
    Pick<AutoscaledServiceProps, 'healthCheck' | 'deregistrationDelaySeconds' | 'routing'> {
  readonly network: Network;
}

/**
 * The instances as a load balancer knows them: how it finds out which serve, and which it asks.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
 */
export class TargetGroup extends Construct {
  readonly targetGroup: LbTargetGroup;

  constructor(scope: Construct, id: string, props: TargetGroupConstructProps) {
    super(scope, id);
    const { name, network, routing = {} } = props;
    const times = timesOf(props);
    const defaults = serviceDefaults.healthCheck;
    const algorithm = routing.algorithm ?? serviceDefaults.routing.algorithm;
    const fixed = { port: instancePort, protocol: 'HTTP', targetType: 'instance' } as const;
    this.targetGroup = addressed(
      name,
      new LbTargetGroup(this, 'TargetGroup', {
        ...fixed,
        name: targetGroupName(name, { ...fixed, port: String(fixed.port), vpc: network.vpcIdentity }),
        vpcId: network.vpcId,
        deregistrationDelay: String(times.deregistrationDelay),
        // Defaults are said too: the provider leaves what isn't said as it was, so taking a setting out would do nothing.
        loadBalancingAlgorithmType: algorithm,
        loadBalancingAnomalyMitigation:
          algorithm === 'weighted_random' && routing.anomalyMitigation !== false ? 'on' : 'off',
        slowStart: routing.slowStartSeconds ?? serviceDefaults.routing.slowStartSeconds,
        stickiness: stickinessOf(routing),
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

function stickinessOf({ stickiness }: RoutingProps) {
  const duration = stickiness?.durationSeconds ?? stickinessDefaults.durationSeconds;
  return {
    enabled: stickiness !== undefined,
    type: stickiness?.cookieName === undefined ? 'lb_cookie' : 'app_cookie',
    cookieName: stickiness?.cookieName,
    cookieDuration: duration,
  };
}
