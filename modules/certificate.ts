import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate';
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Fn, Token } from 'cdktf';
import { Construct } from 'constructs';
import { expression } from './private/expression';
import { addressed } from './private/naming';
import type { Option } from './private/option';
import { type PartProps, tagsOf } from './private/part';
import { type DomainProps, type IssuedCertificateProps, issuedDefaults, issuedFor } from './props';

export interface CertificateConstructProps extends PartProps {
  readonly issued: Option<IssuedCertificateProps>;
  readonly domain?: DomainProps;
}

/** Seconds. ACM and callers ask again soon after a change. */
const recordTtl = 60;

/**
 * A certificate that ACM issues once its records stand in the DNS.
 * @see https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
export class Certificate extends Construct {
  readonly certificate: AcmCertificate;
  readonly record: Route53Record;
  readonly validation: AcmCertificateValidation;
  /** Known once the certificate is issued: a listener that refers to it waits for that. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: CertificateConstructProps) {
    super(scope, id);
    const { name, issued } = props;
    const { names, hostedZoneId } = issuedFor(issued.settings, props.domain);
    this.certificate = addressed(
      name,
      issued.gated(
        new AcmCertificate(this, 'Certificate', {
          ...namesOf(names),
          validationMethod: 'DNS',
          tags: tagsOf(props),
          // A listener has no use for none: the new one takes over before the old one goes.
          lifecycle: { createBeforeDestroy: true },
        }),
      ),
    );
    this.record = addressed(
      name,
      new Route53Record(this, 'Validation', {
        zoneId: hostedZoneId,
        name: expression('each.value.resource_record_name'),
        type: expression('each.value.resource_record_type'),
        records: [expression('each.value.resource_record_value')],
        ttl: recordTtl,
        // Another certificate for the name, of another region, has the very same record.
        allowOverwrite: true,
      }),
      'validation',
    );
    this.record.addOverride('for_each', `\${${this.validationOptions(issued.condition !== undefined)}}`);
    this.validation = addressed(
      name,
      issued.gated(
        new AcmCertificateValidation(this, 'Issued', {
          certificateArn: issued.attribute(this.certificate, 'arn'),
          validationRecordFqdns: Token.asList(expression(`[for record in ${this.record.fqn} : record.fqdn]`)),
          timeouts: { create: `${issued.settings.waitMinutes ?? issuedDefaults.waitMinutes}m` },
        }),
      ),
    );
    this.arn = issued.attribute(this.validation, 'certificate_arn');
  }

  /**
   * What ACM wants to see in the DNS, by name. A name and the same with `*.` in front want the same record, which can be
   * there only once.
   */
  private validationOptions(counted: boolean): string {
    const byName = (certificate: string) =>
      `{ for option in ${certificate}.domain_validation_options : trimprefix(option.domain_name, "*.") => option... }`;
    const address = `${this.certificate.terraformResourceType}.${this.certificate.friendlyUniqueId}`;
    const options = counted
      ? `merge([for certificate in ${address} : ${byName('certificate')}]...)`
      : byName(address);
    return `{ for name, options in ${options} : name => options[0] }`;
  }
}

function namesOf(names: readonly string[]) {
  if (Token.isUnresolved(names)) {
    return {
      domainName: Token.asString(Fn.element(names, 0)),
      subjectAlternativeNames: Token.asList(Fn.slice(names, 1, Fn.lengthOf(names))),
    };
  }
  const [domainName = '', ...others] = names;
  return { domainName, subjectAlternativeNames: others.length === 0 ? undefined : others };
}
