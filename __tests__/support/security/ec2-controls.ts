import { all, type Control, covers, every, fromEverywhere, nested, openToTheWorld, the } from './control';

const metadataOptions = 'metadata_options';
/** What EC2.19 counts among the ports of high risk, but for those that EC2.18 leaves. */
const riskyPorts = [
  20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080,
  8088, 8888, 9200, 9300,
];

const worldMayNot = (ports: readonly number[]): Pick<Control, 'holds' | 'weaken'> => ({
  holds: (configuration) =>
    every(
      configuration,
      'aws_vpc_security_group_ingress_rule',
      (rule) => !fromEverywhere(rule) || !ports.some((port) => covers(rule, port)),
    ),
  weaken: (configuration) => openToTheWorld(configuration, ports[0] ?? 0),
});

const tagged = (type: string): Pick<Control, 'holds' | 'weaken'> => ({
  holds: (configuration) =>
    every(configuration, type, ({ tags }) => Object.keys((tags ?? {}) as object).length > 0),
  weaken: (configuration) => {
    for (const block of all(configuration, type) as Record<string, unknown>[]) delete block.tags;
  },
});

const publicAddress = (block: Record<string, unknown>) =>
  nested(block, 'network_interfaces').some((each) => String(each.associate_public_ip_address) === 'true');

const noPublicAddress: Pick<Control, 'holds' | 'weaken' | 'notByDefault'> = {
  holds: (configuration) => !publicAddress(the(configuration, 'aws_launch_template')),
  weaken: (configuration) => {
    const [card] = nested(the(configuration, 'aws_launch_template'), 'network_interfaces');
    if (card !== undefined) card.associate_public_ip_address = 'true';
  },
  notByDefault: {
    reason:
      'a NAT gateway costs more than a small instance; the security group admits nobody but the load balancer',
    metBy: { words: '`network: { privateInstances: true }`', props: { network: { privateInstances: true } } },
  },
};

/** https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html */
export const ec2Controls: readonly Control[] = [
  {
    id: 'EC2.2',
    title: "the VPC's default security group lets nothing in or out",
    holds: (configuration) => {
      const [group, ...others] = all(configuration, 'aws_default_security_group');
      return (
        group !== undefined &&
        others.length === 0 &&
        [...nested(group, 'ingress'), ...nested(group, 'egress')].length === 0
      );
    },
    weaken: (configuration) => {
      the(configuration, 'aws_default_security_group').egress = [{ cidr_blocks: ['0.0.0.0/0'] }];
    },
  },
  {
    id: 'EC2.3',
    title: 'volumes of instances are encrypted',
    holds: (configuration) =>
      nested(the(configuration, 'aws_launch_template'), 'block_device_mappings').every((mapping) =>
        nested(mapping, 'ebs').every(({ encrypted }) => encrypted === 'true'),
      ),
    weaken: (configuration) => {
      const [mapping] = nested(the(configuration, 'aws_launch_template'), 'block_device_mappings');
      for (const volume of nested(mapping ?? {}, 'ebs')) volume.encrypted = 'false';
    },
  },
  {
    id: 'EC2.6',
    title: 'the VPC has flow logs',
    holds: (configuration) => all(configuration, 'aws_flow_log').length > 0,
    weaken: ({ resource }) => {
      delete resource.aws_flow_log;
    },
    notByDefault: { reason: 'they are paid for by their size, and few read them' },
  },
  {
    id: 'EC2.8',
    title: 'instances insist on IMDSv2',
    holds: (configuration) =>
      nested(the(configuration, 'aws_launch_template'), metadataOptions)[0]?.http_tokens === 'required',
    weaken: (configuration) => {
      const [options] = nested(the(configuration, 'aws_launch_template'), metadataOptions);
      if (options !== undefined) options.http_tokens = 'optional';
    },
  },
  { id: 'EC2.9', title: 'instances have no public IPv4 address', ...noPublicAddress },
  { id: 'EC2.13', title: 'the world has no SSH (port 22)', ...worldMayNot([22]) },
  { id: 'EC2.14', title: 'the world has no RDP (port 3389)', ...worldMayNot([3389]) },
  {
    id: 'EC2.15',
    title: 'subnets give no public address by themselves',
    holds: (configuration) =>
      every(configuration, 'aws_subnet', ({ map_public_ip_on_launch }) => map_public_ip_on_launch !== true),
    weaken: (configuration) => {
      const [subnet] = all(configuration, 'aws_subnet') as Record<string, unknown>[];
      if (subnet !== undefined) subnet.map_public_ip_on_launch = true;
    },
  },
  {
    id: 'EC2.17',
    title: 'instances have one network interface',
    holds: (configuration) =>
      nested(the(configuration, 'aws_launch_template'), 'network_interfaces').length === 1,
    weaken: (configuration) => {
      const template = the(configuration, 'aws_launch_template');
      template.network_interfaces = [...nested(template, 'network_interfaces'), {}];
    },
  },
  {
    id: 'EC2.18',
    title: 'the world may connect to ports 80 and 443 only',
    holds: (configuration) =>
      every(
        configuration,
        'aws_vpc_security_group_ingress_rule',
        (rule) =>
          !fromEverywhere(rule) ||
          (rule.from_port === rule.to_port && [80, 443].includes(Number(rule.from_port))),
      ),
    weaken: (configuration) => openToTheWorld(configuration, 8443),
  },
  { id: 'EC2.19', title: 'the world has no port of high risk', ...worldMayNot(riskyPorts) },
  {
    id: 'EC2.21',
    title: 'network ACLs keep the world from ports 22 and 3389',
    holds: (configuration) => all(configuration, 'aws_default_network_acl').length > 0,
    weaken: ({ resource }) => {
      delete resource.aws_default_network_acl;
    },
    notByDefault: {
      reason: "the VPC's own network ACL lets all through; the security groups do not (EC2.13, EC2.14)",
    },
  },
  { id: 'EC2.25', title: 'launch templates give no public address', ...noPublicAddress },
  { id: 'EC2.39', title: 'internet gateways are tagged', ...tagged('aws_internet_gateway') },
  { id: 'EC2.42', title: 'route tables are tagged', ...tagged('aws_route_table') },
  { id: 'EC2.43', title: 'security groups are tagged', ...tagged('aws_security_group') },
  { id: 'EC2.44', title: 'subnets are tagged', ...tagged('aws_subnet') },
  { id: 'EC2.46', title: 'VPCs are tagged', ...tagged('aws_vpc') },
  {
    id: 'EC2.170',
    title: 'launch templates insist on IMDSv2, with a hop limit of 1',
    holds: (configuration) => {
      const [options] = nested(the(configuration, 'aws_launch_template'), metadataOptions);
      return options?.http_tokens === 'required' && options.http_put_response_hop_limit === 1;
    },
    weaken: (configuration) => {
      const [options] = nested(the(configuration, 'aws_launch_template'), metadataOptions);
      if (options !== undefined) options.http_put_response_hop_limit = 2;
    },
  },
  {
    id: 'EC2.181',
    title: 'launch templates encrypt every volume they name',
    holds: (configuration) =>
      nested(the(configuration, 'aws_launch_template'), 'block_device_mappings').every((mapping) =>
        nested(mapping, 'ebs').every(({ encrypted }) => encrypted === 'true'),
      ),
    weaken: (configuration) => {
      const template = the(configuration, 'aws_launch_template');
      template.block_device_mappings = [
        ...nested(template, 'block_device_mappings'),
        { device_name: '/dev/sdf', ebs: { volume_size: 1 } },
      ];
    },
  },
];
