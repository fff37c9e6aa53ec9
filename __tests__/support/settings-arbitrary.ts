/** Services as nobody would think of them: random settings that must be taken, and such that must be refused. */
import fc from 'fast-check';
import { type AutoscaledServiceProps, logRetentionDays, operatingSystems } from '../../modules';
import { observability, scaling, wrongScaling } from './scaling-arbitrary';

const { constantFrom, integer, option, record, uniqueArray } = fc;

/** Leaves a setting out now and then, rather than giving it the value undefined. */
function settings<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }, required: readonly (keyof T)[] = []) {
  return record(model, { requiredKeys: [...required] as never[] }) as fc.Arbitrary<T>;
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
const id = (kind: string) => fc.stringMatching(/^[0-9a-f]{8}$/).map((digits) => `${kind}-${digits}`);
const arn = (service: string) => word.map((name) => `arn:aws:${service}:eu-central-1:123456789012:${name}`);
const text = fc
  .string({ minLength: 0, maxLength: 40, unit: 'grapheme' })
  .map((each) => each.replace(/[\p{C}\p{Z}]/gu, '_'));
const named = <T>(value: fc.Arbitrary<T>, maxKeys = 3) => fc.dictionary(word, value, { maxKeys });

export const serviceName = fc
  .tuple(word, fc.array(word, { maxLength: 3 }))
  .map(([first, more]) => [first, ...more].join('-').slice(0, 23).replace(/-$/, ''))
  .filter((name) => !/^(internal|sg)-/.test(name));

const network: fc.Arbitrary<AutoscaledServiceProps['network']> = fc.oneof(
  settings({
    cidr: constantFrom('10.0.0.0/16', '172.16.0.0/20', '192.168.2.0/23'),
    zones: fc.oneof(integer({ min: 2, max: 6 }), fc.constant('all' as const)),
    privateInstances: fc.boolean(),
  }),
  settings(
    {
      vpcId: id('vpc'),
      publicSubnetIds: uniqueArray(id('subnet'), { minLength: 2, maxLength: 4 }),
      instanceSubnetIds: uniqueArray(id('subnet'), { minLength: 1, maxLength: 4 }),
    },
    ['vpcId', 'publicSubnetIds'],
  ),
);

const source = fc.oneof(
  record({ cidrs: uniqueArray(constantFrom('203.0.113.0/24', '198.51.100.7/32'), { minLength: 1 }) }),
  record({ ipv6Cidrs: fc.constant(['2001:db8::/32']) }),
  record({ securityGroupId: id('sg') }),
  record({ prefixListId: id('pl') }),
);

const loadBalancer = settings({
  idleTimeoutSeconds: integer({ min: 1, max: 74 }),
  clientKeepAliveSeconds: integer({ min: 60, max: 604_800 }),
  http2: fc.boolean(),
  deletionProtection: fc.boolean(),
  desyncMitigation: constantFrom('monitor', 'defensive', 'strictest'),
  sources: fc.dictionary(word, source, { minKeys: 1, maxKeys: 3 }),
  accessLogs: settings({ retentionDays: integer({ min: 1, max: 3650 }), connections: fc.boolean() }, [
    'retentionDays',
  ]),
  webAcl: record({ arn: arn('wafv2').map((each) => each.replace(/:(\w+)$/, ':regional/webacl/$1/1')) }),
});

const https = settings(
  {
    certificateArn: arn('acm').map((each) => each.replace(/:(\w+)$/, ':certificate/$1')),
    redirectHttp: fc.boolean(),
  },
  ['certificateArn'],
);

/** Every setting may be there or not, each with a value that is taken. */
export const validSettings = settings(
  {
    name: serviceName,
    network,
    image: fc.oneof(
      record({ os: constantFrom(...operatingSystems) }),
      record({ amiId: id('ami') }),
      record({ ssmParameter: word.map((each) => `/images/${each}`) }),
    ),
    instanceType: constantFrom('t3.micro', 'm7i.large', 'c5.xlarge', 'c7gn.medium', 't4g.nano'),
    cpuTarget: integer({ min: 1, max: 100 }),
    scaling,
    observability,
    warmupSeconds: integer({ min: 1, max: 3600 }),
    bootSeconds: integer({ min: 30, max: 1800 }),
    environment: fc.dictionary(
      word.map((each) => each.toUpperCase()),
      text,
      { maxKeys: 4 },
    ),
    secrets: named(word.map((each) => `/secrets/${each}`)),
    outboundNetwork: constantFrom('allowed', 'denied'),
    logs: fc.oneof(
      record({ retentionDays: constantFrom(...logRetentionDays) }),
      record({ logGroupName: word }),
    ),
    ssh: record({ keyName: word, sourceCidrs: fc.constant(['203.0.113.0/24']) }),
    securityGroupIds: uniqueArray(id('sg'), { maxLength: 4 }),
    policyStatements: fc.array(
      record({
        actions: fc.constant(['s3:GetObject']),
        resources: fc.array(arn('s3'), { minLength: 1, maxLength: 2 }),
      }),
      { maxLength: 2 },
    ),
    rootVolumeGiB: integer({ min: 8, max: 16_384 }),
    loadBalancer,
    https,
    healthCheck: settings({
      path: word.map((each) => `/${each}`),
      intervalSeconds: integer({ min: 6, max: 300 }),
      healthyThreshold: integer({ min: 2, max: 10 }),
      unhealthyThreshold: integer({ min: 2, max: 10 }),
    }),
    deregistrationDelaySeconds: integer({ min: 26, max: 3600 }),
    tags: named(text),
  },
  ['name'],
) as unknown as fc.Arbitrary<AutoscaledServiceProps>;

/** The same, with limits of the group: whose order is the one thing that two settings have to agree on. */
export const validServices = fc
  .tuple(validSettings, option(integer({ min: 1, max: 50 })), integer({ min: 0, max: 50 }))
  .map(([service, minCapacity, above]): AutoscaledServiceProps => {
    const release = /^(c7gn|t4g)\./.test(service.instanceType ?? '') ? { release: 'arm' } : {};
    const limits = minCapacity === null ? {} : { minCapacity, maxCapacity: minCapacity + above };
    return { ...service, ...release, ...limits };
  });

/** A setting's path, and values of its type or not that no service can have there. */
export const wrongSettings: readonly (readonly [path: string, values: readonly unknown[]])[] = [
  ['name', ['', 'Web', 'a_b', '1a', 'a--b', 'a'.repeat(24), 'sg-a', 7, null]],
  ['network.cidr', ['10.0.0.0', '10.0.0.1/16', '10.0.0.0/24', '300.0.0.0/16', 10]],
  ['network.zones', [0, 1, 7, 2.5, 'some']],
  ['network.privateInstances', ['yes', 1]],
  ['image.os', ['ubuntu', 'windows', 24]],
  ['instanceType', ['micro', 't3', 'mac1.metal', 3]],
  ['minCapacity', [0, -1, 1.5, '1']],
  ['maxCapacity', [0, -1, 1.5, '2']],
  ['cpuTarget', [0, -1, 101, '50', Number.NaN]],
  ['warmupSeconds', [0, 3601, 1.5]],
  ['bootSeconds', [29, 1801, '150']],
  ['environment', [[], 'A=b', 7]],
  ['secrets', [[], 'A=b', 7]],
  ['outboundNetwork', ['none', true]],
  ['logs.retentionDays', [0, 2, 10_000, '30']],
  ['ssh.sourceCidrs[0]', ['0.0.0.0/0', '10.0.0.0/7', 'here']],
  ['securityGroupIds[0]', ['web', 7]],
  ['rootVolumeGiB', [0, 16_385, 1.5, '8']],
  ['healthCheck.path', ['ready', '/a b', 7]],
  ['healthCheck.intervalSeconds', [4, 301, 10.5]],
  ['healthCheck.healthyThreshold', [1, 11]],
  ['deregistrationDelaySeconds', [25, 3601, -1, '30']],
  ['loadBalancer.idleTimeoutSeconds', [0, 75, 4001, '60']],
  ['loadBalancer.clientKeepAliveSeconds', [59, 604_801]],
  ['loadBalancer.desyncMitigation', ['none', 1]],
  ['loadBalancer.accessLogs.retentionDays', [0, 3651]],
  ['https.certificateArn', ['certificate', 7]],
  ['tags', [[], 'a=b']],
  ...wrongScaling,
];

/** Services of which one setting is wrong, and its path. */
export const invalidServices = fc
  .constantFrom(...wrongSettings.flatMap(([path, values]) => values.map((value) => ({ path, value }))))
  .chain((wrong) => validServices.map((service) => ({ ...wrong, service: withValue(service, wrong) })));

function withValue(
  service: AutoscaledServiceProps,
  { path, value }: { readonly path: string; readonly value: unknown },
): Record<string, unknown> {
  const [head = '', ...rest] = path.replace(/\[0\]$/, '.0').split('.');
  const nest = (keys: readonly string[]): unknown => {
    const [key, ...deeper] = keys;
    if (key === undefined) return value;
    return key === '0' ? [nest(deeper)] : { [key]: nest(deeper) };
  };
  const around: Record<string, unknown> = { ssh: { keyName: 'key' } }[head] ?? {};
  const nested = nest(rest);
  const isPlain = typeof nested === 'object' && nested !== null && !Array.isArray(nested) && rest.length > 0;
  return { ...service, [head]: isPlain ? { ...around, ...nested } : nested };
}
