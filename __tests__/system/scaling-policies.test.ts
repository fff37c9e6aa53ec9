/** Policies, alarms and schedules at work on process machines, each in the group that the one before left. */
import { join } from 'node:path';
import {
  DeletePolicyCommand,
  DescribePoliciesCommand,
  PutScalingPolicyCommand,
  PutScheduledUpdateGroupActionCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { runAb } from '../../lab/load/ab';
import { eventually, type LabFixture, labFixture } from '../support/lab-fixture';
import { type SmallService, smallService } from '../support/small-service';

let fixture: LabFixture;
let service: SmallService;

beforeAll(async () => {
  fixture = await labFixture(20);
  service = await smallService(fixture);
}, 120_000);

afterAll(async () => fixture?.stop(), 60_000);

/** One instance, and none of the policies and alarms of the test before. */
afterEach(async () => {
  for (const name of [...service.group().policies.keys()]) {
    await service.autoScaling.send(
      new DeletePolicyCommand({ AutoScalingGroupName: 'web', PolicyName: name }),
    );
  }
  await service.autoScaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'web', MinSize: 1, DesiredCapacity: 1 }),
  );
  await eventually('the group is small again', () => service.group().instances.size === 1, 60_000);
}, 90_000);

const grown = (size: number) => async () => service.healthy().length === size;

const decision = () => fixture.events.past.findLast((event) => event.type === 'decision');

test('A1: a policy on requests per target scales out under ab, and what it saw is in CloudWatch', async () => {
  await service.autoScaling.send(
    new PutScalingPolicyCommand({
      AutoScalingGroupName: 'web',
      PolicyName: 'requests',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingConfiguration: {
        TargetValue: 600,
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'ALBRequestCountPerTarget',
          ResourceLabel: service.resourceLabel,
        },
      },
    }),
  );
  const ending = new AbortController();
  const load = runAb(fixture.processes, {
    run: 1,
    requests: 1_000_000,
    concurrency: 2,
    url: service.url,
    outputFile: join(fixture.directory, 'ab.txt'),
    signal: ending.signal,
  }).catch((error: Error) => error.name);
  const since = new Date();
  await eventually('all instances are there that the group may have', grown(4), 60_000);
  ending.abort();
  expect(await load).toBe('AbortError');
  expect(decision()).toMatchObject({ policy: 'requests', to: 4 });
  const [, loadBalancer, targetGroup] = /^(app\/.*)\/(targetgroup\/.*)$/.exec(service.resourceLabel) ?? [];
  const { Datapoints = [] } = await service.cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCountPerTarget',
      Dimensions: [
        { Name: 'LoadBalancer', Value: loadBalancer },
        { Name: 'TargetGroup', Value: targetGroup },
      ],
      StartTime: since,
      EndTime: new Date(Date.now() + 60_000),
      Period: 60,
      Statistics: ['Sum'],
    }),
  );
  expect(Datapoints[0]?.Sum).toBeGreaterThan(0);
}, 120_000);

test('A2: bytes of a process machine are those that the balancer passed to it and back', async () => {
  const [id = ''] = service.serving();
  const sumOf = async (MetricName: string) => {
    const { Datapoints = [] } = await service.cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/EC2',
        MetricName,
        Dimensions: [{ Name: 'InstanceId', Value: id }],
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 60_000),
        Period: 3600,
        Statistics: ['Sum'],
      }),
    );
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  };
  const before = await sumOf('NetworkOut');
  const answer = await (await fetch(service.url)).text();
  await eventually(
    'the answer is counted',
    async () => (await sumOf('NetworkOut')) >= before + answer.length,
    30_000,
  );
  expect(await sumOf('NetworkIn')).toBeGreaterThan(0);
}, 60_000);

test('A3: a metric of one’s own scales out, by an expression that repeats its last value', async () => {
  await service.autoScaling.send(
    new PutScalingPolicyCommand({
      AutoScalingGroupName: 'web',
      PolicyName: 'backlog',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingConfiguration: {
        TargetValue: 10,
        CustomizedMetricSpecification: {
          Metrics: [
            {
              Id: 'm1',
              MetricStat: {
                Metric: { Namespace: 'Shop', MetricName: 'Backlog' },
                Stat: 'Average',
                Period: 60,
              },
              ReturnData: false,
            },
            { Id: 'e1', Expression: 'FILL(m1, REPEAT) / 10', ReturnData: true },
          ],
        },
      },
    }),
  );
  await service.cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: 'Shop',
      MetricData: [{ MetricName: 'Backlog', Value: 150, Timestamp: new Date() }],
    }),
  );
  await eventually('a second instance is healthy', grown(2), 60_000);
  expect(decision()).toMatchObject({ policy: 'backlog', from: 1, to: 2 });
}, 90_000);

test('A18: an alarm in CloudWatch invokes a step scaling policy, and has the state that it came to', async () => {
  const { PolicyARN = '' } = await service.autoScaling.send(
    new PutScalingPolicyCommand({
      AutoScalingGroupName: 'web',
      PolicyName: 'steps',
      PolicyType: 'StepScaling',
      AdjustmentType: 'ChangeInCapacity',
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 20, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 20, ScalingAdjustment: 2 },
      ],
    }),
  );
  await service.cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'latency',
      Namespace: 'Shop',
      MetricName: 'Latency',
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 100,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [PolicyARN],
    }),
  );
  await service.cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: 'Shop',
      MetricData: [{ MetricName: 'Latency', Value: 130, Timestamp: new Date() }],
    }),
  );
  await eventually('two more instances are healthy', grown(3), 60_000);
  expect(decision()).toMatchObject({
    policy: 'steps',
    cause: expect.stringContaining('a monitor alarm latency in state ALARM triggered policy steps'),
  });
  const { ScalingPolicies = [] } = await service.autoScaling.send(new DescribePoliciesCommand({}));
  expect(ScalingPolicies[0]?.Alarms).toMatchObject([{ AlarmName: 'latency' }]);
  await eventually('nothing comes any more', async () => {
    const { MetricAlarms = [] } = await service.cloudwatch.send(new DescribeAlarmsCommand({}));
    return MetricAlarms[0]?.StateValue === 'INSUFFICIENT_DATA';
  });
}, 90_000);

test('B17: a scheduled action acts when its time has come', async () => {
  await service.autoScaling.send(
    new PutScheduledUpdateGroupActionCommand({
      AutoScalingGroupName: 'web',
      ScheduledActionName: 'morning',
      StartTime: new Date(Date.now() + 5000),
      MinSize: 2,
    }),
  );
  expect(service.group().desiredCapacity).toBe(1);
  await eventually('a second instance is healthy', grown(2), 60_000);
  expect(service.group().activities[0]?.cause).toMatch(
    /a scheduled action morning was executed changing the desired capacity from 1 to 2/,
  );
}, 90_000);
