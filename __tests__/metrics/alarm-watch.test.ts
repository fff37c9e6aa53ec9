import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricAlarm,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { AlarmWatch } from '../../lab/metrics/alarm-watch';
import { Pace } from '../../lab/pace';

const tenfold = new Pace(10);

/** A CloudWatch with one alarm and its metric, whose minute takes 6 s. */
function setUp(change: Partial<MetricAlarm> = {}) {
  const alarm: MetricAlarm = {
    AlarmName: 'queue',
    AlarmArn: 'arn:queue',
    StateValue: 'OK',
    Namespace: 'Shop',
    MetricName: 'Backlog',
    Statistic: 'Average',
    Period: 60,
    EvaluationPeriods: 2,
    Threshold: 10,
    ComparisonOperator: 'GreaterThanThreshold',
    ActionsEnabled: true,
    AlarmActions: ['arn:out'],
    OKActions: ['arn:in'],
    ...change,
  };
  const world = { value: 50 as number | undefined, alarms: [alarm] };
  const read: number[] = [];
  const warnings: string[] = [];
  const client = {
    send: async (command: object) => {
      if (command instanceof DescribeAlarmsCommand) return { MetricAlarms: world.alarms };
      if (command instanceof GetMetricDataCommand) {
        read.push(command.input.StartTime?.getTime() ?? -1);
        return { MetricDataResults: [{ Values: world.value === undefined ? [] : [world.value] }] };
      }
      if (command instanceof SetAlarmStateCommand) alarm.StateValue = command.input.StateValue;
      return {};
    },
  } as unknown as CloudWatchClient;
  const watch = new AlarmWatch(client, (text) => warnings.push(text));
  const look = async (now: number) => (await watch.look(now, tenfold)).says;
  return { watch, look, alarm, world, read, warnings };
}

test('each period that is over is read once, and enough of the past at first', async () => {
  const { look, read } = setUp();
  await look(60_000);
  await look(61_000);
  await look(66_000);
  expect(read).toEqual([48_000, 54_000, 60_000]);
});

test('A9: an alarm names its actions when its state begins, and again each minute while it lasts', async () => {
  const { look, alarm, world } = setUp();
  expect(await look(60_000)).toEqual([{ alarm: 'queue', actions: ['arn:out'], threshold: 10, value: 50 }]);
  expect(alarm.StateValue).toBe('ALARM');
  expect(await look(62_000)).toEqual([]);
  expect(await look(66_000)).toHaveLength(1);
  world.value = 1;
  expect(await look(72_000)).toMatchObject([{ actions: ['arn:in'], value: 1 }]);
  expect(alarm.StateValue).toBe('OK');
});

test('one of 10 s names its actions once a minute', async () => {
  const { look } = setUp({ Period: 10 });
  const said = [];
  for (let now = 60_000; now < 72_000; now += 1000) said.push(...(await look(now)));
  expect(said).toHaveLength(2);
});

test('another state names its own actions at once, be it in the same minute', async () => {
  const { look, world } = setUp({ Period: 10, EvaluationPeriods: 1 });
  expect(await look(60_000)).toMatchObject([{ actions: ['arn:out'] }]);
  world.value = 1;
  expect(await look(61_000)).toMatchObject([{ actions: ['arn:in'] }]);
});

test('actions that are not enabled are not named, and the state is kept all the same', async () => {
  const { look, alarm } = setUp({ ActionsEnabled: false });
  expect(await look(60_000)).toEqual([]);
  expect(alarm.StateValue).toBe('ALARM');
});

test('an alarm that nobody has ever reported to keeps the state that it was given', async () => {
  const { look, alarm, world } = setUp({ StateValue: 'ALARM' });
  world.value = undefined;
  expect(await look(60_000)).toEqual([]);
  expect(alarm.StateValue).toBe('ALARM');
});

test('what is counted is counted for as long as its period would be, by the real clock', async () => {
  const { look } = setUp({ Statistic: 'Sum' });
  expect(await look(60_000)).toMatchObject([{ value: 500 }]);
});

test('an expression is evaluated', async () => {
  const stat = { Metric: { Namespace: 'Shop', MetricName: 'Backlog' }, Period: 60, Stat: 'Average' };
  const { look } = setUp({
    Statistic: undefined,
    Period: undefined,
    Metrics: [
      { Id: 'm1', MetricStat: stat, ReturnData: false },
      { Id: 'e1', Expression: 'm1 / 2' },
    ],
  });
  expect(await look(60_000)).toMatchObject([{ value: 25 }]);
});

test.each<[string, Partial<MetricAlarm>, string]>([
  ['a percentile', { Statistic: undefined, ExtendedStatistic: 'p99' }, 'statistic p99'],
  ['a band', { ComparisonOperator: 'GreaterThanUpperThreshold' }, 'comparison GreaterThanUpperThreshold'],
  ['another expression', { Metrics: [{ Id: 'e1', Expression: 'RATE(m1)' }] }, 'RATE(m1)'],
])('of %s it is told once that it is not evaluated', async (_what, change, expected) => {
  const { look, warnings, alarm } = setUp(change);
  await look(60_000);
  await look(66_000);
  expect(warnings).toEqual([expect.stringContaining(expected)]);
  expect(warnings[0]).toContain('queue');
  expect(alarm.StateValue).toBe('OK');
});

test('a definition that changed begins anew, and one that is gone is forgotten', async () => {
  const { look, watch, world, alarm } = setUp();
  await look(60_000);
  alarm.Threshold = 60;
  await look(61_000);
  expect(alarm.StateValue).toBe('OK');
  world.alarms = [];
  await look(62_000);
  expect(watch.hasSome).toBe(false);
});
