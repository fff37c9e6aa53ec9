// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { AutoscaledService } from '../../modules';
import { certificateArn, vpc, withBalancer } from './balancers';
import { addressesOf, at, synthesize, synthesizeService } from './synthesize';

const standard = synthesizeService();

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

test('a firewall for requests is bound to the load balancer', () => {
  const arn = 'arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/a/b';
  expect(at(withBalancer({ webAcl: { arn } }), 'aws_wafv2_web_acl_association.web')).toMatchObject({
    resource_arn: '${aws_lb.web.arn}',
    web_acl_arn: arn,
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
