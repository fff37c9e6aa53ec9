import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import type { Configuration } from './configuration';
import { whereSet } from './where-set';

export const observabilityConfigurations: readonly Configuration[] = [
  {
    title: 'with alarms, a topic with mail, and a dashboard',
    props: {
      observability: {
        alarms: { topic: { emails: { ops: 'ops@example.com' } }, cpuCredits: { credits: 20 } },
        dashboard: {},
      },
    },
  },
  {
    title: 'whose alarms go to topics of its own stack, with thresholds of its own',
    props: (stack) => ({
      maxCapacity: 4,
      fleet: { mixedInstances: { instanceTypes: [{ instanceType: 't3.micro' }] } },
      observability: {
        alarms: {
          topicArns: { ops: new SnsTopic(stack, 'Ops', { name: 'ops' }).arn },
          tellRecovery: false,
          targetErrors: { count: 10, minutes: 3 },
          loadBalancerErrors: { percent: 5 },
          latency: { seconds: 0.3, percentile: 99.9 },
          unhealthyHosts: 'none',
          atMaximum: { minutes: 30 },
          metrics: {
            busy: {
              measure: { namespace: 'AWS/EC2', metricName: 'CPUUtilization', of: 'group', statistic: 'p90' },
              threshold: 90,
              periods: 10,
              datapoints: 8,
            },
          },
        },
        dashboard: { periodSeconds: 300 },
      },
    }),
  },
  {
    title: 'with a topic encrypted with a key of its own stack, beside another action',
    props: (stack) => ({
      observability: {
        alarms: {
          topic: { kmsKeyArn: new KmsKey(stack, 'Key', { deletionWindowInDays: 7 }).arn },
          actionArns: ['arn:aws:ssm:eu-central-1:111122223333:opsitem:2'],
          launchFailures: 'none',
        },
      },
    }),
  },
  {
    title: 'that ships its logs, encrypted with a key of its own stack',
    props: (stack) => ({
      logs: { retentionDays: 30, kmsKeyArn: new KmsKey(stack, 'Key', { deletionWindowInDays: 7 }).arn },
    }),
  },
  ...[{}, null].map(
    (value): Configuration => ({
      title: `whose alarms, dashboard and logs are decided at plan, all ${value === null ? 'absent' : 'present'}`,
      props: (stack) => ({
        logs: whereSet(stack, 'logs', value, { retentionDays: 30 }),
        observability: whereSet(stack, 'observability', value, {
          alarms: whereSet(stack, 'alarms', value, {
            topic: whereSet(stack, 'topic', value, {}),
            latency: whereSet(stack, 'latency', value, { seconds: 2 }),
            launchFailures: whereSet(stack, 'launch_failures', value, {}),
          }),
          dashboard: whereSet(stack, 'dashboard', value, {}),
        }),
      }),
    }),
  ),
  ...[{}, null].map(
    (value): Configuration => ({
      title: `with a dashboard, and alarms that are decided at plan, all ${value === null ? 'absent' : 'present'}`,
      props: (stack) => ({
        observability: { alarms: whereSet(stack, 'alarms', value, {}), dashboard: {} },
      }),
    }),
  ),
  {
    title: 'with alarms that tell nobody, and a dashboard without one of those that are absent at plan',
    props: (stack) => ({
      observability: {
        alarms: {
          topic: whereSet(stack, 'topic', null, {}),
          latency: whereSet(stack, 'latency', null, {}),
        },
        dashboard: {},
      },
    }),
  },
];
