// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { Lb } from '@cdktf/provider-aws/lib/lb';
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group';
import { Route } from '@cdktf/provider-aws/lib/route';
import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Wafv2WebAcl } from '@cdktf/provider-aws/lib/wafv2-web-acl';
import { Fn, propertyAccess, type TerraformStack, TerraformVariable, Token } from 'cdktf';
import { presentIf } from '../../../modules';
import type { Configuration } from './configuration';

export const loadBalancerConfigurations: readonly Configuration[] = [
  {
    title: 'with HTTPS by a certificate that is there, and callers who show theirs to the app',
    props: (stack) => ({
      https: {
        certificateArn: certificate(stack, 'shop.example.com'),
        furtherCertificateArns: [certificate(stack, 'shop.example.org')],
        strictTransportSecurity: 'max-age=31536000; includeSubDomains',
        clientCertificates: { mode: 'passthrough' },
      },
      domain: { names: ['shop.example.com'] },
      loadBalancer: { headers: { tls: true, preserveHost: true } },
    }),
  },
  {
    title: 'with HTTPS by a certificate that ACM issues, and names in the DNS',
    props: (stack) => ({
      https: { issued: {} },
      domain: { names: ['example.com', '*.example.com'], hostedZoneId: zone(stack) },
    }),
  },
  {
    title: 'whose callers show certificates that the load balancer verifies',
    notInMoto:
      'moto has no trust stores: the create of aws_lb_trust_store is answered 500 until the provider gives up',
    props: (stack) => ({
      https: {
        certificateArn: certificate(stack, 'shop.example.com'),
        clientCertificates: {
          mode: 'verify',
          bundle: { bucketName: 'authorities', key: 'all.pem' },
          advertiseAuthorities: true,
        },
      },
    }),
  },
  {
    title: 'with logs of requests and connections in a bucket of its own',
    props: {
      loadBalancer: {
        accessLogs: { retentionDays: 30, connections: true },
        idleTimeoutSeconds: 30,
        clientKeepAliveSeconds: 600,
        desyncMitigation: 'strictest',
        http2: false,
        headers: { forwardedPort: true },
      },
    },
  },
  {
    title: 'with logs of requests in a bucket that is there',
    props: (stack) => {
      const bucket = new S3Bucket(stack, 'logs', { bucketPrefix: 'logs-', forceDestroy: true });
      return { loadBalancer: { accessLogs: { bucketName: bucket.id } } };
    },
  },
  {
    title: 'inside its network only, for some ranges and one security group',
    props: (stack) => ({
      network: { privateInstances: true },
      loadBalancer: {
        internal: true,
        sources: {
          office: { cidrs: ['10.20.0.0/16', '10.30.0.0/16'] },
          vpn: { ipv6Cidrs: ['2001:db8::/32'] },
        },
      },
      domain: { names: ['shop.internal.example.com'], hostedZoneId: zone(stack) },
    }),
  },
  {
    title: 'with IPv6 callers, in a network that has it',
    notInMoto:
      "moto shows no state of a subnet's IPv6 range: the provider waits 3 minutes for it to become associated",
    props: (stack) => {
      const { route: _, ...network } = existingNetwork(stack, true);
      return {
        network,
        loadBalancer: { dualStack: true },
        domain: { names: ['shop.example.com'], hostedZoneId: zone(stack) },
      };
    },
  },
  {
    title: 'behind a firewall for requests',
    props: (stack) => {
      const visibilityConfig = {
        cloudwatchMetricsEnabled: true,
        metricName: 'web',
        sampledRequestsEnabled: false,
      };
      const acl = new Wafv2WebAcl(stack, 'acl', {
        name: 'acl',
        scope: 'REGIONAL',
        defaultAction: { allow: {} },
        visibilityConfig,
      });
      return { loadBalancer: { webAcl: { arn: acl.arn } } };
    },
  },
  {
    title: 'that CloudFront alone may call, over HTTPS only',
    props: (stack) => ({
      https: { certificateArn: certificate(stack, 'origin.example.com'), redirectHttp: false },
      loadBalancer: {
        sources: { cloudfront: { prefixListName: 'com.amazonaws.global.cloudfront.origin-facing' } },
      },
    }),
  },
  {
    title: 'whose load balancer answers some requests by itself and hands others to another group',
    props: (stack) => {
      const { route: _, ...network } = existingNetwork(stack, false);
      const group = new SecurityGroup(stack, 'admin', { name: 'admin', vpcId: network.vpcId });
      const admin = new LbTargetGroup(stack, 'admin-targets', {
        name: 'admin',
        port: 8080,
        protocol: 'HTTP',
        vpcId: network.vpcId,
      });
      return {
        network,
        loadBalancer: {
          sources: { admin: { securityGroupId: group.id }, world: { cidrs: ['0.0.0.0/0'] } },
          rules: {
            admin: {
              priority: 10,
              paths: ['/admin/*'],
              forward: { targetGroupArn: admin.arn, securityGroupId: group.id, port: 8080 },
            },
            'old-shop': {
              priority: 20,
              hosts: ['old.example.com'],
              redirect: { host: 'shop.example.com', statusCode: 301 },
            },
            robots: {
              priority: 30,
              paths: ['/robots.txt'],
              methods: ['GET'],
              fixedResponse: { statusCode: 200, body: 'User-agent: *' },
            },
          },
        },
      };
    },
  },
  {
    title: 'that starts slowly and keeps a client with its instance',
    props: {
      routing: { slowStartSeconds: 60, stickiness: { cookieName: 'session', durationSeconds: 3600 } },
    },
  },
  {
    title: 'that spares instances with more errors than the rest',
    props: { routing: { algorithm: 'weighted_random' } },
  },
  {
    title: 'on a load balancer that it shares with others',
    props: (stack) => {
      const network = existingNetwork(stack, false);
      const group = new SecurityGroup(stack, 'shared-group', { name: 'shared', vpcId: network.vpcId });
      const shared = new Lb(stack, 'shared', {
        name: 'shared',
        subnets: network.publicSubnetIds,
        securityGroups: [group.id],
        dependsOn: [network.route],
      });
      const listener = new LbListener(stack, 'shared-listener', {
        loadBalancerArn: shared.arn,
        port: 80,
        protocol: 'HTTP',
        defaultAction: [
          { type: 'fixed-response', fixedResponse: { contentType: 'text/plain', statusCode: '404' } },
        ],
      });
      return {
        network: { vpcId: network.vpcId, publicSubnetIds: network.publicSubnetIds },
        loadBalancer: {
          listenerArn: listener.arn,
          securityGroupId: group.id,
          dnsName: shared.dnsName,
          hostedZoneId: shared.zoneId,
          priority: 100,
          hosts: ['shop.example.com'],
          scheme: 'http',
        },
        domain: { names: ['shop.example.com'], hostedZoneId: zone(stack) },
      };
    },
  },
  ...[false, true].map((present) => ({
    title: `whose HTTPS, names, logs and firewall Terraform decides about, and ${present ? 'all' : 'none'} are there`,
    props: (stack: TerraformStack) => decidedAtPlan(stack, present),
  })),
];

/** As a Terraform module has its settings: objects that may be null. */
function decidedAtPlan(stack: TerraformStack, present: boolean): ReturnType<Props> {
  const settings = {
    https: { certificate_arn: null, further: [] },
    domain: { names: ['shop.example.com'] },
    access_logs: { days: 30 },
  };
  const types = {
    https: 'object({ certificate_arn = string, further = list(string) })',
    domain: 'object({ names = list(string) })',
    access_logs: 'object({ days = number })',
  };
  const variables = new Map(
    Object.entries(settings).map(([name, value]) => {
      const variable = new TerraformVariable(stack, name, { type: types[name as keyof typeof types] });
      // CDKTF refuses a default of null, and writes keys of an object its own way.
      variable.addOverride('default', present ? value : null);
      return [name, variable];
    }),
  );
  const attributeOf = (name: keyof typeof settings, attribute: string) =>
    propertyAccess(variables.get(name)?.fqn, [attribute]);
  return {
    https: presentIf('var.https != null', {
      certificateArn: Token.asString(attributeOf('https', 'certificate_arn')),
      furtherCertificateArns: Token.asList(attributeOf('https', 'further')),
      issued: presentIf('var.https.certificate_arn == null', {}),
      clientCertificates: presentIf('var.https.certificate_arn != null', {
        mode: 'passthrough' as const,
      }),
    }),
    domain: presentIf('var.domain != null', {
      names: Token.asList(attributeOf('domain', 'names')),
      hostedZoneId: zone(stack),
    }),
    loadBalancer: {
      sources: {
        office: { cidrs: ['203.0.113.0/24'] },
        partner: { prefixListId: 'pl-0123456789abcdef0' },
      },
      accessLogs: presentIf('var.access_logs != null', { retentionDays: 30, connections: true }),
      webAcl: presentIf('false', { arn: 'arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/a/b' }),
    },
  };
}

type Props = Extract<Configuration['props'], (stack: TerraformStack) => unknown>;

function certificate(stack: TerraformStack, domainName: string): string {
  return new AcmCertificate(stack, `certificate-${domainName}`, { domainName, validationMethod: 'DNS' }).arn;
}

function zone(stack: TerraformStack): string {
  return new Route53Zone(stack, 'zone', { name: 'example.com', forceDestroy: true }).zoneId;
}

function existingNetwork(stack: TerraformStack, ipv6: boolean) {
  const vpc = new Vpc(stack, 'vpc', { cidrBlock: '10.50.0.0/16', assignGeneratedIpv6CidrBlock: ipv6 });
  const gateway = new InternetGateway(stack, 'gateway', { vpcId: vpc.id });
  const route = new Route(stack, 'route', {
    routeTableId: vpc.mainRouteTableId,
    destinationCidrBlock: '0.0.0.0/0',
    gatewayId: gateway.id,
  });
  const publicSubnetIds = ['a', 'b'].map(
    (letter, index) =>
      new Subnet(stack, `subnet-${letter}`, {
        vpcId: vpc.id,
        availabilityZone: `eu-central-1${letter}`,
        cidrBlock: `10.50.${index}.0/24`,
        ipv6CidrBlock: ipv6 ? Fn.cidrsubnet(vpc.ipv6CidrBlock, 8, index + 1) : undefined,
        dependsOn: [route],
      }).id,
  );
  return { vpcId: vpc.id, publicSubnetIds, route };
}
