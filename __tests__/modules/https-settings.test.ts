import { presentIf } from '../../modules';
import { certificateArn } from './balancers';
import { refusalOf } from './refusal';

/** What is refused: settings, the code, and words of the sentence. */
const refused: readonly (readonly [Record<string, unknown>, string, readonly string[]])[] = [
  [{ https: {} }, 'ContradictingSettings', ['https is {}', 'certificateArn', 'issued']],
  [{ https: { certificateArn, issued: {} } }, 'ContradictingSettings', ['certificateArn', 'issued']],
  [{ https: { certificateArn: 'web' } }, 'InvalidSetting', ['https.certificateArn', '"web"', 'ARN']],
  [{ https: { issued: {} } }, 'MissingSetting', ['https.issued.names', 'domain.names']],
  [
    { https: { issued: {} }, domain: { names: ['a.example.com'] } },
    'MissingSetting',
    ['https.issued.hostedZoneId', 'domain.hostedZoneId'],
  ],
  [{ https: { issued: { waitMinutes: 4 } } }, 'SettingOutOfRange', ['https.issued.waitMinutes', '5 to 120']],
  [
    { https: { certificateArn, furtherCertificateArns: Array(25).fill(certificateArn) } },
    'InvalidSetting',
    ['https.furtherCertificateArns', '0 to 24'],
  ],
  [
    { https: { certificateArn, securityPolicy: 'TLS13' } },
    'InvalidSetting',
    ['https.securityPolicy', '"TLS13"', 'ELBSecurityPolicy-'],
  ],
  [
    { https: { certificateArn, strictTransportSecurity: '1 year' } },
    'InvalidSetting',
    ['https.strictTransportSecurity', 'max-age='],
  ],
  [
    { https: { certificateArn, clientCertificates: { mode: 'verify' } } },
    'ContradictingSettings',
    ['https.clientCertificates', 'trustStoreArn or bundle'],
  ],
  [
    {
      https: {
        certificateArn,
        clientCertificates: { mode: 'passthrough', bundle: { bucketName: 'b', key: 'k' } },
      },
    },
    'ContradictingSettings',
    ['https.clientCertificates', 'nothing but its mode'],
  ],
  [
    { https: { certificateArn, clientCertificates: { mode: 'passthrough', ignoreExpiry: true } } },
    'ContradictingSettings',
    ['https.clientCertificates', 'nothing but its mode'],
  ],
  [
    { https: presentIf('var.https', { certificateArn, redirectHttp: false }) },
    'ContradictingSettings',
    ['https.redirectHttp', 'Terraform decides'],
  ],
  [{ domain: { names: [] } }, 'InvalidSetting', ['domain.names', '1 to 100']],
  [
    { domain: { names: ['Shop.example.com'] } },
    'InvalidDomainName',
    ['domain.names[0]', '"Shop.example.com"'],
  ],
  [{ domain: { names: ['localhost'] } }, 'InvalidDomainName', ['domain.names[0]', '"localhost"']],
  [{ domain: { names: ['a.*.com'] } }, 'InvalidDomainName', ['"a.*.com"']],
  [{ domain: { names: ['a.com', 'a.com'] } }, 'InvalidDomainName', ['a.com is there twice']],
  [
    { domain: { names: ['a.com'], hostedZoneId: 'example.com' } },
    'InvalidSetting',
    ['domain.hostedZoneId', 'Z…'],
  ],
];

test.each(refused)('%j is refused as %s', (settings, code, words) => {
  const refusal = refusalOf(settings);
  expect(refusal).toMatchObject({ name: 'ServiceError', code });
  for (const word of words) expect(refusal?.message).toContain(word);
});

test.each<Record<string, unknown>>([
  { https: { certificateArn: 'arn:aws-cn:iam::123456789012:server-certificate/web' } },
  { https: { issued: { names: ['*.example.com'], hostedZoneId: 'Z1' } } },
  { https: { issued: {} }, domain: { names: ['a.example.com'], hostedZoneId: 'Z1' } },
  {
    https: presentIf('var.https', {
      certificateArn,
      issued: presentIf('var.issued', { names: ['a.com'], hostedZoneId: 'Z1' }),
    }),
  },
  { https: { certificateArn, strictTransportSecurity: 'max-age=1; includeSubDomains; preload' } },
])('%j is taken', (settings) => {
  expect(refusalOf(settings)).toBeUndefined();
});
