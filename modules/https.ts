import { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import { LbListenerCertificate } from '@cdktf/provider-aws/lib/lb-listener-certificate';
import { LbTrustStore } from '@cdktf/provider-aws/lib/lb-trust-store';
import { TerraformIterator, Token } from 'cdktf';
import { Construct } from 'constructs';
import { Certificate } from './certificate';
import { expression } from './private/expression';
import { addressed } from './private/naming';
import type { Option } from './private/option';
import { type PartProps, tagsOf } from './private/part';
import { type ClientCertificateProps, type DomainProps, type HttpsProps, serviceDefaults } from './props';

export const httpsPort = 443;

export interface HttpsConstructProps extends PartProps {
  readonly https: Option<HttpsProps>;
  readonly domain?: DomainProps;
  readonly loadBalancerArn: string;
  readonly targetGroupArn: string;
}

/**
 * The listener that speaks TLS, with its certificates.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html
 */
export class Https extends Construct {
  readonly listener: LbListener;
  /** Undefined where one was given. */
  readonly certificate: Certificate | undefined;
  /** Undefined where one was given, and without client certificates. */
  readonly trustStore: LbTrustStore | undefined;

  constructor(scope: Construct, id: string, props: HttpsConstructProps) {
    super(scope, id);
    const { name, https, domain } = props;
    const { settings } = https;
    const issued = https.within(settings.issued);
    this.certificate =
      issued && new Certificate(this, 'Certificate', { name, tags: props.tags, issued, domain });
    const given = settings.certificateArn;
    const arn = this.certificate?.arn ?? given;
    const clients = https.within(settings.clientCertificates);
    this.trustStore = clients && this.addTrustStore(props, clients);
    this.listener = addressed(
      name,
      https.gated(
        new LbListener(this, 'HttpsListener', {
          loadBalancerArn: props.loadBalancerArn,
          port: httpsPort,
          protocol: 'HTTPS',
          sslPolicy: settings.securityPolicy ?? serviceDefaults.https.securityPolicy,
          certificateArn:
            issued !== undefined && arn !== undefined && given !== undefined
              ? issued.choose(arn, given)
              : arn,
          // Said where it is off, too: the provider leaves it as it was where nothing is said.
          mutualAuthentication: clients === undefined ? { mode: 'off' } : this.mutualAuthentication(clients),
          routingHttpResponseStrictTransportSecurityHeaderValue: settings.strictTransportSecurity,
          defaultAction: [{ type: 'forward', targetGroupArn: props.targetGroupArn }],
          tags: tagsOf(props, 'https'),
        }),
      ),
      'https',
    );
    this.addFurtherCertificates(name, https);
  }

  private addTrustStore(props: PartProps, clients: Option<ClientCertificateProps>): LbTrustStore | undefined {
    const { bundle } = clients.settings;
    if (bundle === undefined) return undefined;
    const store = new LbTrustStore(this, 'TrustStore', {
      name: props.name,
      caCertificatesBundleS3Bucket: bundle.bucketName,
      caCertificatesBundleS3Key: bundle.key,
      caCertificatesBundleS3ObjectVersion: bundle.version,
      tags: tagsOf(props),
    });
    return addressed(props.name, clients.gated(store));
  }

  /** Where Terraform decides at plan, the block is there in any case, and says `off`. */
  private mutualAuthentication(clients: Option<ClientCertificateProps>) {
    const { mode, trustStoreArn, ignoreExpiry, advertiseAuthorities } = clients.settings;
    const arn = this.trustStore === undefined ? trustStoreArn : clients.attribute(this.trustStore, 'arn');
    if (mode === 'passthrough') return { mode: clients.choose(mode, 'off') };
    const nothing = expression('null');
    return {
      mode: clients.choose(mode, 'off'),
      trustStoreArn: arn === undefined ? undefined : clients.choose(arn, nothing),
      ignoreClientCertificateExpiry:
        clients.condition === undefined
          ? (ignoreExpiry ?? false)
          : Token.asAny(clients.choose(expression(String(ignoreExpiry ?? false)), nothing)),
      advertiseTrustStoreCaNames: clients.choose(advertiseAuthorities ? 'on' : 'off', nothing),
    };
  }

  private addFurtherCertificates(name: string, https: Option<HttpsProps>): void {
    const listenerArn = https.attribute(this.listener, 'arn');
    const arns = https.settings.furtherCertificateArns ?? [];
    if (Token.isUnresolved(arns)) {
      const each = TerraformIterator.fromList([...arns]);
      const certificate = new LbListenerCertificate(this, 'FurtherCertificates', {
        forEach: each,
        listenerArn,
        certificateArn: each.value,
      });
      addressed(name, https.gatedEach(certificate, arns), 'further');
      return;
    }
    // Not by for_each: an ARN may be of a certificate that this very apply makes.
    for (const [index, certificateArn] of arns.entries()) {
      const certificate = new LbListenerCertificate(this, `FurtherCertificate${index + 1}`, {
        listenerArn,
        certificateArn,
      });
      addressed(name, https.gated(certificate), `further_${index + 1}`);
    }
  }
}
