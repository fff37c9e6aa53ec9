// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Token } from 'cdktf';
import { AutoscaledService } from '../../modules';
import { addressesOf, at, type Configuration, synthesize, synthesizeService } from './synthesize';

const standard = synthesizeService();
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

interface Lifecycle {
  readonly precondition: readonly { condition: string; error_message: string }[];
}

function interfaceOf(configuration: Configuration): Record<string, unknown> {
  return (
    (at(configuration, 'aws_launch_template.web').network_interfaces as Record<string, unknown>[])[0] ?? {}
  );
}
