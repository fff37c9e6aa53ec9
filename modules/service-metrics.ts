import type { MetricProps } from './props';

/** The parts of a service that CloudWatch knows it by. */
export interface MeasuredParts {
  readonly autoscalingGroupName: string;
  /** `app/<name>/<id>`. */
  readonly loadBalancer: string;
  /** `targetgroup/<name>/<id>`. */
  readonly targetGroup: string;
}

/** A metric with all of its dimensions. */
export interface ResolvedMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
  readonly unit: string | undefined;
}

/** What a group tells of itself, once `observability` has it do so. Names without the `Group` in front. */
export type GroupMetricName =
  | 'MinSize'
  | 'MaxSize'
  | 'DesiredCapacity'
  | 'InServiceCapacity'
  | 'InServiceInstances'
  | 'PendingInstances'
  | 'StandbyInstances'
  | 'TerminatingInstances'
  | 'TotalInstances';

/**
 * The service's own metrics, for alarms, policies and dashboards that others build on them.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html
 */
export class ServiceMetrics {
  constructor(private readonly parts: MeasuredParts) {}

  /** Requests that a target was chosen for, in all. */
  requests(): MetricProps {
    return this.ofTargets('RequestCount', 'Sum');
  }

  /** The same for all target groups of the load balancer: for every service, on one that is shared. */
  allRequests(): MetricProps {
    return { ...this.requests(), of: 'loadBalancer' };
  }

  /** Requests that an instance got, on average. */
  requestsPerTarget(): MetricProps {
    return this.ofTargets('RequestCountPerTarget', 'Sum');
  }

  /** Seconds until the service answered. */
  latency(statistic = 'p99'): MetricProps {
    return this.ofTargets('TargetResponseTime', statistic);
  }

  /** Answers of the service with a status of 2xx, 3xx, 4xx or 5xx. */
  answers(statusClass: 2 | 3 | 4 | 5): MetricProps {
    return this.ofTargets(`HTTPCode_Target_${statusClass}XX_Count`, 'Sum');
  }

  /** Answers of the load balancer itself: of every service, on one that is shared. */
  loadBalancerErrors(): MetricProps {
    return {
      namespace: 'AWS/ApplicationELB',
      metricName: 'HTTPCode_ELB_5XX_Count',
      of: 'loadBalancer',
      statistic: 'Sum',
    };
  }

  healthyHosts(statistic = 'Minimum'): MetricProps {
    return this.ofTargets('HealthyHostCount', statistic);
  }

  unhealthyHosts(statistic = 'Maximum'): MetricProps {
    return this.ofTargets('UnHealthyHostCount', statistic);
  }

  /** Percent, of all instances. */
  cpu(statistic = 'Average'): MetricProps {
    return this.ofInstances('CPUUtilization', statistic);
  }

  /** Credits that a burstable instance has left. */
  cpuCredits(statistic = 'Minimum'): MetricProps {
    return this.ofInstances('CPUCreditBalance', statistic);
  }

  /** What the group tells of itself. */
  group(name: GroupMetricName, statistic = 'Average'): MetricProps {
    return { namespace: 'AWS/AutoScaling', metricName: `Group${name}`, of: 'group', statistic };
  }

  /** Writes out the dimensions that `of` stands for. */
  resolve({
    namespace,
    metricName,
    of,
    dimensions,
    statistic = 'Average',
    unit,
  }: MetricProps): ResolvedMetric {
    const { autoscalingGroupName, loadBalancer, targetGroup } = this.parts;
    const own = {
      group: { AutoScalingGroupName: autoscalingGroupName },
      loadBalancer: { LoadBalancer: loadBalancer },
      targetGroup: { LoadBalancer: loadBalancer, TargetGroup: targetGroup },
    };
    return {
      namespace,
      metricName,
      dimensions: { ...(of === undefined ? {} : own[of]), ...dimensions },
      statistic,
      unit,
    };
  }

  private ofTargets(metricName: string, statistic: string): MetricProps {
    return { namespace: 'AWS/ApplicationELB', metricName, of: 'targetGroup', statistic };
  }

  private ofInstances(metricName: string, statistic: string): MetricProps {
    return { namespace: 'AWS/EC2', metricName, of: 'group', statistic };
  }
}
