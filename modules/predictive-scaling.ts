import type { AutoscalingPolicyPredictiveScalingConfiguration } from '@cdktf/provider-aws/lib/autoscaling-policy';
import { type PredictiveScalingProps, predictiveScalingDefaults } from './props';

/** Load and share of it together, as Auto Scaling pairs them. */
const pairs = {
  cpu: 'ASGCPUUtilization',
  requests: 'ALBRequestCount',
  networkIn: 'ASGNetworkIn',
  networkOut: 'ASGNetworkOut',
} as const;

/**
 * @param target in the setting's own unit
 * @param bufferSeconds of the time budgets
 * @param resourceLabel which requests: of what balancer, to what target group
 */
export function predictiveScalingOf(
  props: PredictiveScalingProps,
  target: number,
  bufferSeconds: number,
  resourceLabel: string,
): AutoscalingPolicyPredictiveScalingConfiguration {
  const metric = props.metric ?? predictiveScalingDefaults.metric;
  const { maxCapacityBuffer } = props;
  return {
    mode: props.mode ?? predictiveScalingDefaults.mode,
    schedulingBufferTime: String(bufferSeconds),
    maxCapacityBreachBehavior:
      props.maxCapacityBreachBehavior ?? predictiveScalingDefaults.maxCapacityBreachBehavior,
    maxCapacityBuffer: maxCapacityBuffer === undefined ? undefined : String(maxCapacityBuffer),
    metricSpecification: {
      // Percents are percents; the other metrics are counted by the minute, the settings by the second.
      targetValue: metric === 'cpu' ? target : target * 60,
      predefinedMetricPairSpecification: {
        predefinedMetricType: pairs[metric],
        resourceLabel: metric === 'requests' ? resourceLabel : undefined,
      },
    },
  };
}
