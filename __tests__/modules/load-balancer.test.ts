// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { AutoscaledService, type AutoscaledServiceProps, presentIf } from '../../modules';
import { expression, resolved } from '../../modules/private/expression';
import { evaluate } from './evaluate';
import { addressesOf, at, type Configuration, synthesize, synthesizeService } from './synthesize';

const certificateArn = 'arn:aws:acm:eu-central-1:123456789012:certificate/1';
const vpc = { vpcId: 'vpc-1', publicSubnetIds: ['subnet-1', 'subnet-2'] };
const standard = synthesizeService();

function withBalancer(loadBalancer: AutoscaledServiceProps['loadBalancer']): Configuration {
  return synthesizeService({ loadBalancer });
}

/** Who is admitted to the load balancer: address of the rule, port, and where from. */
function admitted(configuration: Configuration): string[] {
  const rules = Object.entries(configuration.resource.aws_vpc_security_group_ingress_rule ?? {});
  return rules
    .filter(([, { security_group_id: group }]) => group === '${aws_security_group.web_load_balancer.id}')
    .map(([name, rule]) => {
      const from =
        rule.cidr_ipv4 ?? rule.cidr_ipv6 ?? rule.prefix_list_id ?? rule.referenced_security_group_id;
      return `${name} ${rule.from_port}-${rule.to_port} ${from}`;
    })
    .sort();
}

describe('who may connect to the load balancer', () => {
  test('everybody, over IPv6 too where it has that', () => {
    expect(admitted(standard)).toEqual(['web_http_from_everywhere 80-80 0.0.0.0/0']);
    const dualStack = synthesizeService({ network: vpc, loadBalancer: { dualStack: true } });
    expect(admitted(dualStack)).toEqual([
      'web_http_from_everywhere 80-80 0.0.0.0/0',
      'web_http_from_everywhere_ipv6 80-80 ::/0',
    ]);
    expect(at(dualStack, 'aws_lb.web').ip_address_type).toBe('dualstack');
    expect(at(standard, 'aws_lb.web').ip_address_type).toBe('ipv4');
  });

  test('the given sources instead, each range a rule of its own', () => {
    const configuration = withBalancer({
      sources: {
        office: { cidrs: ['203.0.113.0/24', '198.51.100.0/24'] },
        'office-ipv6': { ipv6Cidrs: ['2001:db8::/32'] },
        shop: { securityGroupId: 'sg-1' },
        partners: { prefixListId: 'pl-1' },
      },
    });
    expect(admitted(configuration)).toEqual([
      'web_http_from_office 80-80 ${each.value}',
      'web_http_from_office_ipv6 80-80 ${each.value}',
      'web_http_from_partners 80-80 pl-1',
      'web_http_from_shop 80-80 sg-1',
    ]);
    expect(at(configuration, 'aws_vpc_security_group_ingress_rule.web_http_from_office').for_each).toBe(
      '${toset(["203.0.113.0/24", "198.51.100.0/24"])}',
    );
  });

  test('nobody, where no source is given', () => {
    expect(admitted(withBalancer({ sources: {} }))).toEqual([]);
  });

  test('AWS’s own ranges by the name of their list, on port 443 only where there is HTTPS', () => {
    const configuration = synthesizeService({
      https: { certificateArn },
      loadBalancer: {
        sources: { cloudfront: { prefixListName: 'com.amazonaws.global.cloudfront.origin-facing' } },
      },
    });
    expect(admitted(configuration)).toEqual([
      'web_https_from_cloudfront 443-443 ${data.aws_ec2_managed_prefix_list.web_cloudfront.id}',
    ]);
    expect(at(configuration, 'data.aws_ec2_managed_prefix_list.web_cloudfront').name).toBe(
      'com.amazonaws.global.cloudfront.origin-facing',
    );
  });

  test('prefix lists on one of the two ports where Terraform decides about HTTPS', () => {
    const configuration = synthesizeService({
      https: presentIf('var.https != null', { certificateArn }),
      loadBalancer: { sources: { partners: { prefixListId: 'pl-1' }, office: { cidrs: ['10.0.0.0/8'] } } },
    });
    const rule = (name: string) => at(configuration, `aws_vpc_security_group_ingress_rule.web_${name}`);
    expect(rule('http_from_partners').count).toBe('${!(var.https != null) ? 1 : 0}');
    expect(rule('https_from_partners').count).toBe('${var.https != null ? 1 : 0}');
    expect(rule('http_from_office').for_each).toBe('${toset(["10.0.0.0/8"])}');
    expect(rule('https_from_office').for_each).toBe(
      '${var.https != null ? toset(["10.0.0.0/8"]) : toset([])}',
    );
  });

  test('whom the user adds later, beside the rest', () => {
    const configuration = synthesize((stack) => {
      const service = new AutoscaledService(stack, 'S', { name: 'web', loadBalancer: { sources: {} } });
      service.allowFrom('batch', { securityGroupId: expression('aws_security_group.batch.id') });
      expect(() => service.allowFrom('Batch', { securityGroupId: 'sg-1' })).toThrow(/"Batch"/);
      expect(() => service.allowFrom('office', { cidrs: ['10.0.0.1/8'] })).toThrow(/office.cidrs\[0\]/);
    });
    expect(admitted(configuration)).toEqual(['web_http_from_batch 80-80 ${aws_security_group.batch.id}']);
  });
});

describe('an internal load balancer', () => {
  test('stands where the instances do', () => {
    const own = synthesizeService({ network: { privateInstances: true }, loadBalancer: { internal: true } });
    expect(at(own, 'aws_lb.web')).toMatchObject({
      internal: true,
      subnets: '${values(aws_subnet.web_private)[*].id}',
    });
    const given = synthesizeService({
      network: { ...vpc, instanceSubnetIds: ['subnet-3', 'subnet-4'] },
      loadBalancer: { internal: true },
    });
    expect(at(given, 'aws_lb.web').subnets).toEqual(['subnet-3', 'subnet-4']);
  });
});

describe('attributes of the load balancer', () => {
  test('are AWS’s defaults but for invalid headers, each said so that taking a setting out has an effect', () => {
    expect(at(standard, 'aws_lb.web')).toMatchObject({
      idle_timeout: 60,
      client_keep_alive: 3600,
      enable_http2: true,
      desync_mitigation_mode: 'defensive',
      enable_deletion_protection: false,
      drop_invalid_header_fields: true,
      xff_header_processing_mode: 'append',
      enable_xff_client_port: false,
      preserve_host_header: false,
      enable_tls_version_and_cipher_suite_headers: false,
      access_logs: { enabled: false, bucket: '' },
      connection_logs: { enabled: false, bucket: '' },
    });
    expect(at(standard, 'aws_lb_target_group.web')).toMatchObject({
      load_balancing_algorithm_type: 'round_robin',
      load_balancing_anomaly_mitigation: 'off',
      slow_start: 0,
      stickiness: { enabled: false, type: 'lb_cookie' },
    });
  });

  test('are what is asked for', () => {
    const configuration = synthesizeService({
      https: { certificateArn },
      loadBalancer: {
        idleTimeoutSeconds: 30,
        clientKeepAliveSeconds: 600,
        http2: false,
        desyncMitigation: 'strictest',
        deletionProtection: true,
        headers: { forwardedFor: 'preserve', forwardedPort: true, preserveHost: true, tls: true },
      },
    });
    expect(at(configuration, 'aws_lb.web')).toMatchObject({
      idle_timeout: 30,
      client_keep_alive: 600,
      enable_http2: false,
      desync_mitigation_mode: 'strictest',
      enable_deletion_protection: true,
      xff_header_processing_mode: 'preserve',
      enable_xff_client_port: true,
      preserve_host_header: true,
      enable_tls_version_and_cipher_suite_headers: true,
    });
  });

  test.each([
    [{ slowStartSeconds: 60 }, { slow_start: 60, load_balancing_algorithm_type: 'round_robin' }],
    [{ algorithm: 'least_outstanding_requests' }, { load_balancing_anomaly_mitigation: 'off' }],
    [{ algorithm: 'weighted_random' }, { load_balancing_anomaly_mitigation: 'on' }],
    [
      { algorithm: 'weighted_random', anomalyMitigation: false },
      { load_balancing_anomaly_mitigation: 'off' },
    ],
    [{ stickiness: {} }, { stickiness: { enabled: true, type: 'lb_cookie', cookie_duration: 86400 } }],
    [
      { stickiness: { cookieName: 'session', durationSeconds: 60 } },
      { stickiness: { enabled: true, type: 'app_cookie', cookie_name: 'session', cookie_duration: 60 } },
    ],
  ] as const)('routing %j is written as %j, in the same target group', (routing, expected) => {
    const targetGroup = at(synthesizeService({ routing }), 'aws_lb_target_group.web');
    expect(targetGroup).toMatchObject(expected);
    expect(targetGroup.name).toBe(at(standard, 'aws_lb_target_group.web').name);
  });
});

describe('logs of requests', () => {
  const configuration = withBalancer({ accessLogs: { retentionDays: 30, connections: true } });
  const values = {
    'aws_s3_bucket.web_access_logs.arn': 'arn:aws:s3:::web-access-logs-1',
    'data.aws_caller_identity.web.account_id': '123456789012',
    'data.aws_partition.web.partition': 'aws',
    'data.aws_region.web.id': 'eu-central-1',
  };

  test('go into a bucket of the service’s own that only this account’s load balancers may write to', () => {
    const { policy } = at(configuration, 'aws_s3_bucket_policy.web_access_logs');
    expect(JSON.parse(String(evaluate(policy, values))).Statement).toEqual([
      expect.objectContaining({ Sid: 'TlsOnly', Effect: 'Deny' }),
      {
        Sid: 'LoadBalancerLogs',
        Effect: 'Allow',
        Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::web-access-logs-1/AWSLogs/123456789012/*',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '123456789012' },
          ArnLike: {
            'aws:SourceArn': 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/*',
          },
        },
      },
    ]);
  });

  test('are private, encrypted with the keys that the balancer can use, and expire', () => {
    expect(
      at(configuration, 'aws_s3_bucket_server_side_encryption_configuration.web_access_logs').rule,
    ).toEqual([{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }]);
    expect(at(configuration, 'aws_s3_bucket_public_access_block.web_access_logs')).toMatchObject({
      restrict_public_buckets: true,
    });
    expect(at(configuration, 'aws_s3_bucket_lifecycle_configuration.web_access_logs').rule).toEqual([
      expect.objectContaining({ expiration: [{ days: 30 }], status: 'Enabled' }),
    ]);
  });

  test('are switched on once the bucket’s policy is there', () => {
    expect(at(configuration, 'aws_lb.web')).toMatchObject({
      access_logs: { enabled: true, bucket: '${aws_s3_bucket.web_access_logs.id}' },
      connection_logs: { enabled: true, bucket: '${aws_s3_bucket.web_access_logs.id}' },
      depends_on: expect.arrayContaining(['aws_s3_bucket_policy.web_access_logs']),
    });
  });

  test('go into a bucket that is there, below the service’s name, without connections unless asked for', () => {
    const given = withBalancer({ accessLogs: { bucketName: 'logs' } });
    expect(at(given, 'aws_lb.web')).toMatchObject({
      access_logs: { enabled: true, bucket: 'logs', prefix: 'web' },
      connection_logs: { enabled: false },
    });
    expect(addressesOf(given)).toEqual(addressesOf(standard));
  });

  test('are counted where Terraform decides at plan', () => {
    const decided = withBalancer({ accessLogs: presentIf('var.logs', { retentionDays: 30 }) });
    const { access_logs } = at(decided, 'aws_lb.web');
    expect(access_logs).toEqual({
      enabled: '${var.logs}',
      bucket: '${var.logs ? one(aws_s3_bucket.web_access_logs[*].id) : ""}',
    });
    const uncounted = addressesOf(decided).filter(
      (address) => address.endsWith('_access_logs') && at(decided, address).count !== '${var.logs ? 1 : 0}',
    );
    expect(uncounted).toEqual([]);
  });
});

test('a firewall for requests is bound to the load balancer', () => {
  const arn = 'arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/a/b';
  expect(at(withBalancer({ webAcl: { arn } }), 'aws_wafv2_web_acl_association.web')).toMatchObject({
    resource_arn: '${aws_lb.web.arn}',
    web_acl_arn: arn,
  });
});

describe('rules beside the service', () => {
  const rules = {
    admin: {
      priority: 10,
      paths: ['/admin/*'],
      forward: {
        targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/admin/1',
        securityGroupId: 'sg-1',
        port: 8080,
      },
    },
    'old-shop': { priority: 20, hosts: ['old.example.com'], redirect: { host: 'shop.example.com' } },
    robots: {
      priority: 30,
      paths: ['/robots.txt'],
      methods: ['GET'],
      fixedResponse: { statusCode: 200, body: 'User-agent: *' },
    },
  } as const;
  const configuration = withBalancer({ rules });

  test('forward, redirect or answer', () => {
    expect(at(configuration, 'aws_lb_listener_rule.web_rule_admin')).toMatchObject({
      listener_arn: '${aws_lb_listener.web_http.arn}',
      priority: 10,
      condition: [{ path_pattern: { values: ['/admin/*'] } }],
      action: [{ type: 'forward', target_group_arn: rules.admin.forward.targetGroupArn }],
    });
    expect(at(configuration, 'aws_lb_listener_rule.web_rule_old_shop')).toMatchObject({
      condition: [{ host_header: { values: ['old.example.com'] } }],
      action: [{ type: 'redirect', redirect: { host: 'shop.example.com', status_code: 'HTTP_302' } }],
    });
    expect(at(configuration, 'aws_lb_listener_rule.web_rule_robots')).toMatchObject({
      condition: [
        { path_pattern: { values: ['/robots.txt'] } },
        { http_request_method: { values: ['GET'] } },
      ],
      action: [
        {
          type: 'fixed-response',
          fixed_response: { status_code: '200', content_type: 'text/plain', message_body: 'User-agent: *' },
        },
      ],
    });
  });

  test('let the balancer connect to the targets that are named, and to no others', () => {
    const rules = Object.values(configuration.resource.aws_vpc_security_group_egress_rule ?? {}).filter(
      ({ security_group_id: group }) => group === '${aws_security_group.web_load_balancer.id}',
    );
    expect(rules.map((rule) => [rule.referenced_security_group_id, rule.from_port]).sort()).toEqual([
      ['${aws_security_group.web_instances.id}', 80],
      ['sg-1', 8080],
    ]);
  });

  test('stand on the listener that serves', () => {
    const listenerOf = (https: AutoscaledServiceProps['https']) =>
      at(synthesizeService({ https, loadBalancer: { rules } }), 'aws_lb_listener_rule.web_rule_robots')
        .listener_arn;
    expect(listenerOf({ certificateArn })).toBe('${aws_lb_listener.web_https.arn}');
    expect(listenerOf(presentIf('var.https', { certificateArn }))).toBe(
      '${var.https ? one(aws_lb_listener.web_https[*].arn) : aws_lb_listener.web_http.arn}',
    );
  });

  test('are added later with a priority of their own', () => {
    synthesize((stack) => {
      const service = new AutoscaledService(stack, 'S', { name: 'web', loadBalancer: { rules } });
      const answer = { paths: ['/a'], fixedResponse: { statusCode: 204 } };
      const rule = service.loadBalancer.addRule('a', { priority: 40, ...answer });
      expect(rule.friendlyUniqueId).toBe('web_rule_a');
      expect(() => service.loadBalancer.addRule('b', { priority: 10, ...answer })).toThrow(
        expect.objectContaining({ code: 'DuplicatePriority', message: expect.stringContaining('admin') }),
      );
    });
  });
});

describe('a load balancer that exists', () => {
  const listenerArn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shared/12/34';
  const loadBalancer = {
    listenerArn,
    securityGroupId: 'sg-shared',
    dnsName: 'shared.example.com',
    hostedZoneId: 'ZSHARED',
    priority: 7,
    hosts: ['*.shop.example.com', 'shop.example.com'],
    paths: ['/shop/*'],
  };
  const configuration = synthesizeService({
    network: vpc,
    loadBalancer,
    domain: { names: ['shop.example.com'], hostedZoneId: 'Z1' },
  });

  test('gets a rule that leads to the service, and is left alone otherwise', () => {
    expect(at(configuration, 'aws_lb_listener_rule.web')).toMatchObject({
      listener_arn: listenerArn,
      priority: 7,
      condition: [{ host_header: { values: loadBalancer.hosts } }, { path_pattern: { values: ['/shop/*'] } }],
      action: [{ type: 'forward', target_group_arn: '${aws_lb_target_group.web.arn}' }],
    });
    const types = addressesOf(configuration).filter((address) => /aws_lb\.|listener\./.test(address));
    expect(types).toEqual([]);
  });

  test('may connect to the instances, which admit it alone', () => {
    expect(at(configuration, 'aws_vpc_security_group_egress_rule.web_to_instances')).toMatchObject({
      security_group_id: 'sg-shared',
    });
    expect(at(configuration, 'aws_vpc_security_group_ingress_rule.web_from_load_balancer')).toMatchObject({
      referenced_security_group_id: 'sg-shared',
    });
    expect(admitted(configuration)).toEqual([]);
  });

  test('is what the names lead to, and the group waits for the rule', () => {
    expect(at(configuration, 'aws_route53_record.web').alias).toMatchObject({
      name: 'shared.example.com',
      zone_id: 'ZSHARED',
    });
    expect(at(configuration, 'aws_autoscaling_group.web').depends_on).toContain('aws_lb_listener_rule.web');
  });

  test('says of itself what others ask, and refuses what is its owner’s to change', () => {
    synthesize((stack) => {
      const service = new AutoscaledService(stack, 'S', { name: 'web', network: vpc, loadBalancer });
      expect(service.url).toBe('https://shop.example.com');
      expect(service.loadBalancer.loadBalancer).toBeUndefined();
      expect(resolved(stack, service.loadBalancer.arnSuffix)).toBe(
        `\${join("/", slice(split("/", "${listenerArn}"), 1, 4))}`,
      );
      expect(() => service.allowFrom('office', { cidrs: ['10.0.0.0/8'] })).toThrow(
        expect.objectContaining({ code: 'ExistingLoadBalancer' }),
      );
    });
  });
});

test('two services in one stack with all of this stand side by side', () => {
  const props = {
    https: { certificateArn, furtherCertificateArns: [certificateArn] },
    domain: { names: ['shop.example.com'], hostedZoneId: 'Z1' },
    loadBalancer: {
      accessLogs: { retentionDays: 1 },
      sources: { office: { prefixListName: 'office' } },
      rules: { a: { priority: 1, paths: ['/a'], fixedResponse: { statusCode: 204 } } },
    },
  };
  const names = ['a23456789-123456789-123', 'b23456789-123456789-123'];
  const both = synthesize((stack) => {
    for (const name of names) new AutoscaledService(stack, name, { name, ...props });
  });
  expect(new Set(addressesOf(both)).size).toBe(2 * addressesOf(synthesizeService(props)).length);
  const bucket = at(both, 'aws_s3_bucket.a23456789_123456789_123_access_logs');
  expect(String(bucket.bucket_prefix).length).toBeLessThanOrEqual(37);
});
