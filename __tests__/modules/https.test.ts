// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import { TerraformOutput, Token } from 'cdktf';
import { AutoscaledService, type AutoscaledServiceProps, presentIf } from '../../modules';
import { expression } from '../../modules/private/expression';
import { certificateArn } from './balancers';
import { addressesOf, at, type Configuration, synthesize, synthesizeService } from './synthesize';

const standard = synthesizeService();

function urlOf(props: Partial<AutoscaledServiceProps>): string {
  const configuration = synthesize((stack) => {
    const service = new AutoscaledService(stack, 'S', { name: 'web', ...props });
    new TerraformOutput(stack, 'url', { value: service.url });
  });
  const { output } = configuration as unknown as { output: { url: { value: string } } };
  return output.url.value;
}

function added(configuration: Configuration): string[] {
  return addressesOf(configuration).filter((address) => !addressesOf(standard).includes(address));
}

describe('HTTPS by a certificate that is there', () => {
  const configuration = synthesizeService({ https: { certificateArn } });

  test('adds a listener and a rule for its port, and nothing else', () => {
    expect(added(configuration)).toEqual([
      'aws_lb_listener.web_https',
      'aws_vpc_security_group_ingress_rule.web_https_from_everywhere',
    ]);
    expect(addressesOf(configuration)).toEqual(expect.arrayContaining(addressesOf(standard)));
  });

  test('speaks TLS 1.3 and 1.2 on port 443 and hands requests to the instances', () => {
    expect(at(configuration, 'aws_lb_listener.web_https')).toMatchObject({
      port: 443,
      protocol: 'HTTPS',
      ssl_policy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      certificate_arn: certificateArn,
      mutual_authentication: { mode: 'off' },
      default_action: [{ type: 'forward', target_group_arn: '${aws_lb_target_group.web.arn}' }],
    });
    expect(at(configuration, 'aws_vpc_security_group_ingress_rule.web_https_from_everywhere')).toMatchObject({
      cidr_ipv4: '0.0.0.0/0',
      from_port: 443,
      to_port: 443,
    });
  });

  test('redirects HTTP for good, once the listener it leads to is there', () => {
    const { default_action, depends_on } = at(configuration, 'aws_lb_listener.web_http');
    expect(default_action).toEqual([
      { type: 'redirect', redirect: { port: '443', protocol: 'HTTPS', status_code: 'HTTP_301' } },
    ]);
    expect(depends_on).toEqual(['aws_lb_listener.web_https']);
  });

  test('holds the first instance back until both listeners are there', () => {
    expect(at(configuration, 'aws_autoscaling_group.web').depends_on).toEqual(
      expect.arrayContaining([
        'aws_lb_listener.web_http',
        'aws_lb_listener.web_https',
        'aws_vpc_security_group_ingress_rule.web_https_from_everywhere',
      ]),
    );
  });

  test('leaves port 80 closed when asked to', () => {
    const closed = synthesizeService({ https: { certificateArn, redirectHttp: false } });
    const ports = Object.values(closed.resource.aws_vpc_security_group_ingress_rule ?? {}).map((rule) => [
      rule.security_group_id,
      rule.from_port,
    ]);
    expect(ports).toEqual(expect.arrayContaining([['${aws_security_group.web_load_balancer.id}', 443]]));
    expect(ports).not.toContainEqual(['${aws_security_group.web_load_balancer.id}', 80]);
    expect(Object.keys(closed.resource.aws_lb_listener ?? {})).toEqual(['web_https']);
  });

  test('serves more certificates, one resource each, also of certificates that the same apply makes', () => {
    const more = synthesizeService({
      https: {
        certificateArn,
        furtherCertificateArns: [certificateArn, expression('aws_acm_certificate.other.arn')],
      },
    });
    expect(at(more, 'aws_lb_listener_certificate.web_further_1')).toMatchObject({
      listener_arn: '${aws_lb_listener.web_https.arn}',
      certificate_arn: certificateArn,
    });
    expect(at(more, 'aws_lb_listener_certificate.web_further_2').certificate_arn).toContain('other');
  });
});

describe('HTTPS by a certificate that ACM issues', () => {
  const configuration = synthesize((stack) => {
    const zone = new Route53Zone(stack, 'Zone', { name: 'example.com' });
    zone.overrideLogicalId('mine');
    new AutoscaledService(stack, 'S', {
      name: 'web',
      https: { issued: { waitMinutes: 10 } },
      domain: { names: ['example.com', '*.example.com'], hostedZoneId: zone.zoneId },
    });
  });

  test('is for the names of the domain, and a new one is there before the old one goes', () => {
    expect(at(configuration, 'aws_acm_certificate.web')).toMatchObject({
      domain_name: 'example.com',
      subject_alternative_names: ['*.example.com'],
      validation_method: 'DNS',
      lifecycle: { create_before_destroy: true },
    });
  });

  test('has one record for a name and its wildcard, which want the same', () => {
    expect(at(configuration, 'aws_route53_record.web_validation')).toMatchObject({
      for_each:
        '${{ for name, options in { for option in aws_acm_certificate.web.domain_validation_options : trimprefix(option.domain_name, "*.") => option... } : name => options[0] }}',
      zone_id: '${aws_route53_zone.mine.zone_id}',
      name: '${each.value.resource_record_name}',
      records: ['${each.value.resource_record_value}'],
      allow_overwrite: true,
    });
  });

  test('is waited for by the listener', () => {
    expect(at(configuration, 'aws_acm_certificate_validation.web')).toMatchObject({
      certificate_arn: '${aws_acm_certificate.web.arn}',
      validation_record_fqdns: '${[for record in aws_route53_record.web_validation : record.fqdn]}',
      timeouts: { create: '10m' },
    });
    expect(at(configuration, 'aws_lb_listener.web_https').certificate_arn).toBe(
      '${aws_acm_certificate_validation.web.certificate_arn}',
    );
  });

  test('may be validated in another zone than the one with the names', () => {
    const apart = synthesizeService({
      https: { issued: { hostedZoneId: 'ZPUBLIC' } },
      domain: { names: ['shop.example.com'], hostedZoneId: 'ZPRIVATE' },
    });
    expect(at(apart, 'aws_route53_record.web_validation').zone_id).toBe('ZPUBLIC');
    expect(at(apart, 'aws_route53_record.web').zone_id).toBe('ZPRIVATE');
    expect(at(apart, 'aws_acm_certificate.web')).not.toHaveProperty('subject_alternative_names');
  });
});

describe('client certificates', () => {
  test('are verified by a trust store made of a bundle', () => {
    const configuration = synthesizeService({
      https: {
        certificateArn,
        clientCertificates: {
          mode: 'verify',
          bundle: { bucketName: 'authorities', key: 'all.pem', version: '7' },
          advertiseAuthorities: true,
        },
      },
    });
    expect(at(configuration, 'aws_lb_trust_store.web')).toMatchObject({
      name: 'web',
      ca_certificates_bundle_s3_bucket: 'authorities',
      ca_certificates_bundle_s3_key: 'all.pem',
      ca_certificates_bundle_s3_object_version: '7',
    });
    expect(at(configuration, 'aws_lb_listener.web_https').mutual_authentication).toEqual({
      mode: 'verify',
      trust_store_arn: '${aws_lb_trust_store.web.arn}',
      ignore_client_certificate_expiry: false,
      advertise_trust_store_ca_names: 'on',
    });
  });

  test('are verified by a trust store that is there, or handed to the app', () => {
    const trustStoreArn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:truststore/all/1';
    const mutualOf = (
      clientCertificates: NonNullable<AutoscaledServiceProps['https']>['clientCertificates'],
    ) => {
      const configuration = synthesizeService({ https: { certificateArn, clientCertificates } });
      expect(added(configuration)).not.toContain('aws_lb_trust_store.web');
      return at(configuration, 'aws_lb_listener.web_https').mutual_authentication;
    };
    expect(mutualOf({ mode: 'verify', trustStoreArn })).toMatchObject({
      mode: 'verify',
      trust_store_arn: trustStoreArn,
    });
    expect(mutualOf({ mode: 'passthrough' })).toEqual({ mode: 'passthrough' });
  });
});

describe('names in the DNS', () => {
  test('lead to the load balancer, for IPv6 too where it has that', () => {
    const props = {
      network: { vpcId: 'vpc-1', publicSubnetIds: ['subnet-1', 'subnet-2'] },
      domain: { names: ['shop.example.com', 'shop.example.org'], hostedZoneId: 'Z1' },
    };
    const plain = synthesizeService(props);
    expect(at(plain, 'aws_route53_record.web')).toMatchObject({
      for_each: '${toset(["shop.example.com", "shop.example.org"])}',
      zone_id: 'Z1',
      name: '${each.value}',
      type: 'A',
      alias: {
        name: '${aws_lb.web.dns_name}',
        zone_id: '${aws_lb.web.zone_id}',
        evaluate_target_health: true,
      },
    });
    expect(addressesOf(plain)).not.toContain('aws_route53_record.web_ipv6');
    const both = synthesizeService({ ...props, loadBalancer: { dualStack: true } });
    expect(at(both, 'aws_route53_record.web_ipv6')).toMatchObject({ type: 'AAAA', zone_id: 'Z1' });
  });

  test('are the address of the service, with the scheme that it speaks', () => {
    const domain = { names: ['shop.example.com', 'example.com'] };
    expect(urlOf({})).toBe('http://${aws_lb.web.dns_name}');
    expect(urlOf({ domain })).toBe('http://shop.example.com');
    expect(urlOf({ https: { certificateArn } })).toBe('https://${aws_lb.web.dns_name}');
    expect(urlOf({ https: { certificateArn }, domain })).toBe('https://shop.example.com');
  });

  test('without a hosted zone are somebody else’s to make', () => {
    expect(added(synthesizeService({ domain: { names: ['shop.example.com'] } }))).toEqual([]);
  });
});

describe('where Terraform decides at plan', () => {
  const names = Token.asList(expression('var.domain.names'));
  const configuration = synthesizeService({
    https: presentIf('var.https != null', {
      certificateArn,
      issued: presentIf('var.https.issued', { names: ['a.example.com'], hostedZoneId: 'Z1' }),
      clientCertificates: presentIf('var.https.clients', {
        mode: 'verify' as const,
        bundle: { bucketName: 'authorities', key: 'all.pem' },
      }),
    }),
    domain: presentIf('var.domain != null', { names, hostedZoneId: 'Z2' }),
  });
  const issued = '(var.https != null ? var.https.issued : false)';

  test('the listener is counted, and port 80 redirects only together with it', () => {
    expect(at(configuration, 'aws_lb_listener.web_https').count).toBe('${var.https != null ? 1 : 0}');
    expect(at(configuration, 'aws_lb_listener.web_http').default_action).toEqual([
      {
        type: '${var.https != null ? "redirect" : "forward"}',
        target_group_arn: '${var.https != null ? null : aws_lb_target_group.web.arn}',
        dynamic: {
          redirect: {
            for_each: '${var.https != null ? [1] : []}',
            content: { port: '443', protocol: 'HTTPS', status_code: 'HTTP_301' },
          },
        },
      },
    ]);
    expect(at(configuration, 'aws_vpc_security_group_ingress_rule.web_https_from_everywhere').count).toBe(
      '${var.https != null ? 1 : 0}',
    );
  });

  test('the certificate is the issued one or the given one', () => {
    expect(at(configuration, 'aws_acm_certificate.web').count).toBe(`\${${issued} ? 1 : 0}`);
    expect(at(configuration, 'aws_route53_record.web_validation').for_each).toContain(
      'merge([for certificate in aws_acm_certificate.web : ',
    );
    expect(at(configuration, 'aws_lb_listener.web_https').certificate_arn).toBe(
      `\${${issued} ? one(aws_acm_certificate_validation.web[*].certificate_arn) : "${certificateArn}"}`,
    );
  });

  test('client certificates are off where they are not asked for', () => {
    const clients = '(var.https != null ? var.https.clients : false)';
    expect(at(configuration, 'aws_lb_listener.web_https').mutual_authentication).toMatchObject({
      mode: `\${${clients} ? "verify" : "off"}`,
      trust_store_arn: `\${${clients} ? one(aws_lb_trust_store.web[*].arn) : null}`,
    });
  });

  test('the names are there or none, and the address follows', () => {
    expect(at(configuration, 'aws_route53_record.web').for_each).toContain('var.domain != null ? toset(');
    expect(
      urlOf({
        https: presentIf('var.https != null', { certificateArn }),
        domain: presentIf('var.domain != null', { names }),
      }),
    ).toBe(
      '${var.https != null ? "https" : "http"}://${var.domain != null ? element(var.domain.names, 0) : aws_lb.web.dns_name}',
    );
  });
});
