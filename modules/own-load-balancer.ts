import { Lb } from '@cdktf/provider-aws/lib/lb';
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import type { LbListenerRule } from '@cdktf/provider-aws/lib/lb-listener-rule';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { Wafv2WebAclAssociation } from '@cdktf/provider-aws/lib/wafv2-web-acl-association';
import { type ITerraformDependable, Token } from 'cdktf';
import { Construct } from 'constructs';
import { AccessLogs } from './access-logs';
import { Admission, type AdmittedPort } from './admission';
import { Https, httpsPort } from './https';
import { addListenerRule } from './listener-rule';
import type { Network } from './network';
import { expression } from './private/expression';
import { addressed } from './private/naming';
import { Option, presentIf } from './private/option';
import { type PartProps, tagsOf } from './private/part';
import { timesOf } from './private/times';
import {
  checkListenerRule,
  type DomainProps,
  type HttpsProps,
  headersDefaults,
  type ListenerRuleProps,
  type OwnLoadBalancerProps,
  partName,
  serviceDefaults,
} from './props';
import { ServiceError } from './service-error';
import { instancePort } from './target-group';

const httpPort = 80;

export interface OwnLoadBalancerConstructProps extends PartProps {
  readonly network: Network;
  readonly settings: OwnLoadBalancerProps;
  readonly https?: HttpsProps;
  readonly domain?: DomainProps;
  readonly targetGroupArn: string;
}

/**
 * An Application Load Balancer of the service's own: security group, who may connect, listeners, logs, firewall.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
 */
export class OwnLoadBalancer extends Construct {
  readonly securityGroup: SecurityGroup;
  readonly admission: Admission;
  readonly loadBalancer: Lb;
  /** Undefined without `https`. */
  readonly https: Https | undefined;
  /** Undefined without `https.redirectHttp`. */
  readonly httpListener: LbListener | undefined;
  /** Undefined without `accessLogs`. */
  readonly accessLogs: AccessLogs | undefined;
  /** Undefined without `webAcl`. */
  readonly webAclAssociation: Wafv2WebAclAssociation | undefined;
  /** What callers speak: http or https. */
  readonly scheme: string;
  /** Callers reach the service once they all exist. */
  readonly requirements: readonly ITerraformDependable[];
  /** The listener that hands requests on. */
  private readonly servingListenerArn: string;
  private readonly priorities = new Map<number, string>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: OwnLoadBalancerConstructProps,
  ) {
    super(scope, id);
    const { name, settings, targetGroupArn } = props;
    const https = Option.of(props.https);
    this.securityGroup = addressed(
      name,
      new SecurityGroup(this, 'SecurityGroup', {
        name: `${name}-load-balancer`,
        description: `Load balancer of ${name}`,
        vpcId: props.network.vpcId,
        tags: tagsOf(props, 'load-balancer'),
        lifecycle: { createBeforeDestroy: true },
      }),
      'load_balancer',
    );
    this.admission = new Admission(this, 'Admission', {
      name,
      tags: props.tags,
      securityGroupId: this.securityGroup.id,
      ports: portsOf(https),
      sources: settings.sources,
      dualStack: settings.dualStack ?? false,
    });
    const accessLogs = Option.of(settings.accessLogs);
    this.accessLogs =
      accessLogs && new AccessLogs(this, 'AccessLogs', { name, tags: props.tags, accessLogs });
    this.loadBalancer = this.addLoadBalancer(accessLogs);
    const loadBalancerArn = this.loadBalancer.arn;
    this.https =
      https &&
      new Https(this, 'Https', {
        name,
        tags: props.tags,
        https,
        domain: props.domain,
        loadBalancerArn,
        targetGroupArn,
      });
    if (https?.settings.redirectHttp ?? serviceDefaults.https.redirectHttp) {
      this.httpListener = this.addHttpListener(https);
    }
    this.webAclAssociation = this.addWebAcl();
    this.scheme = https?.choose('https', 'http') ?? 'http';
    this.servingListenerArn = this.findServingListener(https);
    this.requirements = [
      ...this.admission.rules,
      ...(this.httpListener === undefined ? [] : [this.httpListener]),
      ...(this.https === undefined ? [] : [this.https.listener]),
    ];
    for (const [rule, ruleSettings] of Object.entries(settings.rules ?? {})) this.addRule(rule, ruleSettings);
  }

  addRule(name: string, rule: ListenerRuleProps): LbListenerRule {
    partName(name, 'The name of a rule', Token.isUnresolved);
    checkListenerRule(rule, `The rule ${name}`, Token.isUnresolved);
    const other = this.priorities.get(rule.priority);
    if (other !== undefined) {
      throw new ServiceError(
        'DuplicatePriority',
        `The rules ${other} and ${name} have priority ${rule.priority} both; AWS takes each only once on a listener.`,
      );
    }
    this.priorities.set(rule.priority, name);
    this.allowToTargets(name, rule);
    return addListenerRule(this, this.props, name, this.servingListenerArn, rule);
  }

  private addLoadBalancer(accessLogs: Option<object> | undefined): Lb {
    const { name, network, settings } = this.props;
    const defaults = serviceDefaults.loadBalancer;
    const internal = settings.internal ?? defaults.internal;
    const headers = { ...headersDefaults, ...settings.headers };
    const logsConnections = settings.accessLogs?.connections ?? false;
    return addressed(
      name,
      new Lb(this, 'LoadBalancer', {
        name,
        loadBalancerType: 'application',
        internal,
        ipAddressType: (settings.dualStack ?? defaults.dualStack) ? 'dualstack' : 'ipv4',
        subnets: internal ? network.instanceSubnetIds : network.publicSubnetIds,
        securityGroups: [this.securityGroup.id],
        idleTimeout: timesOf({}, settings).loadBalancerIdle,
        clientKeepAlive: settings.clientKeepAliveSeconds ?? defaults.clientKeepAliveSeconds,
        enableHttp2: settings.http2 ?? defaults.http2,
        desyncMitigationMode: settings.desyncMitigation ?? defaults.desyncMitigation,
        enableDeletionProtection: settings.deletionProtection ?? defaults.deletionProtection,
        dropInvalidHeaderFields: true,
        xffHeaderProcessingMode: headers.forwardedFor,
        enableXffClientPort: headers.forwardedPort,
        preserveHostHeader: headers.preserveHost,
        enableTlsVersionAndCipherSuiteHeaders: headers.tls,
        accessLogs: this.logBlock(accessLogs),
        connectionLogs: this.logBlock(logsConnections ? accessLogs : undefined),
        tags: tagsOf(this.props),
        lifecycle: { replaceTriggeredBy: network.replacedWith },
        // Without a route from the internet gateway, AWS refuses an internet-facing load balancer.
        dependsOn: [...network.routes, ...(this.accessLogs?.requirements ?? [])],
      }),
    );
  }

  /** Said where there are none, too: the provider leaves logs as they were where nothing is said. */
  private logBlock(option: Option<object> | undefined) {
    if (option === undefined || this.accessLogs === undefined) return { enabled: false, bucket: '' };
    const { bucketName, prefix } = this.accessLogs;
    return {
      enabled: option.condition === undefined ? true : Token.asAny(expression(option.condition)),
      bucket: option.choose(bucketName, ''),
      prefix: prefix === undefined ? undefined : option.choose(prefix, ''),
    };
  }

  private addHttpListener(https: Option<HttpsProps> | undefined): LbListener {
    const { name, targetGroupArn } = this.props;
    const forward = { type: 'forward', targetGroupArn };
    const redirect = { port: String(httpsPort), protocol: 'HTTPS', statusCode: 'HTTP_301' };
    const listener = addressed(
      name,
      new LbListener(this, 'HttpListener', {
        loadBalancerArn: this.loadBalancer.arn,
        port: httpPort,
        protocol: 'HTTP',
        defaultAction: [https === undefined ? forward : { type: 'redirect', redirect }],
        tags: tagsOf(this.props),
        // Callers are sent to it: it must be there by then.
        dependsOn: this.https === undefined ? undefined : [this.https.listener],
      }),
      'http',
    );
    if (https?.condition === undefined) return listener;
    // An override is put behind a list's entries, so there must be none.
    listener.putDefaultAction([]);
    listener.addOverride('default_action', [
      {
        type: https.choose('redirect', 'forward'),
        target_group_arn: https.choose(expression('null'), targetGroupArn),
        dynamic: {
          redirect: {
            for_each: `\${${https.condition} ? [1] : []}`,
            content: { port: redirect.port, protocol: redirect.protocol, status_code: redirect.statusCode },
          },
        },
      },
    ]);
    return listener;
  }

  private addWebAcl(): Wafv2WebAclAssociation | undefined {
    const webAcl = Option.of(this.props.settings.webAcl);
    if (webAcl === undefined) return undefined;
    const association = new Wafv2WebAclAssociation(this, 'WebAcl', {
      resourceArn: this.loadBalancer.arn,
      webAclArn: webAcl.settings.arn,
    });
    return addressed(this.props.name, webAcl.gated(association));
  }

  private findServingListener(https: Option<HttpsProps> | undefined): string {
    const http = this.httpListener?.arn;
    if (https === undefined || this.https === undefined) return http ?? '';
    const secure = https.attribute(this.https.listener, 'arn');
    return http === undefined ? secure : https.choose(secure, http);
  }

  /** The balancer may connect to nothing but the instances: targets of a rule are to be named. */
  private allowToTargets(name: string, { forward }: ListenerRuleProps): void {
    if (forward?.securityGroupId === undefined) return;
    const port = forward.port ?? instancePort;
    const rule = new VpcSecurityGroupEgressRule(this, `to-${name}`, {
      securityGroupId: this.securityGroup.id,
      referencedSecurityGroupId: forward.securityGroupId,
      description: `What the rule ${name} forwards to`,
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      tags: tagsOf(this.props, `to-${name}`),
    });
    addressed(this.props.name, rule, `to_${name}`);
  }
}

/** Where there is HTTPS, port 80 only redirects: a prefix list need not fill the security group's rules twice. */
function portsOf(https: Option<HttpsProps> | undefined): readonly AdmittedPort[] {
  const http = { name: 'http', port: httpPort } as const;
  if (https === undefined) return [http];
  const secure = { name: 'https', port: httpsPort, option: https } as const;
  if (https.settings.redirectHttp === false) return [secure];
  const withoutHttps = https.condition === undefined ? undefined : presentIf(`!(${https.condition})`, {});
  return [{ ...http, prefixLists: Option.of(withoutHttps) ?? 'never' }, secure];
}
