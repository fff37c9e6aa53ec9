import type { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { putCpu, putNetwork, putRequests, type RequestDatapoint } from '../../lab/metrics/cloudwatch';

/** What was put: `<metric> <dimension names and values> = <value>`. */
function recording() {
  const sent: string[] = [];
  const client = {
    send: async ({ input }: PutMetricDataCommand) => {
      for (const { MetricName, Dimensions = [], Value, Timestamp } of input.MetricData ?? []) {
        const dimensions = Dimensions.map(({ Name, Value: value }) => `${Name}=${value}`).join(',');
        sent.push(`${input.Namespace} ${MetricName} ${dimensions} = ${Value} at ${Timestamp?.getTime()}`);
      }
    },
  } as unknown as CloudWatchClient;
  return { client, sent };
}

test('A2: CPU goes out by instance and by group, at the start of its period (G1)', async () => {
  const { client, sent } = recording();
  await putCpu(client, 60_000, { group: 'web', groupPercent: 40, instancePercents: new Map([['i-1', 35]]) });
  expect(sent).toEqual([
    'AWS/EC2 CPUUtilization InstanceId=i-1 = 35 at 60000',
    'AWS/EC2 CPUUtilization AutoScalingGroupName=web = 40 at 60000',
  ]);
});

test('A14: without a warm instance the group has no datapoint, and with none at all nothing is sent', async () => {
  const { client, sent } = recording();
  await putCpu(client, 0, {
    group: 'web',
    groupPercent: undefined,
    instancePercents: new Map([['i-1', 35]]),
  });
  await putCpu(client, 0, { group: 'web', groupPercent: undefined, instancePercents: new Map() });
  expect(sent).toEqual(['AWS/EC2 CPUUtilization InstanceId=i-1 = 35 at 0']);
});

test('A2: bytes go out by instance and by group', async () => {
  const { client, sent } = recording();
  await putNetwork(client, 0, {
    group: 'web',
    byInstance: new Map([['i-1', { in: 1, out: 2 }]]),
    average: { in: 3, out: 4 },
  });
  expect(sent).toEqual([
    'AWS/EC2 NetworkIn InstanceId=i-1 = 1 at 0',
    'AWS/EC2 NetworkOut InstanceId=i-1 = 2 at 0',
    'AWS/EC2 NetworkIn AutoScalingGroupName=web = 3 at 0',
    'AWS/EC2 NetworkOut AutoScalingGroupName=web = 4 at 0',
  ]);
});

const period: RequestDatapoint = {
  loadBalancer: 'app/web/1',
  targetGroup: 'targetgroup/web/2',
  requests: 100,
  healthyTargets: 4,
  target5xx: 0,
  balancer5xx: 0,
};

test.each<[string, Partial<RequestDatapoint>, string[]]>([
  [
    'requests are counted whole and per target',
    {},
    ['HealthyHostCount = 4', 'RequestCount = 100', 'RequestCountPerTarget = 25'],
  ],
  ['without requests there is no count', { requests: 0 }, ['HealthyHostCount = 4']],
  [
    'without a healthy target there is none per target',
    { healthyTargets: 0 },
    ['HealthyHostCount = 0', 'RequestCount = 100'],
  ],
  [
    'errors are told by who made them',
    { requests: 0, target5xx: 2, balancer5xx: 3 },
    ['HealthyHostCount = 4', 'HTTPCode_Target_5XX_Count = 2', 'HTTPCode_ELB_5XX_Count = 3'],
  ],
])('D10: %s', async (_title, change, expected) => {
  const { client, sent } = recording();
  await putRequests(client, 0, { ...period, ...change });
  expect(sent.map((line) => line.replace(/^\S+ (\S+) \S+ = (\d+) .*/, '$1 = $2'))).toEqual(expected);
});

test('G3: a count per target names balancer and target group, a count of the balancer only itself', async () => {
  const { client, sent } = recording();
  await putRequests(client, 0, period);
  expect(sent).toContain('AWS/ApplicationELB RequestCount LoadBalancer=app/web/1 = 100 at 0');
  expect(sent).toContain(
    'AWS/ApplicationELB RequestCountPerTarget LoadBalancer=app/web/1,TargetGroup=targetgroup/web/2 = 25 at 0',
  );
});
