// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { AutoscaledService, type AutoscaledServiceProps, presentIf } from '../../modules';
import { resolved } from '../../modules/private/expression';
import { admitted, certificateArn, vpc, withBalancer } from './balancers';
import { addressesOf, at, synthesize, synthesizeService } from './synthesize';

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
