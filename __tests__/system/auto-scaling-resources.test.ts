import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AutoScalingClient, DescribeLifecycleHooksCommand } from '@aws-sdk/client-auto-scaling';
import { machineImages } from '../../lab/moto/images';
import { inventory } from '../../lab/moto/moto';
import type { ChangeSummary } from '../../lab/terraform/progress';
import type { TerraformProject } from '../../lab/terraform/project';
import { type LabFixture, labFixture, region } from '../support/lab-fixture';

type Arguments = Record<string, unknown>;
/** By type, then by name. */
type Resources = Record<string, Record<string, Arguments>>;

const reference = (expression: string) => `\${${expression}}`;

/** What hangs on the group `web`, and the group itself; no instance, so that only the API is at work. */
const managed: Resources = {
  aws_autoscaling_group: {
    web: {
      name: 'web',
      min_size: 0,
      max_size: 4,
      vpc_zone_identifier: reference('data.aws_subnets.default.ids'),
      launch_template: { name: 'web', version: '$Latest' },
      health_check_grace_period: 120,
      default_instance_warmup: 90,
      termination_policies: ['OldestLaunchTemplate', 'OldestInstance'],
      suspended_processes: ['AZRebalance', 'ReplaceUnhealthy'],
      enabled_metrics: ['GroupDesiredCapacity', 'GroupInServiceInstances'],
      tag: [
        { key: 'Name', value: 'web', propagate_at_launch: true },
        { key: 'team', value: 'shop', propagate_at_launch: false },
      ],
    },
  },
  aws_autoscaling_policy: {
    cpu: {
      name: 'cpu',
      autoscaling_group_name: reference('aws_autoscaling_group.web.name'),
      policy_type: 'TargetTrackingScaling',
      estimated_instance_warmup: 60,
      target_tracking_configuration: {
        predefined_metric_specification: { predefined_metric_type: 'ASGAverageCPUUtilization' },
        target_value: 50,
      },
    },
  },
  aws_autoscaling_lifecycle_hook: {
    boot: {
      name: 'boot',
      autoscaling_group_name: reference('aws_autoscaling_group.web.name'),
      lifecycle_transition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      heartbeat_timeout: 120,
      default_result: 'CONTINUE',
    },
    goodbye: {
      name: 'goodbye',
      autoscaling_group_name: reference('aws_autoscaling_group.web.name'),
      lifecycle_transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      heartbeat_timeout: 3600,
    },
  },
  aws_autoscaling_schedule: {
    morning: {
      scheduled_action_name: 'morning',
      autoscaling_group_name: reference('aws_autoscaling_group.web.name'),
      recurrence: '0 8 * * 1-5',
      time_zone: 'Europe/Berlin',
      min_size: 1,
      max_size: -1,
      desired_capacity: -1,
    },
  },
};

const beside: Resources = {
  aws_launch_template: {
    web: { name: 'web', image_id: machineImages[0]?.imageId, instance_type: 't3.micro' },
  },
  aws_lb_target_group: {
    web: { name: 'web', port: 80, protocol: 'HTTP', vpc_id: reference('data.aws_vpc.default.id') },
  },
  aws_autoscaling_group: {
    mixed: {
      name: 'mixed',
      min_size: 0,
      max_size: 8,
      capacity_rebalance: true,
      vpc_zone_identifier: reference('data.aws_subnets.default.ids'),
      mixed_instances_policy: {
        instances_distribution: {
          on_demand_base_capacity: 1,
          on_demand_percentage_above_base_capacity: 25,
          spot_allocation_strategy: 'price-capacity-optimized',
        },
        launch_template: {
          launch_template_specification: {
            launch_template_id: reference('aws_launch_template.web.id'),
            version: '$Latest',
          },
          override: [
            { instance_type: 't3.micro', weighted_capacity: '1' },
            {
              instance_type: 't3.small',
              weighted_capacity: '2',
              launch_template_specification: { launch_template_id: reference('aws_launch_template.web.id') },
            },
          ],
        },
      },
    },
    warm: {
      name: 'warm',
      min_size: 0,
      max_size: 2,
      vpc_zone_identifier: reference('data.aws_subnets.default.ids'),
      launch_template: { id: reference('aws_launch_template.web.id') },
      warm_pool: {
        pool_state: 'Running',
        min_size: 0,
        max_group_prepared_capacity: 0,
        instance_reuse_policy: { reuse_on_scale_in: true },
      },
    },
    matching: {
      name: 'matching',
      min_size: 0,
      max_size: 2,
      vpc_zone_identifier: reference('data.aws_subnets.default.ids'),
      mixed_instances_policy: {
        launch_template: {
          launch_template_specification: { launch_template_id: reference('aws_launch_template.web.id') },
          override: [
            {
              instance_requirements: {
                vcpu_count: { min: 2, max: 4 },
                memory_mib: { min: 4096 },
                excluded_instance_types: ['c7i.*'],
                burstable_performance: 'excluded',
              },
            },
          ],
        },
      },
    },
    // Sets nothing that it needn't: what AWS leaves out of its answers shows here.
    bare: {
      name: 'bare',
      min_size: 0,
      max_size: 1,
      vpc_zone_identifier: reference('data.aws_subnets.default.ids'),
      launch_template: { id: reference('aws_launch_template.web.id') },
      lifecycle: { ignore_changes: ['tag'] },
    },
  },
  aws_autoscaling_policy: {
    backlog: {
      name: 'backlog',
      autoscaling_group_name: reference('aws_autoscaling_group.mixed.name'),
      policy_type: 'TargetTrackingScaling',
      target_tracking_configuration: {
        target_value: 10,
        customized_metric_specification: {
          metrics: [
            {
              id: 'm1',
              metric_stat: {
                stat: 'Average',
                metric: {
                  namespace: 'Shop',
                  metric_name: 'Backlog',
                  dimensions: [{ name: 'Queue', value: 'orders' }],
                },
              },
              return_data: false,
            },
            { id: 'e1', expression: 'FILL(m1, REPEAT) / 10', return_data: true },
          ],
        },
      },
    },
    sessions: {
      name: 'sessions',
      autoscaling_group_name: reference('aws_autoscaling_group.mixed.name'),
      policy_type: 'TargetTrackingScaling',
      target_tracking_configuration: {
        target_value: 100,
        disable_scale_in: true,
        customized_metric_specification: {
          namespace: 'Shop',
          metric_name: 'Sessions',
          statistic: 'Average',
          period: 30,
          metric_dimension: [{ name: 'Site', value: 'web' }],
        },
      },
    },
    network: {
      name: 'network',
      autoscaling_group_name: reference('aws_autoscaling_group.mixed.name'),
      policy_type: 'TargetTrackingScaling',
      target_tracking_configuration: {
        target_value: 1_000_000,
        predefined_metric_specification: { predefined_metric_type: 'ASGAverageNetworkOut' },
      },
    },
    steps: {
      name: 'steps',
      autoscaling_group_name: reference('aws_autoscaling_group.mixed.name'),
      policy_type: 'StepScaling',
      adjustment_type: 'PercentChangeInCapacity',
      min_adjustment_magnitude: 1,
      estimated_instance_warmup: 30,
      step_adjustment: [
        { metric_interval_lower_bound: 0, metric_interval_upper_bound: 10.5, scaling_adjustment: 10 },
        { metric_interval_lower_bound: 10.5, scaling_adjustment: 30 },
      ],
    },
    simple: {
      name: 'simple',
      autoscaling_group_name: reference('aws_autoscaling_group.mixed.name'),
      adjustment_type: 'ChangeInCapacity',
      scaling_adjustment: -1,
      cooldown: 60,
    },
    forecast: {
      name: 'forecast',
      autoscaling_group_name: reference('aws_autoscaling_group.mixed.name'),
      policy_type: 'PredictiveScaling',
      predictive_scaling_configuration: {
        mode: 'ForecastOnly',
        scheduling_buffer_time: 300,
        metric_specification: {
          target_value: 40,
          predefined_metric_pair_specification: { predefined_metric_type: 'ASGCPUUtilization' },
        },
      },
    },
  },
  aws_cloudwatch_metric_alarm: {
    busy: {
      alarm_name: 'busy',
      comparison_operator: 'GreaterThanThreshold',
      evaluation_periods: 2,
      metric_name: 'Sessions',
      namespace: 'Shop',
      period: 60,
      statistic: 'Average',
      threshold: 500,
      alarm_actions: [reference('aws_autoscaling_policy.steps.arn')],
    },
  },
  aws_autoscaling_group_tag: {
    bare: {
      autoscaling_group_name: reference('aws_autoscaling_group.bare.name'),
      tag: { key: 'team', value: 'shop', propagate_at_launch: true },
    },
  },
  aws_autoscaling_attachment: {
    bare: {
      autoscaling_group_name: reference('aws_autoscaling_group.bare.name'),
      lb_target_group_arn: reference('aws_lb_target_group.web.arn'),
    },
  },
};

function configuration(resources: Resources, more: object = {}): object {
  return {
    terraform: { required_providers: { aws: { source: 'hashicorp/aws', version: '>= 5.100, < 7.0' } } },
    provider: { aws: [{ region }] },
    data: {
      aws_vpc: { default: { default: true } },
      aws_subnets: { default: { filter: [{ name: 'default-for-az', values: ['true'] }] } },
    },
    resource: resources,
    ...more,
  };
}

/** Both, name by name. */
function together(one: Resources, other: Resources): Resources {
  const types = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...types].map((type) => [type, { ...one[type], ...other[type] }]));
}

/** The resources with some arguments of one of them changed. */
function changed(type: string, name: string, change: Arguments, of: Resources): Resources {
  return { ...of, [type]: { ...of[type], [name]: { ...of[type]?.[name], ...change } } };
}

/** Type, name, and the arguments that change. */
type Change = [string, string, Arguments];

async function applied(project: TerraformProject): Promise<{ updates: string[]; summary: ChangeSummary }> {
  const updates: string[] = [];
  const summary = await project.apply({
    onProgress: ({ action, address, state }) => {
      if (action === 'update' && state === 'finished') updates.push(address);
    },
  });
  return { updates: updates.sort(), summary };
}

/** Steps of one story: what an earlier one changed stays so for the later ones. */
describe('Terraform on the Auto Scaling of the embedded AWS', () => {
  let fixture: LabFixture;
  let project: TerraformProject;
  let before: string[];
  let current = managed;

  const write = (stack: string, content: object): string => {
    const directory = join(fixture.directory, 'stacks', stack);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'cdk.tf.json'), JSON.stringify(content));
    return directory;
  };

  const whole = () =>
    configuration(
      changed(
        'aws_autoscaling_group',
        'web',
        { depends_on: ['aws_launch_template.web'] },
        together(current, beside),
      ),
    );

  const apiClient = () =>
    new AutoScalingClient({
      endpoint: fixture.lab.environment.AWS_ENDPOINT_URL,
      region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });

  beforeAll(async () => {
    fixture = await labFixture(1);
    before = await inventory(fixture.lab.motoUrl);
    project = fixture.project('resources', write('resources', whole()));
    await project.init();
    await project.apply();
  }, 180_000);

  afterAll(async () => fixture?.stop(), 60_000);

  test('what was created is what was asked for: a second plan is empty', async () => {
    expect(await project.plan()).toMatchObject({ changes: [], empty: true });
  }, 60_000);

  test.each<[string, Change[]]>([
    [
      'limits, times, termination policies and tags',
      [
        [
          'aws_autoscaling_group',
          'web',
          {
            max_size: 6,
            health_check_grace_period: 0,
            default_instance_warmup: 0,
            termination_policies: ['NewestInstance'],
            tag: [
              { key: 'Name', value: 'site', propagate_at_launch: false },
              { key: 'owner', value: '', propagate_at_launch: true },
            ],
          },
        ],
      ],
    ],
    [
      'suspended processes and metrics, and the target of the policy',
      [
        [
          'aws_autoscaling_group',
          'web',
          {
            suspended_processes: ['ReplaceUnhealthy', 'ScheduledActions'],
            enabled_metrics: ['GroupDesiredCapacity', 'GroupMaxSize'],
          },
        ],
        [
          'aws_autoscaling_policy',
          'cpu',
          {
            estimated_instance_warmup: undefined,
            target_tracking_configuration: {
              predefined_metric_specification: { predefined_metric_type: 'ASGAverageCPUUtilization' },
              target_value: 40.5,
              disable_scale_in: true,
            },
          },
        ],
      ],
    ],
    [
      'lifecycle hook and scheduled action',
      [
        [
          'aws_autoscaling_lifecycle_hook',
          'boot',
          { heartbeat_timeout: 300, default_result: 'ABANDON', notification_metadata: '{"a":1}' },
        ],
        [
          'aws_autoscaling_schedule',
          'morning',
          {
            recurrence: '30 7 * * *',
            time_zone: 'America/New_York',
            min_size: -1,
            max_size: 5,
            desired_capacity: 0,
          },
        ],
      ],
    ],
  ])(
    'a change of %s is made in place, and settles',
    async (_what, changes) => {
      for (const [type, name, change] of changes) current = changed(type, name, change, current);
      project.use(write('resources', whole()));
      expect(await applied(project)).toEqual({
        updates: changes.map(([type, name]) => `${type}.${name}`).sort(),
        summary: { added: 0, changed: changes.length, destroyed: 0 },
      });
      expect(await project.plan()).toMatchObject({ changes: [], empty: true });
    },
    60_000,
  );

  test('group, policy, hooks and schedule are imported into a fresh state, and settle', async () => {
    const ids = {
      'aws_autoscaling_group.web': 'web',
      'aws_autoscaling_policy.cpu': 'web/cpu',
      'aws_autoscaling_lifecycle_hook.boot': 'web/boot',
      'aws_autoscaling_lifecycle_hook.goodbye': 'web/goodbye',
      'aws_autoscaling_schedule.morning': 'web/morning',
    };
    const imports = Object.entries(ids).map(([to, id]) => ({ to, id }));
    const stack = configuration(current, { import: imports });
    const imported = fixture.project('imported', write('imported', stack));
    await imported.init();
    expect(await applied(imported)).toEqual({
      // Arguments that no API answers, such as force_delete, come into the state with their defaults.
      updates: ['aws_autoscaling_group.web'],
      summary: { added: 0, changed: 1, destroyed: 0 },
    });
    expect(await imported.plan()).toMatchObject({ changes: [], empty: true });
  }, 60_000);

  // heartbeat_timeout is not Computed in the provider, and AWS answers its default of 3600 (rule F7).
  test('a lifecycle hook without heartbeat_timeout is applied, and a change in every plan, as on AWS', async () => {
    current = changed('aws_autoscaling_lifecycle_hook', 'goodbye', { heartbeat_timeout: undefined }, current);
    project.use(write('resources', whole()));
    await project.apply();
    expect((await project.plan()).changes).toEqual([
      { address: 'aws_autoscaling_lifecycle_hook.goodbye', actions: ['update'] },
    ]);
    const { LifecycleHooks = [] } = await apiClient().send(
      new DescribeLifecycleHooksCommand({ AutoScalingGroupName: 'web', LifecycleHookNames: ['goodbye'] }),
    );
    expect(LifecycleHooks).toMatchObject([{ HeartbeatTimeout: 3600, DefaultResult: 'ABANDON' }]);
  }, 60_000);

  test('destroy leaves nothing of it', async () => {
    await project.destroy();
    expect(await inventory(fixture.lab.motoUrl)).toEqual(before);
    expect(fixture.lab.region.groups.size).toBe(0);
  }, 90_000);
});
