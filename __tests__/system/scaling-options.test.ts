/** What Terraform makes of the settings of scaling and observability, as Auto Scaling and CloudWatch have it then. */
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribePoliciesCommand,
  DescribeScheduledActionsCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import type { TerraformProject } from '../../lab/terraform/project';
import type { ScheduleProps } from '../../modules';
import type { ServiceOptions } from '../support/configurations';
import { type LabFixture, labFixture, region } from '../support/lab-fixture';
import { writeStack } from '../support/stack-fixture';

const morning: ScheduleProps = { minCapacity: 2, recurrence: '0 8 * * MON-FRI', timeZone: 'Europe/Berlin' };

const optionsWith = (schedule: ScheduleProps): ServiceOptions => ({
  maxCapacity: 4,
  scaling: {
    requests: { perTargetPerSecond: 40, warmupSeconds: 30, scaleIn: false },
    metrics: {
      sessions: {
        measure: { namespace: 'Shop', metricName: 'Sessions', of: 'group' },
        target: 5,
        periodSeconds: 10,
      },
    },
    schedules: { morning: schedule },
  },
  observability: { alarms: {}, dashboard: {} },
});

describe('a service with policies, a schedule, alarms and a dashboard', () => {
  let fixture: LabFixture;
  let project: TerraformProject;
  let autoScaling: AutoScalingClient;
  let cloudWatch: CloudWatchClient;

  const write = (schedule: ScheduleProps) =>
    writeStack(fixture.directory, 'web', { title: '', props: optionsWith(schedule) });

  beforeAll(async () => {
    fixture = await labFixture(1);
    const settings = {
      endpoint: fixture.lab.environment.AWS_ENDPOINT_URL,
      region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    autoScaling = new AutoScalingClient(settings);
    cloudWatch = new CloudWatchClient(settings);
    project = fixture.project('web', write(morning));
    await project.init();
    await project.apply();
  }, 240_000);

  afterAll(async () => fixture?.stop(), 90_000);

  const plannedFor = async (schedule: ScheduleProps) => {
    project.use(write(schedule));
    const { changes } = await project.plan();
    return changes.map(({ address, actions }) => [address, ...actions]);
  };

  test('A1, A4: policies count the requests to its own targets by the minute, and a metric every 10 seconds', async () => {
    const { ScalingPolicies = [] } = await autoScaling.send(
      new DescribePoliciesCommand({ AutoScalingGroupName: 'web' }),
    );
    const tracking = Object.fromEntries(
      ScalingPolicies.map((policy) => [policy.PolicyName, policy.TargetTrackingConfiguration]),
    );
    expect(Object.keys(tracking).sort()).toEqual(['web-cpu', 'web-metric-sessions', 'web-requests']);
    expect(tracking['web-requests']).toMatchObject({
      TargetValue: 2400,
      DisableScaleIn: true,
      PredefinedMetricSpecification: {
        ResourceLabel: expect.stringMatching(/^app\/web\/\w+\/targetgroup\/web-\w{8}\/\w+$/),
      },
    });
    expect(tracking['web-metric-sessions']?.CustomizedMetricSpecification).toMatchObject({
      Period: 10,
      Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'web' }],
    });
    const warmups = ScalingPolicies.map((policy) => policy.EstimatedInstanceWarmup).filter(Boolean);
    expect(warmups).toEqual([30]);
  });

  test('F8: a schedule says nothing of the sizes that its settings say nothing of', async () => {
    const { ScheduledUpdateGroupActions = [] } = await autoScaling.send(
      new DescribeScheduledActionsCommand({ AutoScalingGroupName: 'web' }),
    );
    expect(ScheduledUpdateGroupActions).toMatchObject([
      {
        ScheduledActionName: expect.stringMatching(/^web-morning-[0-9a-f]{8}$/),
        MinSize: 2,
        Recurrence: '0 8 * * MON-FRI',
        TimeZone: 'Europe/Berlin',
      },
    ]);
    for (const size of ['MaxSize', 'DesiredCapacity']) {
      expect(ScheduledUpdateGroupActions[0]).not.toHaveProperty(size);
    }
  });

  test('an apply leaves the limit that the schedule has set, and sets back the other', async () => {
    const set = (sizes: object) =>
      autoScaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'web', ...sizes }));
    await set({ MinSize: 2 });
    expect(await project.plan()).toMatchObject({ empty: true });
    await set({ MinSize: 1, MaxSize: 6 });
    expect((await project.plan()).changes.map(({ address }) => address)).toEqual([
      'aws_autoscaling_group.web',
    ]);
    await set({ MaxSize: 4 });
  }, 120_000);

  test('a schedule at another time takes the place of the old one; other sizes are the same one', async () => {
    const address = 'aws_autoscaling_schedule.web_morning';
    expect(await plannedFor({ ...morning, recurrence: '0 7 * * *' })).toEqual([
      [address, 'delete', 'create'],
    ]);
    expect(await plannedFor({ ...morning, minCapacity: 3 })).toEqual([[address, 'update']]);
  }, 120_000);

  test('the group tells of itself once a minute', async () => {
    const { AutoScalingGroups = [] } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
    const enabled = AutoScalingGroups[0]?.EnabledMetrics ?? [];
    expect(enabled.map(({ Metric }) => Metric)).toEqual(
      expect.arrayContaining(['GroupInServiceCapacity', 'GroupMaxSize', 'GroupDesiredCapacity']),
    );
    expect(new Set(enabled.map(({ Granularity }) => Granularity))).toEqual(new Set(['1Minute']));
  });

  test('the dashboard shows every alarm, and every alarm tells the topic', async () => {
    const { MetricAlarms = [] } = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: 'web-' }),
    );
    const { DashboardBody } = await cloudWatch.send(
      new GetDashboardCommand({ DashboardName: `web-${region}` }),
    );
    const { widgets } = JSON.parse(DashboardBody ?? '') as {
      widgets: { type: string; properties: { alarms?: string[] } }[];
    };
    const shown = widgets.find(({ type }) => type === 'alarm')?.properties.alarms ?? [];
    expect(MetricAlarms).toHaveLength(5);
    expect([...shown].sort()).toEqual(MetricAlarms.map(({ AlarmArn }) => AlarmArn).sort());
    for (const { AlarmActions } of MetricAlarms) {
      expect(AlarmActions).toEqual([expect.stringMatching(/^arn:aws:sns:eu-central-1:\d{12}:web-alarms$/)]);
    }
  });
});
