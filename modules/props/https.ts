import { conditionOf } from '../private/presence';
import { type Check, listOf, object, oneOf, refuse, text, wholeNumber, yesOrNo } from '../private/shape';
import { ServiceError } from '../service-error';
import { type DomainProps, domainNames, hostedZoneId } from './domain';

/**
 * A listener on port 443. The one on port 80 then answers with a 301 to it.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html
 */
export interface HttpsProps {
  /**
   * ARN of a certificate of the service's region, in ACM or IAM.
   * @default - the certificate that `issued` describes; one of the two must be there
   */
  readonly certificateArn?: string;
  /** A certificate that ACM issues and renews. @default - none: `certificateArn` names one */
  readonly issued?: IssuedCertificateProps;
  /**
   * ARNs of up to 24 more certificates; a client gets the one that fits the name it asks for (SNI).
   * @default - none
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
   */
  readonly furtherCertificateArns?: readonly string[];
  /**
   * Which versions of TLS and which ciphers are spoken: the name of one of AWS's policies.
   * @default ELBSecurityPolicy-TLS13-1-2-2021-06: TLS 1.3 and 1.2, and of 1.2 only ciphers with forward secrecy
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
   */
  readonly securityPolicy?: string;
  /**
   * Whether port 80 answers, with a 301 to the same address on https. `false` leaves it closed: for callers that are
   * programs, such as CloudFront. Known at synth.
   * @default true
   */
  readonly redirectHttp?: boolean;
  /**
   * The header `Strict-Transport-Security` of every answer, such as `max-age=31536000`: browsers then never ask
   * without TLS again, which can't be taken back before that time is over.
   * @default - none
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html
   */
  readonly strictTransportSecurity?: string;
  /** Certificates of the callers (mutual TLS). @default - none is asked for */
  readonly clientCertificates?: ClientCertificateProps;
}

/**
 * A public certificate that ACM issues and renews as long as its records stand in the DNS. A change of the names makes
 * a new one before the old one goes. Free.
 * @see https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
export interface IssuedCertificateProps {
  /** 1 to 100 names, `*.` in front allowed; known to Terraform at plan. @default - those of `domain.names` */
  readonly names?: readonly string[];
  /**
   * Id of the public hosted zone where all these names can be validated. Another certificate for the same name, in
   * another region or stack of the account, has the very same record: the last of them to be destroyed should be the
   * one that removes it.
   * @default - that of `domain.hostedZoneId`
   */
  readonly hostedZoneId?: string;
  /**
   * Minutes that an apply waits for ACM: 5 to 120. It is minutes where the zone answers, and for ever where the
   * domain's registrar names other servers.
   * @default 30
   */
  readonly waitMinutes?: number;
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html */
export interface ClientCertificateProps {
  /**
   * `verify`: the balancer admits whom an authority in the trust store vouches for. `passthrough`: it hands the
   * caller's certificate to the app in the header `X-Amzn-Mtls-Clientcert`, and the app decides.
   */
  readonly mode: 'verify' | 'passthrough';
  /** ARN of a trust store, for `verify`. @default - one made of `bundle` */
  readonly trustStoreArn?: string;
  /** The authorities, for `verify`, of which a trust store is made. @default - none: `trustStoreArn` names one */
  readonly bundle?: CertificateBundleProps;
  /** Whether `verify` admits certificates that have expired. @default false */
  readonly ignoreExpiry?: boolean;
  /** Whether `verify` tells callers the names of its authorities, as some clients need. @default false */
  readonly advertiseAuthorities?: boolean;
}

/**
 * A PEM file with certificates of authorities in S3, in a bucket of the same region.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
 */
export interface CertificateBundleProps {
  /** Name of the bucket. */
  readonly bucketName: string;
  /** Key of the object. */
  readonly key: string;
  /** Version of the object. @default - the newest when the trust store is made */
  readonly version?: string;
}

export const httpsDefaults = {
  securityPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
  redirectHttp: true,
} as const;

export const issuedDefaults = { waitMinutes: 30 } as const;

/** Of AWS's limit of 25 certificates a listener, the first is `certificateArn`. */
const mostFurtherCertificates = 24;

const certificateArn = text(
  'the ARN of a certificate in ACM or IAM',
  /^arn:[\w-]+:(acm:[\w-]+:\d{12}:certificate\/|iam::\d{12}:server-certificate\/)\S+$/,
);

const trustStore = object(
  { mode: oneOf(['verify', 'passthrough']) },
  {
    trustStoreArn: text(
      'the ARN of a trust store',
      /^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:truststore\/\S+$/,
    ),
    bundle: object(
      { bucketName: text('the name of a bucket'), key: text('the key of an object') },
      { version: text('the version of an object') },
    ),
    ignoreExpiry: yesOrNo,
    advertiseAuthorities: yesOrNo,
  },
);

const clientCertificates: Check = (value, at, isReference) => {
  trustStore(value, at, isReference);
  const { mode, trustStoreArn, bundle, ignoreExpiry, advertiseAuthorities } = value as ClientCertificateProps;
  const stores = [trustStoreArn, bundle].filter((each) => each !== undefined).length;
  if (mode === 'verify' && stores !== 1) {
    refuse(
      'ContradictingSettings',
      at,
      value,
      'with either trustStoreArn or bundle: verify asks one of them',
    );
  }
  if (mode === 'passthrough' && stores + (ignoreExpiry || advertiseAuthorities ? 1 : 0) > 0) {
    refuse('ContradictingSettings', at, value, 'nothing but its mode: with passthrough the app verifies');
  }
};

const https = object(
  {},
  {
    certificateArn,
    issued: object({}, { names: domainNames(100), hostedZoneId, waitMinutes: wholeNumber(5, 120) }),
    furtherCertificateArns: listOf(certificateArn, 0, mostFurtherCertificates),
    securityPolicy: text(
      "the name of one of AWS's policies, ELBSecurityPolicy-…",
      /^ELBSecurityPolicy-[\w-]+$/,
    ),
    redirectHttp: yesOrNo,
    strictTransportSecurity: text(
      'such as "max-age=31536000"',
      /^max-age=\d+(; ?includeSubDomains)?(; ?preload)?$/,
    ),
    clientCertificates,
  },
);

export const checkHttps: Check = (value, at, isReference) => {
  https(value, at, isReference);
  const props = value as HttpsProps;
  const certificates = [props.certificateArn, props.issued].filter((each) => each !== undefined).length;
  // Both are there where Terraform decides at plan which of them holds.
  if (certificates === 0 || (certificates === 2 && conditionOf(props.issued) === undefined)) {
    refuse('ContradictingSettings', at, value, 'with either certificateArn or issued');
  }
  if (props.redirectHttp === false && conditionOf(props) !== undefined) {
    refuse(
      'ContradictingSettings',
      `${at}.redirectHttp`,
      false,
      'left out where Terraform decides about https',
    );
  }
};

/** What an issued certificate takes from the domain, where it says nothing itself. */
export function issuedFor(
  issued: IssuedCertificateProps,
  domain: DomainProps | undefined,
): { readonly names: readonly string[]; readonly hostedZoneId: string } {
  const names = issued.names ?? domain?.names;
  const zone = issued.hostedZoneId ?? domain?.hostedZoneId;
  if (names !== undefined && zone !== undefined) return { names, hostedZoneId: zone };
  const missing = names === undefined ? 'names' : 'hostedZoneId';
  throw new ServiceError(
    'MissingSetting',
    `https.issued.${missing} is missing, and so is domain.${missing}, which would stand in for it; set one of them.`,
  );
}
