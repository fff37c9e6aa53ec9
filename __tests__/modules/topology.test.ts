// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { AutoscaledService, type AutoscaledServiceProps } from '../../modules';
import { addressesOf, at, type Configuration, synthesize, synthesizeService } from './synthesize';

const standard = synthesizeService();
const everything: Partial<AutoscaledServiceProps> = {
  name: 'my-shop',
  network: { privateInstances: true, zones: 'all' },
  ssh: { keyName: 'ops', sourceCidrs: ['203.0.113.0/24'] },
  policyStatements: [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::files/${aws:username}/*'] }],
  image: { ssmParameter: '/images/shop' },
  logs: { retentionDays: 30 },
};

describe('addresses', () => {
  test('are these, without hashes, each with the service in front', () => {
    expect(addressesOf(standard)).toEqual([
      'aws_autoscaling_group.web',
      'aws_autoscaling_lifecycle_hook.web_launch',
      'aws_autoscaling_policy.web_cpu',
      'aws_default_security_group.web',
      'aws_iam_instance_profile.web_instance',
      'aws_iam_role.web_instance',
      'aws_iam_role_policy.web_boot',
      'aws_iam_role_policy.web_session_manager',
      'aws_internet_gateway.web',
      'aws_launch_template.web',
      'aws_lb.web',
      'aws_lb_listener.web_http',
      'aws_lb_target_group.web',
      'aws_route.web_public',
      'aws_route_table.web_public',
      'aws_route_table_association.web_public',
      'aws_s3_bucket.web_releases',
      'aws_s3_bucket_lifecycle_configuration.web_releases',
      'aws_s3_bucket_ownership_controls.web_releases',
      'aws_s3_bucket_policy.web_releases',
      'aws_s3_bucket_public_access_block.web_releases',
      'aws_s3_bucket_server_side_encryption_configuration.web_releases',
      'aws_s3_bucket_versioning.web_releases',
      'aws_s3_object.web_app',
      'aws_s3_object.web_node',
      'aws_security_group.web_instances',
      'aws_security_group.web_load_balancer',
      'aws_subnet.web_public',
      'aws_vpc.web',
      'aws_vpc_security_group_egress_rule.web_to_everywhere',
      'aws_vpc_security_group_egress_rule.web_to_instances',
      'aws_vpc_security_group_ingress_rule.web_from_load_balancer',
      'aws_vpc_security_group_ingress_rule.web_http_from_everywhere',
      'data.aws_availability_zones.web',
      'data.aws_caller_identity.web',
      'data.aws_default_tags.web',
      'data.aws_ec2_instance_type_offerings.web',
      'data.aws_partition.web',
      'data.aws_region.web',
      'data.aws_ssm_parameter.web_image',
    ]);
  });

  test('of what is asked for besides are these', () => {
    const added = addressesOf(synthesizeService({ ...everything, name: 'web' })).filter(
      (address) => !addressesOf(standard).includes(address),
    );
    expect(added).toEqual([
      'aws_cloudwatch_log_group.web',
      'aws_eip.web_nat',
      'aws_iam_role_policy.web_service',
      'aws_nat_gateway.web',
      'aws_route.web_private',
      'aws_route_table.web_private',
      'aws_route_table_association.web_private',
      'aws_subnet.web_private',
      'aws_vpc_security_group_ingress_rule.web_ssh',
      'data.aws_ami.web_image',
    ]);
  });

  test('have underscores where the name has hyphens', () => {
    const ids = addressesOf(synthesizeService(everything)).map((address) => address.split('.').at(-1));
    expect(ids.filter((id) => !/^my_shop(_[a-z_]+)?$/.test(id ?? ''))).toEqual([]);
  });

  test('do not depend on where in the construct tree the service stands', () => {
    const nested = synthesize((stack) => {
      const shelf = new Vpc(stack, 'Shelf', { cidrBlock: '10.200.0.0/16' });
      new AutoscaledService(shelf, 'Deep', { name: 'web' });
    });
    expect(addressesOf(nested)).toEqual(expect.arrayContaining(addressesOf(standard)));
  });

  test('of two services in one stack stand side by side', () => {
    const both = synthesize((stack) => {
      new AutoscaledService(stack, 'Web', { name: 'web' });
      new AutoscaledService(stack, 'Api', { name: 'api' });
    });
    const ofApi = addressesOf(standard).map((address) => address.replace('.web', '.api'));
    expect(addressesOf(both)).toEqual([...addressesOf(standard), ...ofApi].sort());
  });

  test('of two services with one name are refused at once, since CDKTF would drop one of each', () => {
    const addSecond = jest.fn(
      (stack: TerraformStack) => new AutoscaledService(stack, 'Two', { name: 'web' }),
    );
    const refusal = expect.objectContaining({
      code: 'DuplicateAddress',
      message: expect.stringContaining('One/'),
    });
    synthesize((stack) => {
      const alone = new TerraformStack(stack.node.root, 'alone');
      new AutoscaledService(alone, 'One', { name: 'web' });
      expect(() => addSecond(alone)).toThrow(refusal);
    });
    expect(addSecond).toHaveBeenCalled();
  });

  test('that a resource of the user takes later are refused at synth', () => {
    expect(() =>
      synthesize((stack) => {
        new AutoscaledService(stack, 'Service', { name: 'web' });
        new Vpc(stack, 'Mine', { cidrBlock: '10.1.0.0/16' }).overrideLogicalId('web');
      }),
    ).toThrow(
      expect.objectContaining({ code: 'DuplicateAddress', message: expect.stringContaining('aws_vpc.web') }),
    );
  });
});

describe('load balancer', () => {
  test('drops invalid headers and lets a leaving instance drain for 30 seconds', () => {
    expect(at(standard, 'aws_lb.web')).toMatchObject({ internal: false, drop_invalid_header_fields: true });
    expect(at(standard, 'aws_lb_target_group.web')).toMatchObject({
      deregistration_delay: '30',
      target_type: 'instance',
      health_check: {
        path: '/readyz',
        interval: 10,
        timeout: 5,
        healthy_threshold: 2,
        unhealthy_threshold: 2,
        matcher: '200',
      },
    });
  });

  test('gets a target group of another name whenever the group is replaced, before the old one goes', () => {
    const nameIn = (props: Partial<AutoscaledServiceProps>) =>
      String(at(synthesizeService(props), 'aws_lb_target_group.web').name);
    const given = { publicSubnetIds: ['subnet-1', 'subnet-2'] };
    const names = [
      nameIn({}),
      nameIn({ network: { cidr: '10.1.0.0/16' } }),
      nameIn({ network: { vpcId: 'vpc-1', ...given } }),
      nameIn({ network: { vpcId: 'vpc-2', ...given } }),
    ];
    expect(new Set(names).size).toBe(4);
    expect(nameIn({ healthCheck: { path: '/' }, network: { zones: 2 } })).toBe(names[0]);
    expect(at(standard, 'aws_lb_target_group.web').lifecycle).toEqual({ create_before_destroy: true });
  });

  test('gets a target group whose name fits into 32 characters, and is the same at every synth', () => {
    const name = 'a23456789-123456789-123';
    expect(name).toHaveLength(23);
    const groupName = () =>
      String(at(synthesizeService({ name }), 'aws_lb_target_group.a23456789_123456789_123').name);
    expect(groupName()).toMatch(new RegExp(`^${name}-[0-9a-f]{8}$`));
    expect(groupName()).toBe(groupName());
  });
});

describe('scaling', () => {
  test("tracks the group's average CPU and leaves the warm-up to the group", () => {
    const policy = at(
      synthesizeService({ cpuTarget: 10, warmupSeconds: 30 }),
      'aws_autoscaling_policy.web_cpu',
    );
    expect(policy).toMatchObject({
      autoscaling_group_name: '${aws_autoscaling_group.web.name}',
      policy_type: 'TargetTrackingScaling',
      target_tracking_configuration: {
        target_value: 10,
        predefined_metric_specification: { predefined_metric_type: 'ASGAverageCPUUtilization' },
      },
    });
    expect(policy).not.toHaveProperty('estimated_instance_warmup');
  });
});

describe('image', () => {
  test.each([
    [{}, '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id'],
    [
      { instanceType: 'c7gn.large', release: 'arm' },
      '/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id',
    ],
    [
      { image: { os: 'ubuntu-24.04', publication: '20251022' } },
      '/aws/service/canonical/ubuntu/server/24.04/stable/20251022/amd64/hvm/ebs-gp3/ami-id',
    ],
    [{ image: { os: 'debian-12' } }, '/aws/service/debian/release/12/latest/amd64'],
    [
      { image: { os: 'debian-12', publication: '20251112-2294' }, instanceType: 't4g.micro', release: 'arm' },
      '/aws/service/debian/release/12/20251112-2294/arm64',
    ],
    [{ image: { ssmParameter: '/images/shop' } }, '/images/shop'],
  ] as const)('%j is found at %s', (props, parameter) => {
    const configuration = synthesizeService(props);
    expect(at(configuration, 'data.aws_ssm_parameter.web_image').name).toBe(parameter);
    // `value` would be hidden in the plan as a secret.
    expect(at(configuration, 'aws_launch_template.web').image_id).toBe(
      '${data.aws_ssm_parameter.web_image.insecure_value}',
    );
  });

  test('of the user by its id keeps the size of its root volume unless told otherwise', () => {
    const configuration = synthesizeService({ image: { amiId: 'ami-1' } });
    expect(at(configuration, 'aws_launch_template.web')).toMatchObject({
      image_id: 'ami-1',
      block_device_mappings: [{ device_name: '${data.aws_ami.web_image.root_device_name}' }],
    });
    expect(volumeOf(configuration)).not.toHaveProperty('volume_size');
    expect(volumeOf(synthesizeService({ image: { amiId: 'ami-1' }, rootVolumeGiB: 20 }))).toMatchObject({
      volume_size: 20,
    });
  });
});

test('a service hands out what other parts of a stack refer to', () => {
  const configuration = synthesize((stack) => {
    const service = new AutoscaledService(stack, 'S', { name: 'web' });
    const { url, dnsName, securityGroupId, autoscalingGroupName, targetGroupArn } = service;
    const all = { url, dnsName, securityGroupId, autoscalingGroupName, targetGroupArn };
    for (const [name, value] of Object.entries(all)) new TerraformOutput(stack, name, { value });
  });
  const { output } = configuration as unknown as { output: Record<string, { value: string }> };
  expect(Object.fromEntries(Object.entries(output).map(([name, { value }]) => [name, value]))).toEqual({
    url: 'http://${aws_lb.web.dns_name}',
    dnsName: '${aws_lb.web.dns_name}',
    securityGroupId: '${aws_security_group.web_instances.id}',
    autoscalingGroupName: '${aws_autoscaling_group.web.name}',
    targetGroupArn: '${aws_lb_target_group.web.arn}',
  });
});

function volumeOf(configuration: Configuration): unknown {
  return (at(configuration, 'aws_launch_template.web').block_device_mappings as { ebs: unknown }[])[0]?.ebs;
}
