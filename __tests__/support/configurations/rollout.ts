import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { Configuration } from './configuration';

export const rolloutConfigurations: readonly Configuration[] = [
  { title: 'that replaces its instances when they change', props: { rollout: { strategy: 'refresh' } } },
  {
    title: 'that rolls out in steps and stops at an alarm',
    props: (stack) => {
      const alarm = new CloudwatchMetricAlarm(stack, 'Errors', {
        alarmName: 'errors',
        namespace: 'AWS/ApplicationELB',
        metricName: 'HTTPCode_Target_5XX_Count',
        statistic: 'Sum',
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 5,
        period: 60,
        evaluationPeriods: 1,
        treatMissingData: 'notBreaching',
      });
      return {
        maxCapacity: 4,
        rollout: {
          strategy: 'refresh',
          minHealthyPercentage: 90,
          maxHealthyPercentage: 100,
          warmupSeconds: 120,
          checkpointPercentages: [25, 50, 100],
          checkpointDelaySeconds: 600,
          alarms: [alarm.alarmName],
          skipMatching: false,
          scaleInProtectedInstances: 'Wait',
          standbyInstances: 'Terminate',
        },
      };
    },
  },
];
