// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { AutoscaledService, presentIf } from '../../modules';
import { expression } from '../../modules/private/expression';
import { admitted, certificateArn, vpc, withBalancer } from './balancers';
import { at, synthesize, synthesizeService } from './synthesize';

const standard = synthesizeService();

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
