import type {
  AutoscalingPolicyTargetTrackingConfiguration,
  AutoscalingPolicyTargetTrackingConfigurationCustomizedMetricSpecification,
} from '@cdktf/provider-aws/lib/autoscaling-policy';
import { type MetricScalingProps, resultId, standardStatistics } from './props';
import type { ResolvedMetric, ServiceMetrics } from './service-metrics';

type Tracking = AutoscalingPolicyTargetTrackingConfiguration;

/** A policy that follows one of the metrics that Auto Scaling knows by name. */
export function predefined(
  predefinedMetricType: string,
  targetValue: number,
  scaleIn: boolean,
  resourceLabel?: string,
): Tracking {
  return {
    predefinedMetricSpecification: { predefinedMetricType, resourceLabel },
    targetValue,
    disableScaleIn: disabledUnless(scaleIn),
  };
}

/** A policy that follows any metric, or metric math. */
export function customized(
  { measure, target, periodSeconds }: MetricScalingProps,
  metrics: ServiceMetrics,
  scaleIn: boolean,
): Tracking {
  return {
    customizedMetricSpecification:
      'expression' in measure
        ? {
            metrics: [
              ...Object.entries(measure.metrics).map(([id, metric]) =>
                query(id, metrics.resolve(metric), periodSeconds, false),
              ),
              { id: resultId, expression: measure.expression, returnData: true },
            ],
          }
        : single(metrics.resolve(measure), periodSeconds),
    targetValue: target,
    disableScaleIn: disabledUnless(scaleIn),
  };
}

/** Only what is switched off is said: the provider's default is AWS's. */
function disabledUnless(scaleIn: boolean): true | undefined {
  return scaleIn ? undefined : true;
}

/** Without queries, Auto Scaling takes no percentiles. */
function single(
  metric: ResolvedMetric,
  period: number | undefined,
): AutoscalingPolicyTargetTrackingConfigurationCustomizedMetricSpecification {
  if (!standardStatistics.some((each) => each === metric.statistic)) {
    return { metrics: [query(resultId, metric, period, true)] };
  }
  const { namespace, metricName, statistic, unit } = metric;
  return { namespace, metricName, statistic, unit, period, metricDimension: dimensionsOf(metric) };
}

function query(id: string, metric: ResolvedMetric, period: number | undefined, returnData: boolean) {
  const { namespace, metricName, statistic: stat, unit } = metric;
  return {
    id,
    metricStat: { metric: { namespace, metricName, dimensions: dimensionsOf(metric) }, stat, unit, period },
    returnData,
  };
}

function dimensionsOf({ dimensions }: ResolvedMetric): { name: string; value: string }[] {
  return Object.entries(dimensions).map(([name, value]) => ({ name, value }));
}
