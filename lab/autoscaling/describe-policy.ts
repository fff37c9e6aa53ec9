/** How the API shows scaling policies: what was put, and nothing that was not (rule F6). */
import type { QueryOutput } from '../gateway/query-protocol';
import type { Group, Region } from './model';
import type { ScalingPolicy, TargetTrackingPolicy } from './policies';
import type { TrackedMetric } from './tracked-metric';

export function describePolicy(group: Group, policy: ScalingPolicy, region: Region): QueryOutput {
  return {
    AutoScalingGroupName: group.name,
    PolicyName: policy.name,
    PolicyARN: policy.arn,
    PolicyType: policy.type,
    Enabled: policy.enabled,
    Alarms: describeAlarms(policy, region),
    ...describeConfiguration(policy),
  };
}

/** Target tracking has alarms of its own; the others those that name them in CloudWatch. */
export function describeAlarms(policy: ScalingPolicy, region: Region): QueryOutput[] {
  const alarms =
    policy.type === 'TargetTrackingScaling'
      ? policy.alarms
      : [...region.alarms.values()].filter(({ actions }) => actions.includes(policy.arn));
  return alarms.map(({ name, arn }) => ({ AlarmName: name, AlarmARN: arn }));
}

function describeConfiguration(policy: ScalingPolicy): QueryOutput {
  switch (policy.type) {
    case 'TargetTrackingScaling':
      return describeTracking(policy);
    case 'StepScaling':
      return {
        AdjustmentType: policy.adjustmentType,
        MinAdjustmentMagnitude: policy.minAdjustmentMagnitude,
        MetricAggregationType: policy.metricAggregationType,
        EstimatedInstanceWarmup: policy.estimatedInstanceWarmup,
        StepAdjustments: policy.steps.map(({ lower, upper, adjustment }) => ({
          MetricIntervalLowerBound: lower,
          MetricIntervalUpperBound: upper,
          ScalingAdjustment: adjustment,
        })),
      };
    case 'SimpleScaling':
      return {
        AdjustmentType: policy.adjustmentType,
        MinAdjustmentMagnitude: policy.minAdjustmentMagnitude,
        ScalingAdjustment: policy.adjustment,
        Cooldown: policy.cooldown,
      };
    case 'PredictiveScaling':
      return { PredictiveScalingConfiguration: policy.configuration };
  }
}

function describeTracking(policy: TargetTrackingPolicy): QueryOutput {
  return {
    EstimatedInstanceWarmup: policy.estimatedInstanceWarmup,
    TargetTrackingConfiguration: {
      ...describeTrackedMetric(policy.metric),
      TargetValue: policy.targetValue,
      DisableScaleIn: policy.disableScaleIn,
    },
  };
}

function describeTrackedMetric(metric: TrackedMetric): QueryOutput {
  if (metric.kind === 'customized') return { CustomizedMetricSpecification: metric.specification };
  const { type, resourceLabel } = metric;
  return { PredefinedMetricSpecification: { PredefinedMetricType: type, ResourceLabel: resourceLabel } };
}
