// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { TerraformOutput, TerraformStack, Token } from 'cdktf';
import { AutoscaledService, type AutoscaledServiceProps } from '../../modules';
import { evaluate } from './evaluate';
import { addressesOf, at, type Block, type Configuration, synthesize, synthesizeService } from './synthesize';

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

describe('network', () => {
  test('has a subnet for each of three zones, keyed by the name of the zone', () => {
    const subnet = at(standard, 'aws_subnet.web_public');
    expect(subnet.availability_zone).toBe('${each.value}');
    expect(subnet.for_each).toMatch(
      /^\$\{toset\(slice\(data\.aws_availability_zones\.web\.names, 0, min\(3, /,
    );
    // By place among all zones: a subnet keeps its range when `zones` changes.
    expect(subnet.cidr_block).toBe(
      '${cidrsubnet("10.0.0.0/16", 4, index(data.aws_availability_zones.web.names, each.value))}',
    );
  });

  test('takes all zones when asked to, and never one that has to be opted in', () => {
    const all = synthesizeService({ network: { zones: 'all' } });
    expect(at(all, 'aws_subnet.web_public').for_each).toBe('${toset(data.aws_availability_zones.web.names)}');
    expect(at(all, 'data.aws_availability_zones.web').filter).toEqual([
      { name: 'opt-in-status', values: ['opt-in-not-required'] },
    ]);
  });

  test('says at plan when an instance type is not offered, which never decides about subnets', () => {
    const { precondition } = at(standard, 'aws_autoscaling_group.web').lifecycle as Lifecycle;
    expect(precondition[0]?.condition).toMatch(
      /length\(setsubtract\(.*data\.aws_ec2_instance_type_offerings\.web\.locations\)\) < 1/,
    );
    expect(precondition[0]?.error_message).toContain('t3.micro is not offered in');
    expect(JSON.stringify(at(standard, 'aws_subnet.web_public'))).not.toContain('offerings');
  });

  test('keeps private instances behind one NAT gateway, in ranges of their own', () => {
    const configuration = synthesizeService({ network: { privateInstances: true } });
    expect(at(configuration, 'aws_subnet.web_private').cidr_block).toContain('(8 + index(');
    expect(at(configuration, 'aws_route.web_private')).toMatchObject({
      destination_cidr_block: '0.0.0.0/0',
      nat_gateway_id: '${aws_nat_gateway.web.id}',
    });
    expect(at(configuration, 'aws_nat_gateway.web').subnet_id).toMatch(
      /^\$\{aws_subnet\.web_public\[element\(.*, 0\)\]\.id\}$/,
    );
    expect(at(configuration, 'aws_autoscaling_group.web')).toMatchObject({
      vpc_zone_identifier: '${values(aws_subnet.web_private)[*].id}',
      depends_on: expect.arrayContaining([
        'aws_route.web_private',
        'aws_route_table_association.web_private',
      ]),
    });
    expect(at(configuration, 'aws_lb.web').subnets).toBe('${values(aws_subnet.web_public)[*].id}');
    expect(interfaceOf(configuration).associate_public_ip_address).toBe('false');
  });

  test('in a given VPC makes nothing of its own', () => {
    const network = { vpcId: 'vpc-1', publicSubnetIds: ['subnet-1', 'subnet-2'] };
    const configuration = synthesizeService({ network });
    expect(
      addressesOf(configuration).filter((address) =>
        /vpc\.|subnet|route|gateway|zones|offerings/.test(address),
      ),
    ).toEqual([]);
    expect(at(configuration, 'aws_lb.web').subnets).toEqual(['subnet-1', 'subnet-2']);
    expect(at(configuration, 'aws_autoscaling_group.web').vpc_zone_identifier).toEqual([
      'subnet-1',
      'subnet-2',
    ]);
    expect(interfaceOf(configuration).associate_public_ip_address).toBe('true');
    const behind = synthesizeService({ network: { ...network, instanceSubnetIds: ['subnet-3'] } });
    expect(at(behind, 'aws_autoscaling_group.web').vpc_zone_identifier).toEqual(['subnet-3']);
    expect(interfaceOf(behind).associate_public_ip_address).toBe('false');
  });

  test('takes a VPC and subnets that another part of the stack makes', () => {
    const configuration = synthesize((stack) => {
      const vpc = new Vpc(stack, 'Mine', { cidrBlock: '10.1.0.0/16' });
      vpc.overrideLogicalId('mine');
      const subnets = Token.asList('${aws_subnet.mine[*].id}');
      new AutoscaledService(stack, 'S', {
        name: 'web',
        network: { vpcId: vpc.id, publicSubnetIds: subnets },
      });
    });
    expect(at(configuration, 'aws_lb.web').subnets).toBe('${aws_subnet.mine[*].id}');
    expect(at(configuration, 'aws_lb_target_group.web').vpc_id).toBe('${aws_vpc.mine.id}');
  });

  test('replaces load balancer and group together with the VPC', () => {
    for (const address of ['aws_lb.web', 'aws_autoscaling_group.web']) {
      expect(at(standard, address).lifecycle).toMatchObject({ replace_triggered_by: ['aws_vpc.web.id'] });
    }
  });
});

describe('who may connect to whom', () => {
  test('the world to the load balancer, the load balancer to the instances, and nobody else', () => {
    const rules = Object.values(standard.resource.aws_vpc_security_group_ingress_rule ?? {});
    expect(rules).toHaveLength(2);
    expect(at(standard, 'aws_vpc_security_group_ingress_rule.web_http_from_everywhere')).toMatchObject({
      security_group_id: '${aws_security_group.web_load_balancer.id}',
      cidr_ipv4: '0.0.0.0/0',
      from_port: 80,
      to_port: 80,
    });
    expect(at(standard, 'aws_vpc_security_group_ingress_rule.web_from_load_balancer')).toMatchObject({
      security_group_id: '${aws_security_group.web_instances.id}',
      referenced_security_group_id: '${aws_security_group.web_load_balancer.id}',
      from_port: 80,
      to_port: 80,
    });
  });

  test('the load balancer to nothing but the instances, the instances to everywhere', () => {
    const rules = Object.values(standard.resource.aws_vpc_security_group_egress_rule ?? {});
    const of = (group: string) =>
      rules.filter(({ security_group_id }) => security_group_id === `\${aws_security_group.${group}.id}`);
    expect(of('web_load_balancer')).toEqual([
      expect.objectContaining({
        referenced_security_group_id: '${aws_security_group.web_instances.id}',
        from_port: 80,
        to_port: 80,
        ip_protocol: 'tcp',
      }),
    ]);
    expect(of('web_instances')).toEqual([
      expect.objectContaining({ cidr_ipv4: '0.0.0.0/0', ip_protocol: '-1' }),
    ]);
  });

  test('SSH only when asked for, with a key pair, from the given ranges', () => {
    expect(at(standard, 'aws_launch_template.web').key_name).toBeUndefined();
    const configuration = synthesizeService({
      ssh: { keyName: 'ops', sourceCidrs: ['203.0.113.0/24', '10.0.0.0/8'] },
    });
    expect(at(configuration, 'aws_launch_template.web').key_name).toBe('ops');
    expect(at(configuration, 'aws_vpc_security_group_ingress_rule.web_ssh')).toMatchObject({
      for_each: '${toset(["203.0.113.0/24", "10.0.0.0/8"])}',
      cidr_ipv4: '${each.value}',
      from_port: 22,
      to_port: 22,
    });
  });

  test("a user's security groups beside the service's own", () => {
    const configuration = synthesizeService({ securityGroupIds: ['sg-database'] });
    expect(interfaceOf(configuration).security_groups).toEqual([
      '${aws_security_group.web_instances.id}',
      'sg-database',
    ]);
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

describe('fleet', () => {
  const group = at(standard, 'aws_autoscaling_group.web');
  const template = at(standard, 'aws_launch_template.web');

  test('never says how many instances are desired: an apply would undo a scale-out', () => {
    expect(group).toMatchObject({ min_size: 1, max_size: 2 });
    expect(JSON.stringify(standard)).not.toContain('desired_capacity');
  });

  test('may grow to its minimum where that is above the default maximum', () => {
    expect(at(synthesizeService({ minCapacity: 3 }), 'aws_autoscaling_group.web')).toMatchObject({
      min_size: 3,
      max_size: 3,
    });
  });

  test('follows the number of the latest template version, so that a plan shows it', () => {
    expect(group.launch_template).toEqual({
      id: '${aws_launch_template.web.id}',
      version: '${aws_launch_template.web.latest_version}',
    });
  });

  test('is checked by the load balancer, warms up, and has time to boot', () => {
    expect(group).toMatchObject({
      health_check_type: 'ELB',
      default_instance_warmup: 90,
      health_check_grace_period: 60,
      min_elb_capacity: 1,
      wait_for_capacity_timeout: '660s',
      target_group_arns: ['${aws_lb_target_group.web.arn}'],
    });
    expect(group).not.toHaveProperty('wait_for_elb_capacity');
  });

  test('starts only when everything stands that its first instance needs', () => {
    const addresses = addressesOf(standard);
    const needed = addresses.filter((address) =>
      /^aws_(route|route_table_association|vpc_security_group_\w+|iam_role_policy|lb_listener|s3_(?!bucket\.|bucket_lifecycle|bucket_versioning)\w+)\./.test(
        address,
      ),
    );
    expect([...(group.depends_on as string[])].sort()).toEqual(needed);
  });

  test('no policy names the group by reference, which would be a deadlock', () => {
    for (const policy of Object.values(standard.resource.aws_iam_role_policy ?? {})) {
      expect(JSON.stringify(policy)).not.toContain('aws_autoscaling_group');
    }
    expect(group.name).toBe('web');
  });

  test('asks for IMDSv2, one hop, no tags in the metadata', () => {
    expect(template.metadata_options).toEqual({
      http_endpoint: 'enabled',
      http_tokens: 'required',
      http_put_response_hop_limit: 1,
      instance_metadata_tags: 'disabled',
    });
  });

  test('has an encrypted gp3 volume, a CPU datapoint each minute, and tags on instances and volumes', () => {
    expect(template.block_device_mappings).toEqual([
      {
        device_name: '/dev/sda1',
        ebs: { volume_size: 8, volume_type: 'gp3', encrypted: 'true', delete_on_termination: 'true' },
      },
    ]);
    expect(template.monitoring).toEqual({ enabled: true });
    const tagged = synthesizeService({ tags: { Team: 'shop' } });
    expect(at(tagged, 'aws_launch_template.web').tag_specifications).toEqual([
      { resource_type: 'volume', tags: { Name: 'web', Service: 'web', Team: 'shop' } },
    ]);
    expect(at(tagged, 'aws_autoscaling_group.web').tag).toContainEqual({
      key: 'Team',
      value: 'shop',
      propagate_at_launch: true,
    });
    expect(at(tagged, 'aws_vpc.web').tags).toEqual({ Name: 'web', Service: 'web', Team: 'shop' });
  });

  test("carries a user's statements with IAM's own variables and references to other resources", () => {
    const configuration = synthesize((stack) => {
      const bucket = new Vpc(stack, 'Other', { cidrBlock: '10.3.0.0/16' });
      bucket.overrideLogicalId('other');
      new AutoscaledService(stack, 'S', {
        name: 'web',
        policyStatements: [
          {
            actions: ['s3:*'],
            resources: [`${bucket.arn}/\${aws:username}`, ...Token.asList('${local.arns}')].slice(0, 1),
            conditions: { StringEquals: { 'aws:PrincipalTag/team': ['shop', 'web'] } },
          },
          { effect: 'Deny', actions: ['s3:DeleteObject'], resources: Token.asList('${local.arns}') },
        ],
      });
    });
    const policy = at(configuration, 'aws_iam_role_policy.web_service').policy;
    const values = { 'aws_vpc.other.arn': 'arn:other', 'local.arns': ['arn:1', 'arn:2'] };
    expect(JSON.parse(String(evaluate(policy, values)))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['s3:*'],
          Resource: ['arn:other/${aws:username}'],
          Condition: { StringEquals: { 'aws:PrincipalTag/team': ['shop', 'web'] } },
        },
        { Effect: 'Deny', Action: ['s3:DeleteObject'], Resource: ['arn:1', 'arn:2'] },
      ],
    });
  });
});

test('what hangs on the group by its name is replaced together with the group', () => {
  for (const address of ['aws_autoscaling_policy.web_cpu', 'aws_autoscaling_lifecycle_hook.web_launch']) {
    expect(at(standard, address)).toMatchObject({
      autoscaling_group_name: '${aws_autoscaling_group.web.name}',
      lifecycle: { replace_triggered_by: ['aws_autoscaling_group.web.id'] },
    });
  }
});

describe('launch hook', () => {
  const hookOf = (configuration: Configuration) =>
    at(configuration, 'aws_autoscaling_lifecycle_hook.web_launch');
  const initialHookOf = (configuration: Configuration) =>
    at(configuration, 'aws_autoscaling_group.web').initial_lifecycle_hook;

  test('keeps an instance out of service until it says that it serves, and gives up one that does not', () => {
    expect(hookOf(standard)).toMatchObject({
      autoscaling_group_name: '${aws_autoscaling_group.web.name}',
      name: 'launch',
      lifecycle_transition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      heartbeat_timeout: 300,
      default_result: 'ABANDON',
    });
  });

  test('is there for the very first instance, and a change of it does not replace the group', () => {
    for (const configuration of [standard, synthesizeService({ bootSeconds: 600 })]) {
      const { autoscaling_group_name, lifecycle, '//': _, ...hook } = hookOf(configuration);
      expect(initialHookOf(configuration)).toEqual([hook]);
    }
    const { lifecycle } = at(standard, 'aws_autoscaling_group.web');
    expect(lifecycle).toMatchObject({ ignore_changes: ['initial_lifecycle_hook'] });
  });

  test('waits longer where instances boot longer', () => {
    expect(hookOf(synthesizeService({ bootSeconds: 600 })).heartbeat_timeout).toBe(780);
  });
});

describe('role of the instances', () => {
  const references = {
    'aws_s3_bucket.web_releases.arn': 'arn:aws:s3:::web-releases-1',
    'data.aws_partition.web.partition': 'aws',
    'data.aws_region.web.id': 'eu-central-1',
    'data.aws_caller_identity.web.account_id': '111122223333',
    'aws_cloudwatch_log_group.web.name': 'web',
  };
  const statementsOf = (configuration: Configuration, policy: string) => {
    const document = evaluate(at(configuration, `aws_iam_role_policy.${policy}`).policy, references);
    return JSON.parse(String(document)).Statement;
  };
  const readReleases = {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:GetObjectVersion'],
    Resource: ['arn:aws:s3:::web-releases-1/releases/*'],
  };
  const answerHook = {
    Effect: 'Allow',
    Action: ['autoscaling:CompleteLifecycleAction', 'autoscaling:RecordLifecycleActionHeartbeat'],
    Resource: ['arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:*:autoScalingGroupName/web'],
  };

  test('may read its releases, answer for itself and use Session Manager, and nothing else until told so', () => {
    expect(Object.keys(standard.resource.aws_iam_role_policy ?? {}).sort()).toEqual([
      'web_boot',
      'web_session_manager',
    ]);
    expect(statementsOf(standard, 'web_boot')).toEqual([readReleases, answerHook]);
    expect(statementsOf(standard, 'web_session_manager')).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'ssm:UpdateInstanceInformation',
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
        Resource: ['*'],
      },
    ]);
    for (const type of ['aws_iam_role_policy_attachment', 'aws_iam_policy']) {
      expect(standard.resource[type]).toBeUndefined();
    }
    expect(at(standard, 'aws_iam_role.web_instance')).not.toHaveProperty('managed_policy_arns');
  });

  test('may read the parameters of its secrets, each by its name', () => {
    const secrets = { PASSWORD: '/shop/database/password', TOKEN: 'token', AGAIN: 'token' };
    expect(statementsOf(synthesizeService({ secrets }), 'web_boot')).toEqual([
      readReleases,
      answerHook,
      {
        Effect: 'Allow',
        Action: ['ssm:GetParameters'],
        Resource: [
          'arn:aws:ssm:eu-central-1:111122223333:parameter/shop/database/password',
          'arn:aws:ssm:eu-central-1:111122223333:parameter/token',
        ],
      },
    ]);
  });

  test.each([
    ['of its own', { retentionDays: 7 }, 'web'],
    ['that exists', { logGroupName: '/shop/logs' }, '/shop/logs'],
  ] as const)('may write to a log group %s, where logs are shipped', (_which, logs, name) => {
    expect(statementsOf(synthesizeService({ logs }), 'web_boot')).toEqual([
      readReleases,
      answerHook,
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [`arn:aws:logs:eu-central-1:111122223333:log-group:${name}:*`],
      },
    ]);
  });
});

describe('logs', () => {
  test('stay on the instances until a log group is asked for', () => {
    expect(standard.resource).not.toHaveProperty('aws_cloudwatch_log_group');
    const given = synthesizeService({ logs: { logGroupName: '/shop/logs' } });
    expect(given.resource).not.toHaveProperty('aws_cloudwatch_log_group');
  });

  test('expire in a log group of the service', () => {
    const own = synthesizeService({ logs: { retentionDays: 30 } });
    expect(at(own, 'aws_cloudwatch_log_group.web')).toMatchObject({ name: 'web', retention_in_days: 30 });
  });
});

describe('release', () => {
  const bucket = '${aws_s3_bucket.web_releases.id}';

  test('lies in a bucket that is private, encrypted, and reached by TLS only', () => {
    expect(at(standard, 'aws_s3_bucket.web_releases')).toMatchObject({ bucket_prefix: 'web-releases-' });
    expect(at(standard, 'aws_s3_bucket_public_access_block.web_releases')).toMatchObject({
      bucket,
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(at(standard, 'aws_s3_bucket_ownership_controls.web_releases')).toMatchObject({
      bucket,
      rule: { object_ownership: 'BucketOwnerEnforced' },
    });
    expect(at(standard, 'aws_s3_bucket_server_side_encryption_configuration.web_releases')).toMatchObject({
      bucket,
      rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }],
    });
    const { policy } = at(standard, 'aws_s3_bucket_policy.web_releases');
    const document = evaluate(policy, { 'aws_s3_bucket.web_releases.arn': 'arn:bucket' });
    expect(JSON.parse(String(document)).Statement).toEqual([
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: ['arn:bucket', 'arn:bucket/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  test('has a bucket name that fits into 63 characters with what AWS puts behind it, for the longest name too', () => {
    const name = 'a23456789-123456789-123';
    const configuration = synthesizeService({ name });
    const { bucket_prefix } = at(configuration, 'aws_s3_bucket.a23456789_123456789_123_releases');
    // The provider takes prefixes of at most 37 characters.
    expect(String(bucket_prefix).length).toBeLessThanOrEqual(37);
  });

  test('has one key for each file for ever, and the version that was there before stays', () => {
    expect(at(standard, 'aws_s3_bucket_versioning.web_releases')).toMatchObject({
      bucket,
      versioning_configuration: { status: 'Enabled' },
    });
    expect(at(standard, 'aws_s3_object.web_app')).toMatchObject({ bucket, key: 'releases/app.tar.gz' });
    const arm = synthesizeService({ instanceType: 't4g.micro', release: 'arm' });
    for (const configuration of [standard, arm]) {
      expect(at(configuration, 'aws_s3_object.web_node')).toMatchObject({ bucket, key: 'releases/node.tgz' });
    }
    // Uploaded before versioning is on, an object has no version that user data could name.
    for (const address of ['aws_s3_object.web_app', 'aws_s3_object.web_node']) {
      expect(at(standard, address).depends_on).toEqual(['aws_s3_bucket_versioning.web_releases']);
    }
    const [rule] = at(standard, 'aws_s3_bucket_lifecycle_configuration.web_releases').rule as [Block];
    expect(rule).toMatchObject({
      status: 'Enabled',
      filter: [{ prefix: 'releases/' }],
      noncurrent_version_expiration: [{ newer_noncurrent_versions: 5, noncurrent_days: 30 }],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
    });
    expect(rule).not.toHaveProperty('expiration');
  });

  test('is uploaded from the folder that synth writes, and again when its SHA-256 is another one', () => {
    const object = at(standard, 'aws_s3_object.web_app');
    expect(object.source).toMatch(
      new RegExp(`^assets/\\w*app-file_[0-9A-F]{8}/${object.source_hash}/app\\.tar\\.gz$`),
    );
    expect(object.source_hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('that is not there is told with the folder and the command that makes it', () => {
    expect(() => synthesizeService({ release: 'elsewhere' })).toThrow(
      expect.objectContaining({
        code: 'ReleaseMissing',
        message: expect.stringMatching(
          /^release is "elsewhere", and \S+elsewhere\/release\.json is not there; make it by `npm run release`\.$/,
        ),
      }),
    );
  });

  test("for another processor than the instances' is refused", () => {
    expect(() => synthesizeService({ instanceType: 't4g.micro' })).toThrow(
      expect.objectContaining({
        code: 'ReleaseArchitecture',
        message: expect.stringMatching(/holds Node for x64.*needs arm64.*--architecture arm64/),
      }),
    );
    expect(() => synthesizeService({ instanceType: 't4g.micro', release: 'arm' })).not.toThrow();
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

interface Lifecycle {
  readonly precondition: readonly { condition: string; error_message: string }[];
}

function interfaceOf(configuration: Configuration): Record<string, unknown> {
  return (
    (at(configuration, 'aws_launch_template.web').network_interfaces as Record<string, unknown>[])[0] ?? {}
  );
}

function volumeOf(configuration: Configuration): unknown {
  return (at(configuration, 'aws_launch_template.web').block_device_mappings as { ebs: unknown }[])[0]?.ebs;
}
