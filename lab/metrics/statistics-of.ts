/** One metric in one period that is over, as CloudWatch has it. */
import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { MetricStat } from '../autoscaling/tracked-metric';

export interface Period {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds on this host's clock. */
  readonly length: number;
}

/**
 * What is counted is scaled to `secondsCounted` of this host's clock: requests and what else comes in are as many each
 * second as they really are, however fast the lab's minutes pass.
 */
export async function statisticOf(
  client: CloudWatchClient,
  { namespace, name, dimensions, statistic, unit }: MetricStat,
  { at, length }: Period,
  secondsCounted: number,
): Promise<number | undefined> {
  // moto looks at whole seconds.
  const end = Math.max(at + length, at + 1000);
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(at),
      EndTime: new Date(end),
      MetricDataQueries: [
        {
          Id: 'm1',
          MetricStat: {
            Metric: {
              Namespace: namespace,
              MetricName: name,
              Dimensions: dimensions.map((dimension) => ({ Name: dimension.name, Value: dimension.value })),
            },
            Period: Math.ceil((end - at) / 1000),
            Stat: statistic,
            ...(unit === undefined ? {} : { Unit: unit as never }),
          },
        },
      ],
    }),
  );
  const value = MetricDataResults[0]?.Values?.[0];
  if (value === undefined) return undefined;
  return statistic === 'Sum' || statistic === 'SampleCount' ? scaledTo(secondsCounted, value, length) : value;
}

/** What was counted in so many milliseconds, as it would be in so many seconds. */
export function scaledTo(seconds: number, count: number, milliseconds: number): number {
  return (count * seconds * 1000) / milliseconds;
}
