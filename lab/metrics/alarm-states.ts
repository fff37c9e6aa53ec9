/** The states of alarms by name: those of scaling policies are the model's, all others CloudWatch's. */
import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { AlarmState, Region } from '../autoscaling/model';
import { trackingPolicies } from '../autoscaling/policies';

/** One that is not in the answer does not exist. */
export async function alarmStates(
  names: readonly string[],
  region: Region,
  cloudwatch: CloudWatchClient,
): Promise<ReadonlyMap<string, AlarmState>> {
  if (names.length === 0) return new Map();
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({
      AlarmNames: [...names],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: 100,
    }),
  );
  const ofPolicies = [...region.groups.values()]
    .flatMap((group) => trackingPolicies(group).flatMap(({ alarms }) => alarms))
    .filter(({ name }) => names.includes(name));
  return new Map([
    ...[...MetricAlarms, ...CompositeAlarms].map(({ AlarmName = '', StateValue }): [string, AlarmState] => [
      AlarmName,
      StateValue ?? 'INSUFFICIENT_DATA',
    ]),
    ...ofPolicies.map(({ name, state }): [string, AlarmState] => [name, state]),
  ]);
}
