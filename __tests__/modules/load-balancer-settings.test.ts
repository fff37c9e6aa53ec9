// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { Token } from 'cdktf';
import { refusalOf } from './refusal';

const certificateArn = 'arn:aws:acm:eu-central-1:123456789012:certificate/1';
const listenerArn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shared/1/2';
const existing = { listenerArn, securityGroupId: 'sg-1', dnsName: 'shared.example.com', priority: 1 };
const vpc = { vpcId: 'vpc-1', publicSubnetIds: ['subnet-1', 'subnet-2'] };
const answer = { fixedResponse: { statusCode: 200 } };
const ruled = (rule: object) => ({ loadBalancer: { rules: { some: { priority: 1, ...rule } } } });
const from = (source: object) => ({ loadBalancer: { sources: { some: source } } });

/** What is refused: settings, the code, and words of the sentence. */
const refused: readonly (readonly [Record<string, unknown>, string, readonly string[]])[] = [
  [
    { loadBalancer: { idleTimeoutSeconds: 75 } },
    'TimesCollide',
    ['loadBalancer.idleTimeoutSeconds of 75 s', "nginx's keepalive_timeout of 75 s", '502'],
  ],
  [
    { loadBalancer: { idleTimeoutSeconds: 4001 } },
    'SettingOutOfRange',
    ['loadBalancer.idleTimeoutSeconds', '1 to 4000'],
  ],
  [
    { loadBalancer: { clientKeepAliveSeconds: 59 } },
    'SettingOutOfRange',
    ['loadBalancer.clientKeepAliveSeconds', '60 to 604800'],
  ],
  [
    { loadBalancer: { clientKeepAliveSeconds: 604_801 } },
    'SettingOutOfRange',
    ['loadBalancer.clientKeepAliveSeconds'],
  ],
  [{ loadBalancer: { desyncMitigation: 'off' } }, 'InvalidSetting', ['desyncMitigation', '"defensive"']],
  [{ loadBalancer: { headers: { forwardedFor: 'keep' } } }, 'InvalidSetting', ['headers.forwardedFor']],
  [{ loadBalancer: { headers: { tls: true } } }, 'ContradictingSettings', ['loadBalancer.headers.tls']],
  [
    { loadBalancer: { internal: true } },
    'ContradictingSettings',
    ['loadBalancer.internal', 'network.privateInstances'],
  ],
  [
    { network: { ...vpc, instanceSubnetIds: ['subnet-3'] }, loadBalancer: { internal: true } },
    'ContradictingSettings',
    ['loadBalancer.internal', 'network.instanceSubnetIds', 'two zones'],
  ],
  [{ loadBalancer: { dualStack: true } }, 'ContradictingSettings', ['loadBalancer.dualStack', 'IPv6']],
  [
    { loadBalancer: { accessLogs: { retentionDays: 0 } } },
    'SettingOutOfRange',
    ['loadBalancer.accessLogs.retentionDays', '1 to 3650'],
  ],
  [
    { loadBalancer: { accessLogs: { bucketName: 'logs', prefix: '/web' } } },
    'InvalidSetting',
    ['loadBalancer.accessLogs.prefix'],
  ],
  [
    { loadBalancer: { accessLogs: { bucketName: 'logs', prefix: 'AWSLogs/web' } } },
    'InvalidSetting',
    ['loadBalancer.accessLogs.prefix', 'AWSLogs'],
  ],
  [
    {
      loadBalancer: { webAcl: { arn: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b' } },
    },
    'InvalidSetting',
    ['loadBalancer.webAcl.arn', 'regional'],
  ],
  [from({}), 'InvalidSetting', ['loadBalancer.sources.some', 'one of cidrs, ipv6Cidrs']],
  [
    from({ cidrs: ['10.0.0.0/8'], securityGroupId: 'sg-1' }),
    'InvalidSetting',
    ['loadBalancer.sources.some', 'one of cidrs'],
  ],
  [from({ cidrs: [] }), 'InvalidSetting', ['loadBalancer.sources.some.cidrs', '1 or more']],
  [from({ cidrs: ['10.0.0.1/8'] }), 'InvalidCidr', ['loadBalancer.sources.some.cidrs[0]', '10.0.0.0/8']],
  [from({ ipv6Cidrs: ['10.0.0.0/8'] }), 'InvalidSetting', ['some.ipv6Cidrs[0]', '2001:db8::/32']],
  [from({ prefixListId: 'com.amazonaws' }), 'InvalidSetting', ['some.prefixListId', 'pl-']],
  [from({ securityGroupId: 'web' }), 'InvalidSetting', ['some.securityGroupId', 'sg-']],
  [
    { loadBalancer: { sources: { My_Office: { cidrs: ['10.0.0.0/8'] } } } },
    'InvalidPartName',
    ['loadBalancer.sources', '"My_Office"', 'hyphens'],
  ],
  [
    ruled({ paths: ['/a'] }),
    'ContradictingSettings',
    ['loadBalancer.rules.some', 'forward, redirect and fixedResponse'],
  ],
  [
    ruled({ paths: ['/a'], ...answer, redirect: { host: 'b' } }),
    'ContradictingSettings',
    ['loadBalancer.rules.some', 'one of'],
  ],
  [ruled(answer), 'MissingSetting', ['loadBalancer.rules.some has no condition']],
  [
    ruled({ ...answer, paths: ['/a', '/b', '/c'], hosts: ['d', 'e', 'f'] }),
    'InvalidSetting',
    ['loadBalancer.rules.some', '6 values', 'takes 5'],
  ],
  [ruled({ ...answer, paths: ['a'] }), 'InvalidSetting', ['rules.some.paths[0]', '"a"']],
  [
    ruled({ ...answer, paths: ['/a'], priority: 0 }),
    'SettingOutOfRange',
    ['rules.some.priority', '1 to 50000'],
  ],
  [
    ruled({ paths: ['/a'], fixedResponse: { statusCode: 301 } }),
    'SettingOutOfRange',
    ['rules.some.fixedResponse.statusCode', '301', '3xx'],
  ],
  [ruled({ paths: ['/a'], redirect: {} }), 'ContradictingSettings', ['rules.some.redirect', 'circles']],
  [
    ruled({ paths: ['/a'], forward: { targetGroupArn: 'web' } }),
    'InvalidSetting',
    ['rules.some.forward.targetGroupArn'],
  ],
  [
    ruled({
      paths: ['/a'],
      forward: { targetGroupArn: 'arn:aws:elasticloadbalancing:x:1:targetgroup/a/1', port: 8080 },
    }),
    'ContradictingSettings',
    ['rules.some.forward.port', '8080', 'securityGroupId'],
  ],
  [
    {
      loadBalancer: {
        rules: {
          one: { priority: 7, paths: ['/a'], ...answer },
          two: { priority: 7, paths: ['/b'], ...answer },
        },
      },
    },
    'DuplicatePriority',
    ['loadBalancer.rules.one', 'loadBalancer.rules.two', 'priority 7'],
  ],
  [{ network: vpc, loadBalancer: existing }, 'MissingSetting', ['loadBalancer has no condition']],
  [
    { loadBalancer: { ...existing, paths: ['/a'] } },
    'ContradictingSettings',
    ['loadBalancer.listenerArn', 'set network'],
  ],
  [
    { network: vpc, https: { certificateArn }, loadBalancer: { ...existing, paths: ['/a'] } },
    'ContradictingSettings',
    ['https', 'loadBalancer.scheme'],
  ],
  [
    {
      network: vpc,
      domain: { names: ['a.com'], hostedZoneId: 'Z1' },
      loadBalancer: { ...existing, paths: ['/a'] },
    },
    'MissingSetting',
    ['loadBalancer.hostedZoneId', 'domain.hostedZoneId'],
  ],
  [
    { network: vpc, loadBalancer: { ...existing, paths: ['/a'], internal: true } },
    'UnknownSetting',
    ['loadBalancer.internal'],
  ],
  [
    { routing: { slowStartSeconds: 29 } },
    'SettingOutOfRange',
    ['routing.slowStartSeconds', '0, or 30 to 900'],
  ],
  [{ routing: { slowStartSeconds: 901 } }, 'SettingOutOfRange', ['routing.slowStartSeconds', '900']],
  [
    { routing: { slowStartSeconds: 30, algorithm: 'least_outstanding_requests' } },
    'ContradictingSettings',
    ['routing.slowStartSeconds', 'least_outstanding_requests'],
  ],
  [
    { routing: { slowStartSeconds: 30, algorithm: 'weighted_random' } },
    'ContradictingSettings',
    ['routing.slowStartSeconds', 'weighted_random'],
  ],
  [
    { routing: { anomalyMitigation: true } },
    'ContradictingSettings',
    ['routing.anomalyMitigation', '"weighted_random"'],
  ],
  [
    { routing: { stickiness: { durationSeconds: 604_801 } } },
    'SettingOutOfRange',
    ['routing.stickiness.durationSeconds', '1 to 604800'],
  ],
  [
    { routing: { stickiness: { cookieName: 'AWSALBAPP' } } },
    'InvalidSetting',
    ['routing.stickiness.cookieName', 'sets this one itself'],
  ],
];

test.each(refused)('%j is refused as %s', (settings, code, words) => {
  const refusal = refusalOf(settings);
  expect(refusal).toMatchObject({ name: 'ServiceError', code });
  for (const word of words) expect(refusal?.message).toContain(word);
});

test.each<Record<string, unknown>>([
  { loadBalancer: { idleTimeoutSeconds: 74, clientKeepAliveSeconds: 60 } },
  { loadBalancer: { idleTimeoutSeconds: 1, clientKeepAliveSeconds: 604_800 } },
  { network: { privateInstances: true }, loadBalancer: { internal: true } },
  { network: vpc, loadBalancer: { internal: true, dualStack: true } },
  { loadBalancer: { sources: {} } },
  from({ cidrs: ['0.0.0.0/0'] }),
  from({ ipv6Cidrs: ['::/0', '2001:db8::1/128'] }),
  from({ prefixListName: 'com.amazonaws.global.cloudfront.origin-facing' }),
  ruled({ ...answer, paths: ['/a', '/b'], hosts: ['*.example.com'], methods: ['GET', 'HEAD'] }),
  { network: vpc, loadBalancer: { ...existing, hosts: ['a.example.com'], paths: ['/a/*'] } },
  { routing: { slowStartSeconds: 30 } },
  { routing: { slowStartSeconds: 0, algorithm: 'least_outstanding_requests' } },
  { routing: { algorithm: 'weighted_random', anomalyMitigation: true } },
])('%j is taken', (settings) => {
  expect(refusalOf(settings)).toBeUndefined();
});

test('values of other resources are taken wherever Terraform may know them better', () => {
  const token = Token.asString({ resolve: () => '${other.value}', creationStack: [] });
  const list = Token.asList(token);
  const taken: Record<string, unknown>[] = [
    { https: { certificateArn: token, furtherCertificateArns: [token] } },
    { https: { certificateArn: token, furtherCertificateArns: list } },
    { https: { issued: { names: list, hostedZoneId: token } } },
    { https: { issued: { names: [`shop.${token}`], hostedZoneId: token } } },
    { https: { certificateArn: token, clientCertificates: { mode: 'verify', trustStoreArn: token } } },
    {
      https: {
        certificateArn: token,
        clientCertificates: { mode: 'verify', bundle: { bucketName: token, key: token, version: token } },
      },
    },
    { domain: { names: [`shop.${token}`, token], hostedZoneId: token } },
    { domain: { names: list, hostedZoneId: token } },
    { loadBalancer: { accessLogs: { bucketName: token, prefix: token }, webAcl: { arn: token } } },
    from({ cidrs: [token] }),
    from({ cidrs: list }),
    from({ ipv6Cidrs: [token] }),
    from({ prefixListId: token }),
    from({ prefixListName: token }),
    from({ securityGroupId: token }),
    ruled({ hosts: [token], paths: list, forward: { targetGroupArn: token, securityGroupId: token } }),
    {
      network: { vpcId: token, publicSubnetIds: list, instanceSubnetIds: list },
      loadBalancer: { internal: true },
    },
    {
      network: vpc,
      loadBalancer: {
        listenerArn: token,
        securityGroupId: token,
        dnsName: token,
        hostedZoneId: token,
        priority: 1,
        hosts: [token],
      },
    },
  ];
  for (const settings of taken) expect([settings, refusalOf(settings)]).toEqual([settings, undefined]);
});

test('a construct that is given where a value belongs is refused in a sentence', () => {
  const circle: Record<string, unknown> = {};
  circle.itself = circle;
  expect(refusalOf({ loadBalancer: { vpc: circle } })).toMatchObject({ code: 'UnknownSetting' });
});
