import { type Check, hasKey, listOf, object, oneOf, text, wholeNumber, yesOrNo } from '../private/shape';
import {
  checkConditions,
  checkHost,
  checkListenerRules,
  checkPath,
  type ListenerRuleProps,
} from './listener-rule';
import { checkSources, type SourceProps } from './source';

export type LoadBalancerProps = OwnLoadBalancerProps | ExistingLoadBalancerProps;

/**
 * A load balancer of the service's own.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
 */
export interface OwnLoadBalancerProps {
  /**
   * Whether only the VPC, and what has a route to it, reaches it. It then stands in the instances' subnets, which an own
   * network must have: `network.privateInstances`. A change makes **another balancer with another DNS name, and the
   * service is down meanwhile**.
   * @default false
   */
  readonly internal?: boolean;
  /**
   * Whether it has IPv6 addresses beside the IPv4 ones. Its subnets need IPv6 ranges. Instances are asked over IPv4.
   * @default false
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#ip-address-type
   */
  readonly dualStack?: boolean;
  /**
   * Who may connect, by names of your choice, which become part of Terraform's addresses; `allowFrom` adds to it.
   * @default - everybody
   */
  readonly sources?: Readonly<Record<string, SourceProps>>;
  /**
   * Seconds until an idle connection is closed, and until an answer has to have begun: 1 to 74, below the 75 after which
   * nginx closes it.
   * @default 60
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout
   */
  readonly idleTimeoutSeconds?: number;
  /**
   * Seconds after which a client's connection is closed at the latest, busy or not: 60 to 604800.
   * @default 3600
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#http-client-keep-alive-duration
   */
  readonly clientKeepAliveSeconds?: number;
  /** Whether clients may speak HTTP/2, which they do over TLS only. @default true */
  readonly http2?: boolean;
  /**
   * How requests are treated that servers may understand differently (request smuggling): `monitor` lets all pass,
   * `strictest` only what RFC 7230 allows.
   * @default defensive
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#desync-mitigation-mode
   */
  readonly desyncMitigation?: 'monitor' | 'defensive' | 'strictest';
  /**
   * Whether AWS refuses to delete it. A `destroy` then ends with an error, and so does what would replace it; to tear
   * down, apply once with `false`.
   * @default false: what is tried out can be torn down
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#deletion-protection
   */
  readonly deletionProtection?: boolean;
  /** What the balancer does with the headers of a request. @default - see {@link HeadersProps} */
  readonly headers?: HeadersProps;
  /** Logs of all requests in S3. @default - none */
  readonly accessLogs?: AccessLogsProps;
  /** A firewall for requests. @default - none */
  readonly webAcl?: WebAclProps;
  /**
   * Rules in front of the service, by names of your choice, which become part of Terraform's addresses; on port 443
   * where there is HTTPS. `loadBalancer.addRule` adds to it.
   * @default - none: the service gets every request
   */
  readonly rules?: Readonly<Record<string, ListenerRuleProps>>;
}

/**
 * A load balancer that exists, and that several services share: the service is a rule on one of its listeners. Its
 * listener decides about TLS, its owner about everything else. From or to one of the service's own, callers have to
 * be moved by you: the DNS name is another.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
 */
export interface ExistingLoadBalancerProps {
  /** ARN of the listener; its balancer stands in the service's VPC. */
  readonly listenerArn: string;
  /** Id of the balancer's security group: instances admit it, and it is allowed to connect to them. */
  readonly securityGroupId: string;
  /** The balancer's name in the DNS. */
  readonly dnsName: string;
  /** Id of the balancer's own hosted zone, for the alias records of `domain`. @default - no such records are made */
  readonly hostedZoneId?: string;
  /** 1 to 50000, which no other rule of the listener has. */
  readonly priority: number;
  /** Names that the service answers to. At least one of `hosts` and `paths`. @default - any */
  readonly hosts?: readonly string[];
  /** Paths that the service answers to, such as `/shop/*`. @default - any */
  readonly paths?: readonly string[];
  /** What the listener speaks. @default https */
  readonly scheme?: 'http' | 'https';
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html */
export interface HeadersProps {
  /**
   * `append`: the caller's address is put behind what `X-Forwarded-For` has. `preserve`: nothing is changed, for a proxy in
   * front that is trusted, since the app then believes whatever a caller writes. `remove`: there is none, and logs and app
   * take the balancer for the caller.
   * @default append
   */
  readonly forwardedFor?: 'append' | 'preserve' | 'remove';
  /** Whether `X-Forwarded-For` has the caller's port as well. @default false */
  readonly forwardedPort?: boolean;
  /** Whether `Host` stays as the caller wrote it; else AWS adds or removes a port. @default false */
  readonly preserveHost?: boolean;
  /** Whether the app gets `X-Amzn-Tls-Version` and `X-Amzn-Tls-Cipher-Suite`. @default false */
  readonly tls?: boolean;
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html */
export type AccessLogsProps = OwnLogBucketProps | ExistingLogBucketProps;

/**
 * A bucket of the service's own, private and encrypted. A destroy deletes it with all it holds.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
 */
export interface OwnLogBucketProps {
  /** Days until a log expires: 1 to 3650. */
  readonly retentionDays: number;
  /** Whether connections, with their TLS handshakes, are logged besides. @default false */
  readonly connections?: boolean;
}

/**
 * A bucket that exists in the region, encrypted with S3's own keys, whose policy lets
 * `logdelivery.elasticloadbalancing.amazonaws.com` write.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export interface ExistingLogBucketProps {
  /** Name of the bucket. */
  readonly bucketName: string;
  /** In front of the keys, without slashes at its ends. @default - the service's name */
  readonly prefix?: string;
  /** Whether connections, with their TLS handshakes, are logged besides. @default false */
  readonly connections?: boolean;
}

/** @see https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html */
export interface WebAclProps {
  /** ARN of a regional web ACL of AWS WAF. */
  readonly arn: string;
}

export const loadBalancerDefaults = {
  internal: false,
  dualStack: false,
  idleTimeoutSeconds: 60,
  clientKeepAliveSeconds: 3600,
  http2: true,
  desyncMitigation: 'defensive',
  deletionProtection: false,
} as const;

export const headersDefaults = {
  forwardedFor: 'append',
  forwardedPort: false,
  preserveHost: false,
  tls: false,
} as const;

const ownBucket = object({ retentionDays: wholeNumber(1, 3650) }, { connections: yesOrNo });
const existingBucket = object(
  { bucketName: text('the name of a bucket') },
  {
    prefix: text('a prefix without slashes at its ends and without AWSLogs', /^(?!.*AWSLogs)[^/](.*[^/])?$/),
    connections: yesOrNo,
  },
);
const accessLogs: Check = (value, at, isReference) => {
  (hasKey(value, 'bucketName') ? existingBucket : ownBucket)(value, at, isReference);
};

const own = object(
  {},
  {
    internal: yesOrNo,
    dualStack: yesOrNo,
    sources: checkSources,
    idleTimeoutSeconds: wholeNumber(1, 4000),
    clientKeepAliveSeconds: wholeNumber(60, 604_800),
    http2: yesOrNo,
    desyncMitigation: oneOf(['monitor', 'defensive', 'strictest']),
    deletionProtection: yesOrNo,
    headers: object(
      {},
      {
        forwardedFor: oneOf(['append', 'preserve', 'remove']),
        forwardedPort: yesOrNo,
        preserveHost: yesOrNo,
        tls: yesOrNo,
      },
    ),
    accessLogs,
    webAcl: object({
      arn: text('the ARN of a regional web ACL', /^arn:[\w-]+:wafv2:[\w-]+:\d{12}:regional\/webacl\/\S+$/),
    }),
    rules: checkListenerRules,
  },
);

const existing = object(
  {
    listenerArn: text(
      'the ARN of a listener of an Application Load Balancer',
      /^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:listener\/app\/\S+$/,
    ),
    securityGroupId: text('the id of a security group, sg-…', /^sg-\S+$/),
    dnsName: text('the DNS name of a load balancer'),
    priority: wholeNumber(1, 50_000),
  },
  {
    hostedZoneId: text('the id of a hosted zone, Z…', /^Z[A-Z0-9]{1,31}$/),
    hosts: listOf(checkHost, 1),
    paths: listOf(checkPath, 1),
    scheme: oneOf(['http', 'https']),
  },
);

export const checkLoadBalancer: Check = (value, at, isReference) => {
  if (!hasKey(value, 'listenerArn')) return own(value, at, isReference);
  existing(value, at, isReference);
  checkConditions(value as ExistingLoadBalancerProps, at, isReference);
};

/** Whether the load balancer is somebody else's. */
export function isExisting(props: LoadBalancerProps | undefined): props is ExistingLoadBalancerProps {
  return props !== undefined && 'listenerArn' in props;
}
