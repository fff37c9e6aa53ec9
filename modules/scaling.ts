import { AutoscalingPolicy, type AutoscalingPolicyConfig } from '@cdktf/provider-aws/lib/autoscaling-policy';
import type { AutoscalingSchedule } from '@cdktf/provider-aws/lib/autoscaling-schedule';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import type { Fleet } from './fleet';
import type { LoadBalancer } from './load-balancer';
import { predictiveScalingOf } from './predictive-scaling';
import { addressed } from './private/naming';
import { Option } from './private/option';
import { timesOf } from './private/times';
import {
  type AutoscaledServiceProps,
  checkMetricScaling,
  checkRequestScaling,
  checkSchedule,
  type MetricScalingProps,
  type NetworkScalingProps,
  type PredictiveScalingProps,
  partName,
  type RequestScalingProps,
  type ScalingProps,
  type ScheduleProps,
  serviceDefaults,
} from './props';
import { checkSizes, predictedTarget } from './props/scaling-together';
import { Schedules } from './schedules';
import { ServiceError } from './service-error';
import type { ServiceMetrics } from './service-metrics';
import { customized, predefined } from './tracking';

type Settings = Pick<
  AutoscaledServiceProps,
  'scaling' | 'cpuTarget' | 'minCapacity' | 'maxCapacity' | 'bootSeconds' | 'healthCheck' | 'warmupSeconds'
>;

export interface ScalingConstructProps extends Settings {
  /** Name of the service. */
  readonly name: string;
  readonly fleet: Fleet;
  readonly loadBalancer: LoadBalancer;
  readonly metrics: ServiceMetrics;
}

/** What of a policy isn't in its configuration. */
type PolicySettings = Pick<RequestScalingProps, 'scaleIn' | 'warmupSeconds'>;

/** AWS counts requests and bytes by the minute, the settings by the second. */
const secondsPerMinute = 60;

/** What makes the group grow and shrink: policies that follow a load, schedules, a forecast. */
export class Scaling extends Construct {
  /** Of `cpuTarget`; undefined where that is `none`. */
  readonly cpuPolicy: AutoscalingPolicy | undefined;
  /** Undefined without `scaling.predictive`. */
  readonly predictivePolicy: AutoscalingPolicy | undefined;
  readonly #policies = new Map<string, AutoscalingPolicy>();
  private readonly scheduled: Schedules;
  private readonly settings: ScalingProps;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ScalingConstructProps,
  ) {
    super(scope, id);
    const { cpuTarget = serviceDefaults.cpuTarget, scaling = {} } = props;
    this.settings = scaling;
    this.scheduled = new Schedules(this, 'Schedules', props);
    if (cpuTarget !== 'none') this.cpuPolicy = this.addCpuPolicy(cpuTarget);
    if (scaling.requests !== undefined) this.addRequestPolicy(scaling.requests);
    if (scaling.networkIn !== undefined) this.addNetworkPolicy('In', scaling.networkIn);
    if (scaling.networkOut !== undefined) this.addNetworkPolicy('Out', scaling.networkOut);
    for (const [key, metric] of Object.entries(scaling.metrics ?? {})) this.addMetricPolicy(key, metric);
    for (const [key, schedule] of Object.entries(scaling.schedules ?? {})) this.scheduled.add(key, schedule);
    if (scaling.predictive !== undefined) this.predictivePolicy = this.addPredictive(scaling.predictive);
    this.node.addValidation({ validate: () => this.refuseWithoutPolicy() });
  }

  /** The policies that follow a load, by the part of their Terraform address: `cpu`, `requests`, `metric-…`. */
  get policies(): ReadonlyMap<string, AutoscalingPolicy> {
    return this.#policies;
  }

  /** By their names. */
  get schedules(): ReadonlyMap<string, AutoscalingSchedule> {
    return this.scheduled.byName;
  }

  /** Has the group follow the requests that each instance gets, as `scaling.requests` does. */
  trackRequests(requests: RequestScalingProps): AutoscalingPolicy {
    checkRequestScaling(requests, 'requests', Token.isUnresolved);
    return this.addRequestPolicy(requests);
  }

  /**
   * Has the group follow a metric, as those in `scaling.metrics` do.
   * @param name part of the policy's Terraform address
   */
  addMetric(name: string, metric: MetricScalingProps): AutoscalingPolicy {
    partName(name, 'name', Token.isUnresolved);
    checkMetricScaling(metric, name, Token.isUnresolved);
    return this.addMetricPolicy(name, metric);
  }

  /**
   * Gives the group other sizes at a time, as those in `scaling.schedules` do.
   * @param name part of the schedule's Terraform address
   */
  addSchedule(name: string, schedule: ScheduleProps): AutoscalingSchedule {
    partName(name, 'name', Token.isUnresolved);
    checkSchedule(schedule, name, Token.isUnresolved);
    checkSizes(schedule, this.props, name);
    return this.scheduled.add(name, schedule);
  }

  private addCpuPolicy(target: number): AutoscalingPolicy {
    const { cpu = {} } = this.settings;
    return this.addTracking('cpu', cpu, predefined('ASGAverageCPUUtilization', target, this.scalesIn(cpu)));
  }

  private addRequestPolicy(requests: RequestScalingProps): AutoscalingPolicy {
    const target = requests.perTargetPerSecond * secondsPerMinute;
    const tracking = predefined(
      'ALBRequestCountPerTarget',
      target,
      this.scalesIn(requests),
      this.resourceLabel,
    );
    return this.addTracking('requests', requests, tracking);
  }

  private addNetworkPolicy(direction: 'In' | 'Out', network: NetworkScalingProps): AutoscalingPolicy {
    const target = network.bytesPerSecond * secondsPerMinute;
    const tracking = predefined(`ASGAverageNetwork${direction}`, target, this.scalesIn(network));
    return this.addTracking(`network-${direction.toLowerCase()}`, network, tracking);
  }

  private addMetricPolicy(key: string, metric: MetricScalingProps): AutoscalingPolicy {
    return this.addTracking(
      `metric-${key}`,
      metric,
      customized(metric, this.props.metrics, this.scalesIn(metric)),
    );
  }

  private addTracking(
    part: string,
    settings: PolicySettings,
    targetTrackingConfiguration: AutoscalingPolicyConfig['targetTrackingConfiguration'],
  ): AutoscalingPolicy {
    const policy = this.addPolicy(part, settings, {
      policyType: 'TargetTrackingScaling',
      // Unset, the group's default_instance_warmup holds, for this policy and for those to come.
      estimatedInstanceWarmup: settings.warmupSeconds,
      targetTrackingConfiguration,
    });
    this.#policies.set(part, policy);
    return policy;
  }

  private addPredictive(predictive: PredictiveScalingProps): AutoscalingPolicy {
    const target = predictedTarget(predictive, this.settings, this.props, 'scaling');
    const buffer = timesOf(this.props).predictionBuffer;
    return this.addPolicy('predictive', predictive, {
      policyType: 'PredictiveScaling',
      predictiveScalingConfiguration: predictiveScalingOf(predictive, target, buffer, this.resourceLabel),
    });
  }

  private addPolicy(
    part: string,
    settings: object,
    config: Partial<AutoscalingPolicyConfig>,
  ): AutoscalingPolicy {
    const { name, fleet } = this.props;
    const policy = new AutoscalingPolicy(this, part, {
      name: `${name}-${part}`,
      autoscalingGroupName: fleet.autoscalingGroup.name,
      ...config,
      // A group that is replaced takes its policies along, and its name, which is all they refer to, stays.
      lifecycle: { replaceTriggeredBy: [fleet.groupIdentity] },
    });
    return addressed(name, Option.of(settings)?.gated(policy) ?? policy, part);
  }

  private scalesIn({ scaleIn }: PolicySettings): boolean {
    return scaleIn ?? this.settings.scaleIn ?? serviceDefaults.scaling.scaleIn;
  }

  /** Which requests Auto Scaling counts: of what balancer, to what target group. */
  private get resourceLabel(): string {
    const { loadBalancer } = this.props;
    return `${loadBalancer.arnSuffix}/${loadBalancer.targetGroup.arnSuffix}`;
  }

  /** At synth, since policies can be added until then. */
  private refuseWithoutPolicy(): string[] {
    const { withoutPolicy = serviceDefaults.scaling.withoutPolicy } = this.settings;
    if (withoutPolicy === (this.#policies.size === 0)) return [];
    if (withoutPolicy) {
      throw new ServiceError(
        'SettingsExclude',
        `scaling.withoutPolicy is true, and ${this.props.name} has ${[...this.#policies.keys()].join(', ')}; take one of them out, cpu by a cpuTarget of "none".`,
      );
    }
    throw new ServiceError(
      'NoScalingPolicy',
      `Nothing scales ${this.props.name}: cpuTarget is "none", and scaling has no policy that follows a load; give it one, or set scaling.withoutPolicy to true.`,
    );
  }
}
