/** Datapoints on their way to CloudWatch, under the names and dimensions that AWS publishes them with. */
import { type CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { NetworkBytes } from '../machines/machine';

export interface CpuDatapoint {
  readonly group: string;
  /** Average over the group's warm instances; undefined when there was none (rule A14). */
  readonly groupPercent: number | undefined;
  readonly instancePercents: ReadonlyMap<string, number>;
}

/** Bytes in one period. */
export interface NetworkDatapoint {
  readonly group: string;
  readonly byInstance: ReadonlyMap<string, NetworkBytes>;
  /** Average over the group's warm instances (rule A14). */
  readonly average: NetworkBytes | undefined;
}

export interface RequestDatapoint {
  /** `app/<name>/<id>` (rule G3). */
  readonly loadBalancer: string;
  readonly targetGroup: string;
  readonly requests: number;
  readonly healthyTargets: number;
  readonly target5xx: number;
  readonly balancer5xx: number;
}

/** Rule A2: CPUUtilization in AWS/EC2, by instance and by group. @param at start of the period (rule G1) */
export async function putCpu(client: CloudWatchClient, at: number, cpu: CpuDatapoint): Promise<void> {
  const datum = (name: string, value: string, percent: number): MetricDatum => ({
    MetricName: 'CPUUtilization',
    Dimensions: [{ Name: name, Value: value }],
    Timestamp: new Date(at),
    Value: percent,
    Unit: 'Percent',
  });
  const data = [...cpu.instancePercents].map(([id, percent]) => datum('InstanceId', id, percent));
  if (cpu.groupPercent !== undefined) data.push(datum('AutoScalingGroupName', cpu.group, cpu.groupPercent));
  await put(client, 'AWS/EC2', data);
}

/** Rule A2: NetworkIn and NetworkOut in AWS/EC2, by instance and by group. */
export async function putNetwork(
  client: CloudWatchClient,
  at: number,
  { group, byInstance, average }: NetworkDatapoint,
): Promise<void> {
  const data = (name: string, value: string, bytes: NetworkBytes): MetricDatum[] =>
    (['in', 'out'] as const).map((direction) => ({
      MetricName: direction === 'in' ? 'NetworkIn' : 'NetworkOut',
      Dimensions: [{ Name: name, Value: value }],
      Timestamp: new Date(at),
      Value: bytes[direction],
      Unit: 'Bytes',
    }));
  await put(client, 'AWS/EC2', [
    ...[...byInstance].flatMap(([id, bytes]) => data('InstanceId', id, bytes)),
    ...(average === undefined ? [] : data('AutoScalingGroupName', group, average)),
  ]);
}

/** Rule G2. */
export async function putGroupMetrics(
  client: CloudWatchClient,
  at: number,
  group: string,
  metrics: ReadonlyMap<string, number>,
): Promise<void> {
  const data = [...metrics].map(
    ([name, value]): MetricDatum => ({
      MetricName: name,
      Dimensions: [{ Name: 'AutoScalingGroupName', Value: group }],
      Timestamp: new Date(at),
      Value: value,
      Unit: 'None',
    }),
  );
  await put(client, 'AWS/AutoScaling', data);
}

/** Rules A2 and D10: published only for periods in which requests came. */
export async function putRequests(
  client: CloudWatchClient,
  at: number,
  plane: RequestDatapoint,
): Promise<void> {
  const byBalancer = [{ Name: 'LoadBalancer', Value: plane.loadBalancer }];
  const byTargetGroup = [...byBalancer, { Name: 'TargetGroup', Value: plane.targetGroup }];
  const datum = (name: string, value: number, dimensions: MetricDatum['Dimensions']): MetricDatum => ({
    MetricName: name,
    Dimensions: dimensions,
    Timestamp: new Date(at),
    Value: value,
    Unit: 'Count',
  });
  const data = [datum('HealthyHostCount', plane.healthyTargets, byTargetGroup)];
  if (plane.requests > 0) data.push(datum('RequestCount', plane.requests, byBalancer));
  if (plane.requests > 0 && plane.healthyTargets > 0) {
    data.push(datum('RequestCountPerTarget', plane.requests / plane.healthyTargets, byTargetGroup));
  }
  if (plane.target5xx > 0) data.push(datum('HTTPCode_Target_5XX_Count', plane.target5xx, byTargetGroup));
  if (plane.balancer5xx > 0) data.push(datum('HTTPCode_ELB_5XX_Count', plane.balancer5xx, byBalancer));
  await put(client, 'AWS/ApplicationELB', data);
}

async function put(client: CloudWatchClient, namespace: string, data: MetricDatum[]): Promise<void> {
  if (data.length === 0) return;
  await client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData: data }));
}
