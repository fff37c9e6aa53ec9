// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { AutoscaledService, type AutoscaledServiceProps, presentIf } from '../../modules';
import { evaluate } from './evaluate';
import { addressesOf, at, type Block, synthesize, synthesizeService } from './synthesize';

const standard = synthesizeService();
const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/mrk-1';
const group = (props: Partial<AutoscaledServiceProps>) =>
  at(synthesizeService(props), 'aws_autoscaling_group.web');
const template = (props: Partial<AutoscaledServiceProps>) =>
  at(synthesizeService(props), 'aws_launch_template.web');
const latest = { version: '${aws_launch_template.web.latest_version}' };

describe('a mixed fleet', () => {
  const mixed = (mixedInstances: object) => group({ maxCapacity: 4, fleet: { mixedInstances } });

  test('buys Spot where it is least likely taken back, replaces it ahead, and has the template in its policy', () => {
    const onSpot = mixed({ onDemandBaseCapacity: 1, onDemandPercentageAboveBaseCapacity: 25 });
    expect(onSpot).toMatchObject({
      capacity_rebalance: 'true',
      mixed_instances_policy: {
        instances_distribution: {
          on_demand_base_capacity: 1,
          on_demand_percentage_above_base_capacity: 25,
          on_demand_allocation_strategy: 'prioritized',
          spot_allocation_strategy: 'price-capacity-optimized',
        },
        launch_template: {
          launch_template_specification: { launch_template_id: '${aws_launch_template.web.id}', ...latest },
        },
      },
    });
    expect(onSpot).not.toHaveProperty('launch_template');
  });

  test.each([
    ['without Spot', {}, 'false'],
    ['told so', { onDemandPercentageAboveBaseCapacity: 0, capacityRebalance: false }, 'false'],
    ['told so without Spot', { capacityRebalance: true }, 'true'],
  ])('rebalances %s: %j', (_when, settings, rebalances) => {
    expect(mixed(settings).capacity_rebalance).toBe(rebalances);
  });

  test('takes types with weights in their order', () => {
    const instanceTypes = [
      { instanceType: 't3.small', weight: 2 },
      { instanceType: 't3.micro', weight: 1 },
    ];
    expect(overridesOf(mixed({ instanceTypes }))).toEqual([
      { instance_type: 't3.small', weighted_capacity: '2' },
      { instance_type: 't3.micro', weighted_capacity: '1' },
    ]);
  });

  test('by requirements takes the cheapest on demand', () => {
    const requirements = {
      vcpuCount: { min: 2, max: 4 },
      memoryMib: { min: 1024 },
      cpuManufacturers: ['intel'],
      excludedInstanceTypes: ['t2.*'],
    };
    const policy = mixed({ requirements });
    expect(overridesOf(policy)).toEqual([
      {
        instance_requirements: {
          vcpu_count: { min: 2, max: 4 },
          memory_mib: { min: 1024 },
          cpu_manufacturers: ['intel'],
          excluded_instance_types: ['t2.*'],
        },
      },
    ]);
    expect(policy).toMatchObject({
      mixed_instances_policy: { instances_distribution: { on_demand_allocation_strategy: 'lowest-price' } },
    });
  });

  test('of several types asks for none of them in every zone', () => {
    const several = synthesizeService({
      fleet: { mixedInstances: { instanceTypes: [{ instanceType: 't3.nano' }] } },
    });
    expect(addressesOf(several)).not.toContain('data.aws_ec2_instance_type_offerings.web');
    const one = synthesizeService({ fleet: { mixedInstances: { onDemandPercentageAboveBaseCapacity: 0 } } });
    expect(addressesOf(one)).toContain('data.aws_ec2_instance_type_offerings.web');
  });
});

describe('a group', () => {
  test('has none of what was not asked for', () => {
    const plain = at(standard, 'aws_autoscaling_group.web');
    for (const absent of [
      'mixed_instances_policy',
      'capacity_rebalance',
      'warm_pool',
      'instance_maintenance_policy',
      'instance_refresh',
      'max_instance_lifetime',
      'termination_policies',
      'protect_from_scale_in',
      'suspended_processes',
      'placement_group',
    ]) {
      expect(plain).not.toHaveProperty(absent);
    }
    expect(at(standard, 'aws_launch_template.web')).not.toHaveProperty('credit_specification');
    expect(at(standard, 'aws_launch_template.web')).not.toHaveProperty('placement');
  });

  test('keeps stopped instances ready, and takes them back when told so', () => {
    expect(group({ fleet: { warmPool: {} } }).warm_pool).toEqual({
      pool_state: 'Stopped',
      min_size: 0,
      instance_reuse_policy: { reuse_on_scale_in: false },
    });
    const warmPool = { minSize: 1, maxPreparedCapacity: 3, reuseOnScaleIn: true };
    expect(group({ fleet: { warmPool } }).warm_pool).toEqual({
      pool_state: 'Stopped',
      min_size: 1,
      max_group_prepared_capacity: 3,
      instance_reuse_policy: { reuse_on_scale_in: true },
    });
  });

  test('is told how to treat its instances', () => {
    const fleet = {
      maximumLifetimeSeconds: 86_400,
      maintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 120 },
      terminationPolicies: ['OldestInstance'],
      protectFromScaleIn: true,
      suspendedProcesses: ['AZRebalance'],
    };
    expect(group({ fleet })).toMatchObject({
      max_instance_lifetime: 86_400,
      instance_maintenance_policy: { min_healthy_percentage: 100, max_healthy_percentage: 120 },
      termination_policies: ['OldestInstance'],
      protect_from_scale_in: true,
      suspended_processes: ['AZRebalance'],
    });
  });

  test('stands in a placement group that is made before another one goes, or in one that exists', () => {
    const own = synthesizeService({ fleet: { placement: { strategy: 'partition', partitionCount: 3 } } });
    expect(at(own, 'aws_placement_group.web')).toMatchObject({
      name: 'web-partition-3',
      strategy: 'partition',
      partition_count: 3,
      lifecycle: { create_before_destroy: true },
    });
    expect(at(own, 'aws_autoscaling_group.web').placement_group).toBe('${aws_placement_group.web.name}');
    expect(group({ fleet: { placement: { groupName: 'near' } } }).placement_group).toBe('near');
  });
});

describe('an instance', () => {
  test('has faster and further volumes, every one of them encrypted', () => {
    const fleet = {
      rootVolume: { iops: 4000, throughput: 250 },
      volumes: [{ deviceName: '/dev/sdf', sizeGiB: 50, snapshotId: 'snap-1', deleteOnTermination: false }],
    };
    const always = { encrypted: 'true', volume_type: 'gp3' };
    expect(template({ rootVolumeGiB: 20, fleet }).block_device_mappings).toEqual([
      {
        device_name: '/dev/sda1',
        ebs: { ...always, volume_size: 20, iops: 4000, throughput: 250, delete_on_termination: 'true' },
      },
      {
        device_name: '/dev/sdf',
        ebs: { ...always, volume_size: 50, snapshot_id: 'snap-1', delete_on_termination: 'false' },
      },
    ]);
  });

  test('has its credits and its tenancy', () => {
    expect(template({ fleet: { cpuCredits: 'standard', tenancy: 'dedicated' } })).toMatchObject({
      credit_specification: { cpu_credits: 'standard' },
      placement: { tenancy: 'dedicated' },
    });
  });

  const keyed = synthesizeService({
    fleet: { volumeKey: { kmsKeyArn: keyArn }, volumes: [{ deviceName: '/dev/sdf', sizeGiB: 1 }] },
  });

  test('has all volumes under a key that Auto Scaling may use before the first of them is made', () => {
    const volumes = at(keyed, 'aws_launch_template.web').block_device_mappings as { ebs: Block }[];
    expect(volumes.map(({ ebs }) => ebs.kms_key_id)).toEqual([keyArn, keyArn]);
    const grant = at(keyed, 'aws_kms_grant.web_volumes');
    expect(grant).toMatchObject({
      key_id: keyArn,
      grantee_principal:
        'arn:${data.aws_partition.web.partition}:iam::${data.aws_caller_identity.web.account_id}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
    });
    expect(grant.operations).toEqual(
      expect.arrayContaining(['CreateGrant', 'Decrypt', 'GenerateDataKeyWithoutPlaintext']),
    );
    expect(at(keyed, 'aws_autoscaling_group.web').depends_on).toContain('aws_kms_grant.web_volumes');
  });

  test("leaves the grant to the key's own policy when told so", () => {
    const without = synthesizeService({ fleet: { volumeKey: { kmsKeyArn: keyArn, grant: false } } });
    expect(without.resource).not.toHaveProperty('aws_kms_grant');
  });
});

describe('the role', () => {
  const limited = synthesizeService({
    fleet: {
      managedPolicies: { read: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
      permissionsBoundaryArn: 'arn:aws:iam::111122223333:policy/boundary',
    },
  });

  test('has managed policies, each by its short name, within its boundary', () => {
    expect(at(limited, 'aws_iam_role_policy_attachment.web_read')).toMatchObject({
      role: '${aws_iam_role.web_instance.name}',
      policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    });
    expect(at(limited, 'aws_iam_role.web_instance').permissions_boundary).toBe(
      'arn:aws:iam::111122223333:policy/boundary',
    );
    expect(at(limited, 'aws_autoscaling_group.web').depends_on).toContain(
      'aws_iam_role_policy_attachment.web_read',
    );
  });
});

describe('what is added to a service after it was made', () => {
  const extended = synthesize((stack) => {
    const service = new AutoscaledService(stack, 'Service', {
      name: 'web',
      policyStatements: [{ actions: ['s3:GetObject'], resources: ['*'] }],
    });
    service.addPolicyStatement({ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:::orders'] });
    service.addPolicyStatement({ actions: ['sqs:ReceiveMessage'], resources: ['arn:aws:sqs:::orders'] });
    service.fleet.addManagedPolicy('read', 'arn:aws:iam::aws:policy/ReadOnlyAccess');
    service.fleet.addSecurityGroup('sg-1');
    service.fleet.allowFrom('scraper', 'sg-2', 9090);
  });

  test('is one policy of all statements, an attachment, a security group and a rule', () => {
    const policy = evaluate(at(extended, 'aws_iam_role_policy.web_service').policy);
    expect(JSON.parse(String(policy)).Statement.map((each: { Action: string[] }) => each.Action)).toEqual([
      ['s3:GetObject'],
      ['sqs:SendMessage'],
      ['sqs:ReceiveMessage'],
    ]);
    expect(addressesOf(extended)).toContain('aws_iam_role_policy_attachment.web_read');
    expect(at(extended, 'aws_launch_template.web').network_interfaces).toMatchObject([
      { security_groups: ['${aws_security_group.web_instances.id}', 'sg-1'] },
    ]);
    expect(at(extended, 'aws_vpc_security_group_ingress_rule.web_from_scraper_9090')).toMatchObject({
      security_group_id: '${aws_security_group.web_instances.id}',
      referenced_security_group_id: 'sg-2',
      ip_protocol: 'tcp',
      from_port: 9090,
      to_port: 9090,
    });
  });

  test('is there before the first instance, once each', () => {
    const waitsFor = at(extended, 'aws_autoscaling_group.web').depends_on as string[];
    for (const added of [
      'aws_iam_role_policy.web_service',
      'aws_iam_role_policy_attachment.web_read',
      'aws_vpc_security_group_ingress_rule.web_from_scraper_9090',
    ]) {
      expect(waitsFor.filter((each) => each === added)).toEqual([added]);
    }
  });

  test.each<[string, (service: AutoscaledService) => void, string]>([
    [
      'a statement without actions',
      (service) => service.addPolicyStatement({ actions: [], resources: ['*'] }),
      'statement.actions',
    ],
    ['a policy by its name', (service) => service.fleet.addManagedPolicy('read', 'ReadOnly'), 'policyArn'],
    ['a port that is none', (service) => service.fleet.allowFrom('scraper', 'sg-1', 0), 'port is 0'],
    ['a source with blanks', (service) => service.fleet.allowFrom('my scraper', 'sg-1', 80), 'source'],
    [
      'a sixth security group',
      (service) => {
        for (let number = 1; number <= 5; number += 1) service.fleet.addSecurityGroup(`sg-${number}`);
      },
      'sg-5 is the 6th',
    ],
  ])('is refused where AWS would: %s', (_what, add, words) => {
    expect(() => synthesize((stack) => add(new AutoscaledService(stack, 'S', { name: 'web' })))).toThrow(
      words,
    );
  });
});

describe('what is decided at plan', () => {
  const decided = synthesizeService({
    fleet: {
      mixedInstances: presentIf('var.mixed != null', { onDemandPercentageAboveBaseCapacity: 0 }),
      maintenancePolicy: presentIf('var.careful != null', {
        minHealthyPercentage: 100,
        maxHealthyPercentage: 110,
      }),
      volumeKey: presentIf('var.key != null', { kmsKeyArn: keyArn }),
      placement: presentIf('var.spread != null', { strategy: 'spread' as const }),
    },
    rollout: presentIf('var.rollout != null', { strategy: 'refresh' as const }),
  });

  test('is a block that may be absent, and of the launch template in one of its two places', () => {
    expect(at(decided, 'aws_autoscaling_group.web')).toMatchObject({
      dynamic: {
        mixed_instances_policy: { for_each: '${var.mixed != null ? [1] : []}' },
        launch_template: {
          for_each: '${var.mixed != null ? [] : [1]}',
          content: { id: '${aws_launch_template.web.id}', ...latest },
        },
        instance_maintenance_policy: { for_each: '${var.careful != null ? [1] : []}' },
        instance_refresh: { for_each: '${var.rollout != null ? [1] : []}' },
      },
      capacity_rebalance: '${var.mixed != null ? "true" : null}',
      placement_group: '${one(aws_placement_group.web[*].name)}',
    });
    for (const block of ['mixed_instances_policy', 'launch_template', 'instance_refresh']) {
      expect(at(decided, 'aws_autoscaling_group.web')).not.toHaveProperty(block);
    }
  });

  test('is a resource with a count, and null where it is referred to', () => {
    expect(at(decided, 'aws_kms_grant.web_volumes').count).toBe('${var.key != null ? 1 : 0}');
    expect(at(decided, 'aws_placement_group.web').count).toBe('${var.spread != null ? 1 : 0}');
    expect(JSON.stringify(at(decided, 'aws_launch_template.web').block_device_mappings)).toContain(
      `\${var.key != null ? \\"${keyArn}\\" : null}`,
    );
  });
});

function overridesOf(block: Block): unknown {
  return (block.mixed_instances_policy as { launch_template: { override: unknown } }).launch_template
    .override;
}
