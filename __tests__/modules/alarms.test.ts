// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { type AlarmsProps, AutoscaledService, type AutoscaledServiceProps, presentIf } from '../../modules';
import { addressesOf, at, type Block, type Configuration, synthesize, synthesizeService } from './synthesize';

const withAlarms = (alarms: AlarmsProps, more: Partial<AutoscaledServiceProps> = {}) =>
  synthesizeService({ observability: { alarms }, ...more });
const standard = withAlarms({});

function alarmsIn(configuration: Configuration): string[] {
  return Object.keys(configuration.resource.aws_cloudwatch_metric_alarm ?? {}).sort();
}

function alarm(part: string, alarms?: AlarmsProps): Block {
  return at(alarms === undefined ? standard : withAlarms(alarms), `aws_cloudwatch_metric_alarm.web_${part}`);
}

/** The metrics of an alarm on metric math, and its expression, by their ids. */
function queriesOf({ metric_query }: Block): Record<string, unknown> {
  const queries = metric_query as {
    id: string;
    expression?: string;
    metric?: { metric_name: string; stat: string };
  }[];
  return Object.fromEntries(
    queries.map(({ id, expression, metric }) => [id, expression ?? `${metric?.metric_name} ${metric?.stat}`]),
  );
}

const targets = {
  LoadBalancer: '${aws_lb.web.arn_suffix}',
  TargetGroup: '${aws_lb_target_group.web.arn_suffix}',
};

describe('the standard alarms', () => {
  test('are there when alarms are asked for, and not before', () => {
    expect(alarmsIn(standard)).toEqual([
      'web_at_maximum',
      'web_latency',
      'web_load_balancer_errors',
      'web_target_errors',
      'web_unhealthy_hosts',
    ]);
    expect(alarmsIn(synthesizeService({ observability: {} }))).toEqual([]);
    expect(addressesOf(synthesizeService({ observability: {} }))).toEqual(addressesOf(synthesizeService()));
  });

  test('say what is wrong, to the topic, and that it is over', () => {
    for (const name of alarmsIn(standard)) {
      expect(at(standard, `aws_cloudwatch_metric_alarm.${name}`)).toMatchObject({
        alarm_name: name.replace('web_', 'web-').replaceAll('_', '-'),
        alarm_description: expect.stringContaining('web'),
        alarm_actions: ['${aws_sns_topic.web_alarms.arn}'],
        ok_actions: ['${aws_sns_topic.web_alarms.arn}'],
        treat_missing_data: 'notBreaching',
      });
    }
  });

  test.each([
    ['target_errors', 'targetErrors'],
    ['load_balancer_errors', 'loadBalancerErrors'],
    ['latency', 'latency'],
    ['unhealthy_hosts', 'unhealthyHosts'],
    ['at_maximum', 'atMaximum'],
  ])('%s is left out, at synth or by the plan', (part, setting) => {
    expect(alarmsIn(withAlarms({ [setting]: 'none' }))).not.toContain(`web_${part}`);
    const optional = presentIf('var.it != null', {});
    expect(alarm(part, { [setting]: optional }).count).toBe('${var.it != null ? 1 : 0}');
  });

  test('errors of the service are a share of its answers', () => {
    const errors = alarm('target_errors');
    expect(errors).toMatchObject({
      comparison_operator: 'GreaterThanThreshold',
      threshold: 1,
      evaluation_periods: 5,
    });
    expect(queriesOf(errors)).toEqual({
      result: '100 * errors / requests',
      errors: 'HTTPCode_Target_5XX_Count Sum',
      requests: 'RequestCount Sum',
    });
  });

  test('errors of the load balancer are a share of all answers, those that no target was chosen for included', () => {
    const errors = alarm('load_balancer_errors', { loadBalancerErrors: { percent: 5, minutes: 2 } });
    expect(errors).toMatchObject({ threshold: 5, evaluation_periods: 2 });
    expect(queriesOf(errors)).toEqual({
      result: '100 * errors / (FILL(requests, 0) + errors)',
      errors: 'HTTPCode_ELB_5XX_Count Sum',
      requests: 'RequestCount Sum',
    });
    // Those of one target group would be no whole that the errors of the balancer are a part of.
    const queries = errors.metric_query as { metric?: Block }[];
    const dimensions = queries.flatMap(({ metric }) => (metric === undefined ? [] : [metric.dimensions]));
    expect(dimensions).toEqual(
      [targets.LoadBalancer, targets.LoadBalancer].map((LoadBalancer) => ({ LoadBalancer })),
    );
  });

  test.each(['target_errors', 'load_balancer_errors', 'at_maximum'])(
    'of the queries of %s, one returns data',
    (part) => {
      const { metric_query } = alarm(part);
      const returned = (metric_query as Block[]).filter(({ return_data }) => return_data);
      expect(returned.map(({ id }) => id)).toEqual(['result']);
    },
  );

  test('errors may be counted instead', () => {
    expect(alarm('target_errors', { targetErrors: { count: 0 } })).toMatchObject({
      namespace: 'AWS/ApplicationELB',
      metric_name: 'HTTPCode_Target_5XX_Count',
      dimensions: targets,
      statistic: 'Sum',
      threshold: 0,
      period: 60,
    });
  });

  test('latency is the 99th percentile, which a handful of requests does not have', () => {
    expect(alarm('latency')).toMatchObject({
      metric_name: 'TargetResponseTime',
      dimensions: targets,
      extended_statistic: 'p99',
      evaluate_low_sample_count_percentiles: 'ignore',
      threshold: 1,
    });
    expect(alarm('latency', { latency: { seconds: 0.2, percentile: 99.9, minutes: 1 } })).toMatchObject({
      extended_statistic: 'p99.9',
      threshold: 0.2,
      evaluation_periods: 1,
    });
  });

  test('one unhealthy host is one too many, unless more are said', () => {
    const comparison_operator = 'GreaterThanOrEqualToThreshold';
    expect(alarm('unhealthy_hosts')).toMatchObject({
      statistic: 'Maximum',
      threshold: 1,
      comparison_operator,
    });
    expect(alarm('unhealthy_hosts', { unhealthyHosts: { hosts: 3 } })).toMatchObject({ threshold: 3 });
  });

  test('a group at its maximum is seen by its own metrics', () => {
    expect(queriesOf(alarm('at_maximum'))).toEqual({
      result: 'IF(capacity >= maximum, 1, 0)',
      capacity: 'GroupInServiceCapacity Average',
      maximum: 'GroupMaxSize Average',
    });
    expect(alarm('at_maximum')).toMatchObject({
      comparison_operator: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluation_periods: 15,
    });
  });

  test.each<readonly [string, Partial<AutoscaledServiceProps>]>([
    ['that can not grow', { minCapacity: 2, maxCapacity: 2 }],
    ['that grows to its minimum by default', { minCapacity: 3 }],
    ['without metrics of its own', { observability: { alarms: {}, groupMetrics: false } }],
  ])('a group %s has no alarm about its maximum', (_what, props) => {
    const parts = alarmsIn(withAlarms({}, props));
    expect(parts).not.toContain('web_at_maximum');
    expect(parts).toHaveLength(4);
  });

  test("errors of somebody else's load balancer are nobody's alarm, unless asked for", () => {
    const shared: Partial<AutoscaledServiceProps> = {
      network: { vpcId: 'vpc-1', publicSubnetIds: ['subnet-1', 'subnet-2'] },
      loadBalancer: {
        listenerArn:
          'arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener/app/shared/50dc6c/f2f7dc',
        securityGroupId: 'sg-1',
        dnsName: 'shared-1.eu-central-1.elb.amazonaws.com',
        priority: 10,
        paths: ['/shop/*'],
      },
    };
    expect(alarmsIn(withAlarms({}, shared))).not.toContain('web_load_balancer_errors');
    expect(alarmsIn(withAlarms({ loadBalancerErrors: {} }, shared))).toContain('web_load_balancer_errors');
  });

  test('credits are watched on request, at the pace at which AWS puts them', () => {
    expect(alarm('cpu_credits', { cpuCredits: { credits: 20, minutes: 30 } })).toMatchObject({
      metric_name: 'CPUCreditBalance',
      statistic: 'Minimum',
      comparison_operator: 'LessThanThreshold',
      threshold: 20,
      period: 300,
      evaluation_periods: 6,
      // Between two values nothing changes: the alarm stays what it is.
      treat_missing_data: 'ignore',
    });
  });
});

describe('alarms of a service', () => {
  const busy = {
    measure: { namespace: 'Shop', metricName: 'Jobs', dimensions: { Queue: 'a' } },
    threshold: 10,
  } as const;

  test('may be on any metric', () => {
    expect(
      alarm('busy', {
        metrics: {
          busy: {
            ...busy,
            comparison: 'LessThanThreshold',
            periodSeconds: 300,
            periods: 4,
            datapoints: 3,
            missingData: 'breaching',
            description: 'Idle.',
          },
        },
      }),
    ).toMatchObject({
      alarm_name: 'web-busy',
      alarm_description: 'Idle.',
      namespace: 'Shop',
      metric_name: 'Jobs',
      dimensions: { Queue: 'a' },
      statistic: 'Average',
      comparison_operator: 'LessThanThreshold',
      threshold: 10,
      period: 300,
      evaluation_periods: 4,
      datapoints_to_alarm: 3,
      treat_missing_data: 'breaching',
    });
  });

  test('may be added, tell the same topic, and are refused as settings are', () => {
    const configuration = synthesize((stack) => {
      const { observability } = new AutoscaledService(stack, 'Service', {
        name: 'web',
        observability: { alarms: {} },
      });
      const measure = observability.metrics.cpu('Maximum');
      expect(observability.addAlarm('hot', { measure, threshold: 95 })).toBe(
        observability.alarms?.byName.get('hot'),
      );
      const again = () => observability.addAlarm('latency', { measure, threshold: 95 });
      expect(again).toThrow(expect.objectContaining({ code: 'DuplicateAlarm' }));
      const unnamed = () => observability.addAlarm('Hot', { measure, threshold: 95 });
      expect(unnamed).toThrow(expect.objectContaining({ code: 'InvalidPartName' }));
    });
    expect(at(configuration, 'aws_cloudwatch_metric_alarm.web_hot')).toMatchObject({
      metric_name: 'CPUUtilization',
      statistic: 'Maximum',
      dimensions: { AutoScalingGroupName: '${aws_autoscaling_group.web.name}' },
      alarm_actions: ['${aws_sns_topic.web_alarms.arn}'],
    });
  });

  test('that are added where the settings have none tell nobody, and bring nothing else', () => {
    const configuration = synthesize((stack) => {
      const { observability } = new AutoscaledService(stack, 'Service', { name: 'web' });
      observability.addAlarm('busy', busy);
      observability.addAlarm('busier', busy);
    });
    const without = addressesOf(synthesizeService());
    expect(addressesOf(configuration).filter((address) => !without.includes(address))).toEqual([
      'aws_cloudwatch_metric_alarm.web_busier',
      'aws_cloudwatch_metric_alarm.web_busy',
    ]);
    expect(at(configuration, 'aws_cloudwatch_metric_alarm.web_busy').alarm_actions).toEqual([]);
  });

  test('tell the end of an alarm unless they are asked not to', () => {
    expect(alarm('latency', { tellRecovery: false })).not.toHaveProperty('ok_actions');
  });
});
