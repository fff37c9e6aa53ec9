import { all, type Control, every, nested, the } from './control';

const balancer = 'aws_lb';
const listener = 'aws_lb_listener';
const targetGroup = 'aws_lb_target_group';

const https = {
  words: '`https: { certificateArn }`',
  props: { https: { certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/1' } },
};
const noCertificate = 'a certificate needs a domain, which is asked for and never guessed';
const insideVpc = 'TLS ends at the load balancer; what goes on stays in the VPC, between two security groups';

/** https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html */
export const elbControls: readonly Control[] = [
  {
    id: 'ELB.1',
    title: 'HTTP is redirected to HTTPS',
    holds: (configuration) =>
      all(configuration, listener)
        .filter(({ protocol }) => protocol === 'HTTP')
        .every((block) => nested(block, 'default_action').every(({ type }) => type === 'redirect')),
    weaken: (configuration) => {
      const http = all(configuration, listener).find(({ protocol }) => protocol === 'HTTP');
      for (const action of nested(http ?? {}, 'default_action')) action.type = 'forward';
    },
    notByDefault: { reason: noCertificate, metBy: https },
  },
  {
    id: 'ELB.4',
    title: 'the load balancer drops invalid header fields',
    holds: (configuration) => the(configuration, balancer).drop_invalid_header_fields === true,
    weaken: (configuration) => {
      the(configuration, balancer).drop_invalid_header_fields = false;
    },
  },
  {
    id: 'ELB.5',
    title: 'the load balancer logs the requests it gets',
    holds: (configuration) =>
      nested(the(configuration, balancer), 'access_logs').some(({ enabled }) => enabled === true),
    weaken: (configuration) => {
      delete the(configuration, balancer).access_logs;
    },
    notByDefault: {
      reason: 'logs are paid for by their size; each nginx writes them already',
      metBy: {
        words: '`loadBalancer: { accessLogs: { retentionDays: 90 } }`',
        props: { loadBalancer: { accessLogs: { retentionDays: 90 } } },
      },
    },
  },
  {
    id: 'ELB.6',
    title: 'the load balancer is protected from deletion',
    holds: (configuration) => the(configuration, balancer).enable_deletion_protection === true,
    weaken: (configuration) => {
      the(configuration, balancer).enable_deletion_protection = false;
    },
    notByDefault: {
      reason: 'a first try has to be destroyed in one command',
      metBy: {
        words: '`loadBalancer: { deletionProtection: true }`',
        props: { loadBalancer: { deletionProtection: true } },
      },
    },
  },
  {
    id: 'ELB.12',
    title: 'the load balancer mitigates desynchronised requests, defensively or strictly',
    holds: (configuration) =>
      // Defensive is AWS's own default.
      ['defensive', 'strictest'].includes(
        String(the(configuration, balancer).desync_mitigation_mode ?? 'defensive'),
      ),
    weaken: (configuration) => {
      the(configuration, balancer).desync_mitigation_mode = 'monitor';
    },
  },
  {
    id: 'ELB.13',
    title: 'the load balancer spans several Availability Zones',
    holds: (configuration) => {
      const { subnets } = the(configuration, balancer);
      // An expression gives a subnet for each zone, of which the VPC insists on two.
      return typeof subnets === 'string' ? subnets.includes('[*]') : (subnets as unknown[]).length >= 2;
    },
    weaken: (configuration) => {
      the(configuration, balancer).subnets = ['subnet-1'];
    },
  },
  {
    id: 'ELB.16',
    title: 'the load balancer has a web ACL of AWS WAF',
    holds: (configuration) => all(configuration, 'aws_wafv2_web_acl_association').length > 0,
    weaken: ({ resource }) => {
      delete resource.aws_wafv2_web_acl_association;
    },
    notByDefault: {
      reason: 'what to refuse is known to the service alone, and each rule is paid for',
      metBy: {
        words: '`loadBalancer: { webAcl: { arn } }`',
        props: {
          loadBalancer: { webAcl: { arn: 'arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/web/1' } },
        },
      },
    },
  },
  {
    id: 'ELB.17',
    title: 'listeners of HTTPS have a policy that AWS recommends',
    holds: (configuration) =>
      all(configuration, listener)
        .filter(({ protocol }) => protocol === 'HTTPS')
        .every(({ ssl_policy }) => /^ELBSecurityPolicy-TLS13-1-[23]/.test(String(ssl_policy))),
    weaken: (configuration) => {
      const [first] = all(configuration, listener) as Record<string, unknown>[];
      Object.assign(first ?? {}, { protocol: 'HTTPS', ssl_policy: 'ELBSecurityPolicy-2016-08' });
    },
  },
  {
    id: 'ELB.18',
    title: 'requests are answered over HTTPS alone',
    holds: (configuration) =>
      every(
        configuration,
        listener,
        (block) =>
          block.protocol === 'HTTPS' ||
          nested(block, 'default_action').every(({ type }) => type === 'redirect'),
      ),
    weaken: (configuration) => {
      for (const block of all(configuration, listener) as Record<string, unknown>[]) {
        Object.assign(block, { protocol: 'HTTP', default_action: [{ type: 'forward' }] });
      }
    },
    notByDefault: { reason: noCertificate, metBy: https },
  },
  {
    id: 'ELB.21',
    title: 'health checks of targets are encrypted',
    holds: (configuration) =>
      every(configuration, targetGroup, (block) =>
        nested(block, 'health_check').every(({ protocol }) => protocol === 'HTTPS'),
      ),
    weaken: (configuration) => {
      for (const block of all(configuration, targetGroup)) {
        for (const check of nested(block, 'health_check')) check.protocol = 'HTTP';
      }
    },
    notByDefault: { reason: insideVpc },
  },
  {
    id: 'ELB.22',
    title: 'targets are asked over an encrypted connection',
    holds: (configuration) => every(configuration, targetGroup, ({ protocol }) => protocol === 'HTTPS'),
    weaken: (configuration) => {
      for (const block of all(configuration, targetGroup) as Record<string, unknown>[]) {
        block.protocol = 'HTTP';
      }
    },
    notByDefault: { reason: insideVpc },
  },
];
