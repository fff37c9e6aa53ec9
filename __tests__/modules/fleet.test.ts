// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Token } from 'cdktf';
import { AutoscaledService } from '../../modules';
import { evaluate } from './evaluate';
import { addressesOf, at, type Block, type Configuration, synthesize, synthesizeService } from './synthesize';

const standard = synthesizeService();
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
    const { tag_specifications: specifications } = at(tagged, 'aws_launch_template.web');
    const [volume, networkInterface] = specifications as { resource_type: string; tags: unknown }[];
    expect([volume?.resource_type, networkInterface?.resource_type]).toEqual(['volume', 'network-interface']);
    const { tag } = at(tagged, 'aws_autoscaling_group.web').dynamic as { tag: Block };
    expect(tag.content).toEqual({ key: '${tag.key}', value: '${tag.value}', propagate_at_launch: true });
    // The provider's own reach them too, below the service's.
    const ofProvider = { 'data.aws_default_tags.web.tags': { CostCenter: '7', Team: 'all' } };
    for (const tags of [tag.for_each, volume?.tags, networkInterface?.tags]) {
      expect(evaluate(tags, ofProvider)).toEqual({
        CostCenter: '7',
        Name: 'web',
        Service: 'web',
        Team: 'shop',
      });
    }
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
