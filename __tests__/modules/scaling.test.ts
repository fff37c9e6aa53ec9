// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { AutoscaledService, type AutoscaledServiceProps, presentIf } from '../../modules';
import { addressesOf, at, type Block, type Configuration, synthesize, synthesizeService } from './synthesize';

const label = '${aws_lb.web.arn_suffix}/${aws_lb_target_group.web.arn_suffix}';

function policy(props: Partial<AutoscaledServiceProps>, part: string): Block {
  return at(synthesizeService(props), `aws_autoscaling_policy.web_${part}`);
}

function policiesOf(configuration: Configuration): string[] {
  return addressesOf(configuration).filter((address) => address.startsWith('aws_autoscaling_policy.'));
}

test('requests and bytes are told by the second and followed by the minute, as AWS counts them', () => {
  const scaling: AutoscaledServiceProps['scaling'] = {
    requests: { perTargetPerSecond: 40 },
    networkIn: { bytesPerSecond: 1000 },
    networkOut: { bytesPerSecond: 0.5 },
  };
  const tracking = (part: string) => policy({ scaling }, part).target_tracking_configuration;
  expect(tracking('requests')).toEqual({
    predefined_metric_specification: {
      predefined_metric_type: 'ALBRequestCountPerTarget',
      resource_label: label,
    },
    target_value: 2400,
  });
  expect(tracking('network_in')).toEqual({
    predefined_metric_specification: { predefined_metric_type: 'ASGAverageNetworkIn' },
    target_value: 60_000,
  });
  expect(tracking('network_out')).toEqual({
    predefined_metric_specification: { predefined_metric_type: 'ASGAverageNetworkOut' },
    target_value: 30,
  });
});

test('requests on a load balancer that exists are those to the own target group', () => {
  const configuration = synthesizeService({
    network: { vpcId: 'vpc-1', publicSubnetIds: ['subnet-1', 'subnet-2'] },
    loadBalancer: {
      listenerArn: 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener/app/shared/50dc6c/f2f7dc',
      securityGroupId: 'sg-1',
      dnsName: 'shared-1.eu-central-1.elb.amazonaws.com',
      priority: 10,
      paths: ['/shop/*'],
    },
    scaling: { requests: { perTargetPerSecond: 1 } },
  });
  const { target_tracking_configuration: tracking } = at(
    configuration,
    'aws_autoscaling_policy.web_requests',
  );
  const { resource_label } = (tracking as { predefined_metric_specification: Block })
    .predefined_metric_specification;
  expect(resource_label).toMatch(
    /^\$\{join\("\/", slice\(split\("\/", ".*listener\/app\/shared\/50dc6c\/f2f7dc"\), 1, 4\)\)\}\/\$\{aws_lb_target_group\.web\.arn_suffix\}$/,
  );
});

test('each policy can have a warm-up of its own; the others leave it to the group', () => {
  const scaling: AutoscaledServiceProps['scaling'] = {
    cpu: { warmupSeconds: 0 },
    requests: { perTargetPerSecond: 1, warmupSeconds: 30 },
    networkIn: { bytesPerSecond: 1 },
  };
  expect(policy({ scaling }, 'cpu').estimated_instance_warmup).toBe(0);
  expect(policy({ scaling }, 'requests').estimated_instance_warmup).toBe(30);
  expect(policy({ scaling }, 'network_in')).not.toHaveProperty('estimated_instance_warmup');
});

test.each([
  ['no word of it', {}, undefined, undefined],
  ['one policy switched off', { cpu: { scaleIn: false } }, true, undefined],
  ['all switched off', { scaleIn: false }, true, true],
  ['all but one', { scaleIn: false, cpu: { scaleIn: true } }, undefined, true],
])('scale-in is as it is said: %s', (_what, scaling, cpu, requests) => {
  const configuration = synthesizeService({ scaling: { ...scaling, requests: { perTargetPerSecond: 1 } } });
  const disabled = (part: string) => {
    const { target_tracking_configuration: tracking } = at(
      configuration,
      `aws_autoscaling_policy.web_${part}`,
    );
    return (tracking as Block).disable_scale_in;
  };
  expect([disabled('cpu'), disabled('requests')]).toEqual([cpu, requests]);
});

describe('a policy that follows any metric', () => {
  const customized = (measure: object, more: object = {}) =>
    (
      policy(
        { scaling: { metrics: { 'my-jobs': { measure, target: 5, ...more } as never } } },
        'metric_my_jobs',
      ).target_tracking_configuration as Block
    ).customized_metric_specification;

  test('names it by its dimensions', () => {
    const measure = { namespace: 'Shop', metricName: 'Jobs', dimensions: { Queue: 'a' }, unit: 'Count' };
    expect(customized(measure)).toEqual({
      namespace: 'Shop',
      metric_name: 'Jobs',
      metric_dimension: [{ name: 'Queue', value: 'a' }],
      statistic: 'Average',
      unit: 'Count',
    });
  });

  test.each([
    ['group', [['AutoScalingGroupName', '${aws_autoscaling_group.web.name}']]],
    ['loadBalancer', [['LoadBalancer', '${aws_lb.web.arn_suffix}']]],
    [
      'targetGroup',
      [
        ['LoadBalancer', '${aws_lb.web.arn_suffix}'],
        ['TargetGroup', '${aws_lb_target_group.web.arn_suffix}'],
      ],
    ],
  ])("gets the dimensions of the service's own %s", (of, dimensions) => {
    expect(customized({ namespace: 'Shop', metricName: 'Jobs', of })).toMatchObject({
      metric_dimension: dimensions.map(([name, value]) => ({ name, value })),
    });
  });

  test('looks at it as often as it is asked to', () => {
    const measure = { namespace: 'Shop', metricName: 'Jobs' };
    expect(customized(measure, { periodSeconds: 10 })).toMatchObject({ period: 10 });
    const math = { expression: 'jobs', metrics: { jobs: measure } };
    expect(customized(math, { periodSeconds: 30 })).toMatchObject({
      metrics: [{ metric_stat: { period: 30 } }, { id: 'result' }],
    });
  });

  test('returns the expression of its math and nothing else', () => {
    const measure = {
      expression: 'jobs / instances',
      metrics: {
        jobs: { namespace: 'Shop', metricName: 'Jobs', statistic: 'Sum' },
        instances: { namespace: 'AWS/AutoScaling', metricName: 'GroupInServiceInstances', of: 'group' },
      },
    };
    expect(customized(measure)).toEqual({
      metrics: [
        {
          id: 'jobs',
          metric_stat: { metric: { namespace: 'Shop', metric_name: 'Jobs', dimensions: [] }, stat: 'Sum' },
          return_data: false,
        },
        {
          id: 'instances',
          metric_stat: {
            metric: {
              namespace: 'AWS/AutoScaling',
              metric_name: 'GroupInServiceInstances',
              dimensions: [{ name: 'AutoScalingGroupName', value: '${aws_autoscaling_group.web.name}' }],
            },
            stat: 'Average',
          },
          return_data: false,
        },
        { id: 'result', expression: 'jobs / instances', return_data: true },
      ],
    });
  });

  test('asks for a percentile as a query, the only way Auto Scaling takes one', () => {
    expect(customized({ namespace: 'Shop', metricName: 'Jobs', statistic: 'p99' })).toEqual({
      metrics: [
        {
          id: 'result',
          metric_stat: { metric: { namespace: 'Shop', metric_name: 'Jobs', dimensions: [] }, stat: 'p99' },
          return_data: true,
        },
      ],
    });
  });
});

describe('that something scales a service', () => {
  const withoutCpu = { cpuTarget: 'none' } as const;

  test('is the CPU policy, unless there is another', () => {
    const requests = { perTargetPerSecond: 1 };
    expect(policiesOf(synthesizeService({ ...withoutCpu, scaling: { requests } }))).toEqual([
      'aws_autoscaling_policy.web_requests',
    ]);
  });

  test.each([
    ['nothing at all', {}],
    [
      'schedules alone, which know no load',
      { schedules: { day: { minCapacity: 2, recurrence: '0 8 * * *' } } },
    ],
    ['a forecast alone, which only adds', { predictive: { target: 50 } }],
  ])('is asked for: %s is refused', (_what, scaling) => {
    expect(() => synthesizeService({ ...withoutCpu, scaling })).toThrow(
      expect.objectContaining({
        code: 'NoScalingPolicy',
        message: expect.stringMatching(/Nothing scales web.*scaling\.withoutPolicy/),
      }),
    );
  });

  test('is given up by a word, and that word is refused where it is not true', () => {
    const scaling = { withoutPolicy: true };
    expect(policiesOf(synthesizeService({ ...withoutCpu, scaling }))).toEqual([]);
    expect(() => synthesizeService({ scaling })).toThrow(
      expect.objectContaining({
        code: 'SettingsExclude',
        message: expect.stringMatching(/scaling\.withoutPolicy.*web has cpu/),
      }),
    );
  });

  test('may be said after the service is made', () => {
    const configuration = synthesize((stack) => {
      const { scaling } = new AutoscaledService(stack, 'Service', { name: 'web', ...withoutCpu });
      expect(scaling.cpuPolicy).toBeUndefined();
      scaling.trackRequests({ perTargetPerSecond: 2 });
      scaling.addMetric('jobs', { measure: { namespace: 'Shop', metricName: 'Jobs' }, target: 1 });
      expect([...scaling.policies.keys()]).toEqual(['requests', 'metric-jobs']);
    });
    expect(policiesOf(configuration)).toEqual([
      'aws_autoscaling_policy.web_metric_jobs',
      'aws_autoscaling_policy.web_requests',
    ]);
  });
});

test('what is added is refused as settings are', () => {
  synthesize((stack) => {
    const { scaling } = new AutoscaledService(stack, 'Service', { name: 'web' });
    const refusal = (code: string) => expect.objectContaining({ code });
    expect(() => scaling.trackRequests({ perTargetPerSecond: 0 })).toThrow(refusal('SettingOutOfRange'));
    const measure = { namespace: 'Shop', metricName: 'Jobs' };
    expect(() => scaling.addMetric('Jobs', { measure, target: 1 })).toThrow(refusal('InvalidPartName'));
    expect(() => scaling.addMetric('jobs', { measure, target: 0 })).toThrow(refusal('SettingOutOfRange'));
    expect(() => scaling.addSchedule('Day', { minCapacity: 1, recurrence: '0 8 * * *' })).toThrow(
      refusal('InvalidPartName'),
    );
    expect(() => scaling.addSchedule('day', { recurrence: '0 8 * * *' })).toThrow(refusal('MissingSetting'));
    expect(() => scaling.addSchedule('day', { minCapacity: 3, recurrence: '0 8 * * *' })).toThrow(
      refusal('CapacityInverted'),
    );
  });
});

test('every policy goes with the group when that is replaced', () => {
  const configuration = synthesizeService({
    scaling: {
      requests: { perTargetPerSecond: 1 },
      metrics: { jobs: { measure: { namespace: 'Shop', metricName: 'Jobs' }, target: 1 } },
      predictive: {},
    },
  });
  const policies = policiesOf(configuration);
  expect(policies).toHaveLength(4);
  for (const address of policies) {
    expect(at(configuration, address)).toMatchObject({
      autoscaling_group_name: '${aws_autoscaling_group.web.name}',
      lifecycle: { replace_triggered_by: ['aws_autoscaling_group.web.id'] },
    });
  }
});

test('a policy may be left to the plan', () => {
  const requests = presentIf('var.requests != null', { perTargetPerSecond: 1 });
  expect(policy({ scaling: { requests } }, 'requests').count).toBe('${var.requests != null ? 1 : 0}');
});
