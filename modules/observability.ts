import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { Alarms } from './alarms';
import { Dashboard } from './dashboard';
import type { Fleet } from './fleet';
import { Account } from './private/account';
import { Option } from './private/option';
import type { PartProps } from './private/part';
import {
  type AlarmsProps,
  type AutoscaledServiceProps,
  checkMetricAlarm,
  isExisting,
  type MetricAlarmProps,
  type ObservabilityProps,
  partName,
  serviceDefaults,
} from './props';
import type { ServiceMetrics } from './service-metrics';

export interface ObservabilityConstructProps
  extends PartProps,
    Pick<
      AutoscaledServiceProps,
      'observability' | 'cpuTarget' | 'minCapacity' | 'maxCapacity' | 'loadBalancer'
    > {
  readonly fleet: Fleet;
  readonly metrics: ServiceMetrics;
}

/** No alarm, and nobody told: what alarms that are added stand in where the settings have none. */
const silence: AlarmsProps = {
  actionArns: [],
  targetErrors: 'none',
  loadBalancerErrors: 'none',
  latency: 'none',
  unhealthyHosts: 'none',
  atMaximum: 'none',
  launchFailures: 'none',
};

/** What CloudWatch tells of the service: alarms, a dashboard, and metrics for what others build on them. */
export class Observability extends Construct {
  /** The service's own metrics, for alarms and policies of yours. */
  readonly metrics: ServiceMetrics;
  /** Undefined without `observability.dashboard`. */
  readonly dashboard: Dashboard | undefined;
  #alarms: Alarms | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ObservabilityConstructProps,
  ) {
    super(scope, id);
    this.metrics = props.metrics;
    const observability = Option.of(props.observability);
    if (observability === undefined) return;
    const { settings } = observability;
    const alarms = observability.within(settings.alarms);
    if (alarms !== undefined) this.#alarms = this.makeAlarms(alarms);
    const dashboard = observability.within(settings.dashboard);
    if (dashboard === undefined) return;
    const { cpuTarget = serviceDefaults.cpuTarget } = props;
    this.dashboard = new Dashboard(this, 'Dashboard', {
      name: props.name,
      account: Account.of(this, props.name),
      metrics: props.metrics,
      dashboard,
      cpuTarget: cpuTarget === 'none' ? undefined : cpuTarget,
      hasGroupMetrics: hasGroupMetrics(props.observability),
      alarms: () => (this.#alarms?.arns.length ? this.#alarms : undefined),
    });
  }

  /** Undefined where the settings have none and none was added. */
  get alarms(): Alarms | undefined {
    return this.#alarms;
  }

  /**
   * An alarm that tells whom `observability.alarms` tells, and nobody without it.
   * @param name of the alarm behind the service's, part of Terraform's address
   */
  addAlarm(name: string, alarm: MetricAlarmProps): CloudwatchMetricAlarm {
    partName(name, 'name', Token.isUnresolved);
    checkMetricAlarm(alarm, name, Token.isUnresolved);
    const silent = Option.of(silence);
    if (silent !== undefined) this.#alarms ??= this.makeAlarms(silent);
    return (this.#alarms as Alarms).add(name, alarm);
  }

  private makeAlarms(alarms: Option<AlarmsProps>): Alarms {
    const { name, tags, fleet, metrics, loadBalancer, observability } = this.props;
    const { minCapacity = serviceDefaults.minCapacity } = this.props;
    const { maxCapacity = Math.max(minCapacity, serviceDefaults.maxCapacity) } = this.props;
    return new Alarms(this, 'Alarms', {
      name,
      tags,
      account: Account.of(this, name),
      autoscalingGroupName: fleet.autoscalingGroup.name,
      metrics,
      alarms,
      sharedLoadBalancer: isExisting(loadBalancer),
      hasGroupMetrics: hasGroupMetrics(observability),
      fixedSize: minCapacity === maxCapacity,
    });
  }
}

function hasGroupMetrics({ groupMetrics }: ObservabilityProps = {}): boolean {
  return groupMetrics ?? serviceDefaults.observability.groupMetrics;
}
