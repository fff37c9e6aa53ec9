// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { Token } from 'cdktf';
import type { AutoscaledServiceProps } from '../../modules';
import { nearest } from '../../modules/private/shape';
import { checkService } from '../../modules/props';
import { synthesizeService } from './synthesize';

/** What is refused: settings, the code, and words of the sentence: the setting, its value, what is allowed. */
const refused: readonly (readonly [Record<string, unknown>, string, readonly string[]])[] = [
  [{ name: undefined }, 'MissingSetting', ['name', 'missing']],
  [{ name: '' }, 'InvalidServiceName', ['name', '""', '1 to 23']],
  [{ name: 'a23456789-123456789-1234' }, 'InvalidServiceName', ['a23456789-123456789-1234', '1 to 23']],
  [{ name: 'Web' }, 'InvalidServiceName', ['"Web"', 'small letters']],
  [{ name: 'my_web' }, 'InvalidServiceName', ['"my_web"', 'hyphens']],
  [{ name: '1web' }, 'InvalidServiceName', ['"1web"', 'letter first']],
  [{ name: 'web-' }, 'InvalidServiceName', ['"web-"', 'no hyphen last']],
  [{ name: 'a--b' }, 'InvalidServiceName', ['"a--b"', 'single hyphens']],
  [{ name: 'internal-web' }, 'InvalidServiceName', ['"internal-web"', 'internal-']],
  [{ name: 'sg-web' }, 'InvalidServiceName', ['"sg-web"', 'sg-']],
  [{ name: 7 }, 'InvalidServiceName', ['name', '7']],
  [{ name: '${TfToken[TOKEN.0]}' }, 'InvalidServiceName', ['name']],
  [{ minCapacity: 3, maxCapacity: 2 }, 'CapacityInverted', ['minCapacity 3', 'maxCapacity 2', 'raise']],
  [{ minCapacity: 0 }, 'SettingOutOfRange', ['minCapacity', '0', '1 or more']],
  [{ maxCapacity: 0 }, 'SettingOutOfRange', ['maxCapacity', '0', '1 or more']],
  [{ maxCapacity: 2.5 }, 'SettingOutOfRange', ['maxCapacity', '2.5', 'whole number']],
  [{ maxCapacity: '2' }, 'SettingOutOfRange', ['maxCapacity', '"2"', 'whole number']],
  [{ cpuTarget: 0 }, 'SettingOutOfRange', ['cpuTarget', '0', 'above 0', '100']],
  [{ cpuTarget: 1e-109 }, 'SettingOutOfRange', ['cpuTarget', '1e-109', '8.51592e-109']],
  [{ cpuTarget: 101 }, 'SettingOutOfRange', ['cpuTarget', '101', '100']],
  [{ cpuTarget: Number.NaN }, 'SettingOutOfRange', ['cpuTarget']],
  [{ warmupSeconds: 0 }, 'SettingOutOfRange', ['warmupSeconds', '0', '1 to 3600']],
  [{ warmupSeconds: 3601 }, 'SettingOutOfRange', ['warmupSeconds', '3601', '1 to 3600']],
  [{ bootSeconds: 29 }, 'SettingOutOfRange', ['bootSeconds', '29', '30 to 1800']],
  [{ instanceType: 'micro' }, 'InvalidInstanceType', ['instanceType', '"micro"', 't3.micro']],
  [{ instanceType: 'mac2.metal' }, 'InvalidInstanceType', ['"mac2.metal"', 'Linux']],
  [{ network: { cidr: 'ten' } }, 'InvalidCidr', ['network.cidr', '"ten"', '/16 to /23']],
  [{ network: { cidr: '10.0.0.256/16' } }, 'InvalidCidr', ['"10.0.0.256/16"']],
  [{ network: { cidr: '010.0.0.0/16' } }, 'InvalidCidr', ['"010.0.0.0/16"']],
  [{ network: { cidr: '10.0.0.0/24' } }, 'InvalidCidr', ['"10.0.0.0/24"', '/16 to /23']],
  [{ network: { cidr: '10.0.0.0/8' } }, 'InvalidCidr', ['"10.0.0.0/8"', '/16 to /23']],
  [{ network: { cidr: '10.1.2.3/16' } }, 'InvalidCidr', ['"10.1.2.3/16"', '10.1.0.0/16']],
  [{ network: { cidr: '127.0.0.0/16' } }, 'InvalidCidr', ['"127.0.0.0/16"', 'outside of']],
  [{ network: { cidr: '0.0.0.0/16' } }, 'InvalidCidr', ['"0.0.0.0/16"', 'outside of']],
  [{ network: { cidr: '169.254.0.0/16' } }, 'InvalidCidr', ['"169.254.0.0/16"', 'outside of']],
  [{ network: { cidr: '224.0.0.0/16' } }, 'InvalidCidr', ['"224.0.0.0/16"', 'outside of']],
  [{ network: { zones: 1 } }, 'SettingOutOfRange', ['network.zones', '1', '2 to 6', 'two zones']],
  [{ network: { zones: 7 } }, 'SettingOutOfRange', ['network.zones', '7', '2 to 6']],
  [{ network: { zones: 'some' } }, 'SettingOutOfRange', ['network.zones', '"some"', '"all"']],
  [
    { network: { privateInstances: 'yes' } },
    'InvalidSetting',
    ['privateInstances', '"yes"', 'true or false'],
  ],
  [{ network: { vpcId: 'vpc-1' } }, 'MissingSetting', ['network.publicSubnetIds']],
  [{ network: { instanceSubnetIds: ['subnet-1'] } }, 'MissingSetting', ['network.vpcId']],
  [{ network: { publicSubnetIds: ['subnet-1', 'subnet-2'] } }, 'MissingSetting', ['network.vpcId']],
  [
    { network: { vpcId: 'vpc-1', publicSubnetIds: ['subnet-1'] } },
    'InvalidSetting',
    ['publicSubnetIds', '2 or more'],
  ],
  [
    { network: { vpcId: 'vpc-1', publicSubnetIds: ['a', 'b'] } },
    'InvalidSetting',
    ['publicSubnetIds[0]', '"a"'],
  ],
  [
    { network: { vpcId: 'vpc-1', publicSubnetIds: ['subnet-1', 'subnet-2'], cidr: '10.0.0.0/16' } },
    'UnknownSetting',
    ['network.cidr', '10.0.0.0/16', 'vpcId'],
  ],
  [{ image: { os: 'windows' } }, 'InvalidSetting', ['image.os', '"windows"', '"debian-12"']],
  [{ image: {} }, 'MissingSetting', ['image.os']],
  [{ image: { amiId: 'nginx' } }, 'InvalidSetting', ['image.amiId', '"nginx"', 'ami-']],
  [{ image: { amiId: 'ami-1', os: 'debian-12' } }, 'UnknownSetting', ['image.os']],
  [
    { image: { os: 'debian-12', publication: 'latest' } },
    'InvalidSetting',
    ['publication', '"latest"', 'serial'],
  ],
  [
    { ssh: { keyName: 'k', sourceCidrs: ['0.0.0.0/0'] } },
    'WorldOpenSsh',
    ['ssh.sourceCidrs[0]', '0.0.0.0/0', 'world'],
  ],
  [
    { ssh: { keyName: 'k', sourceCidrs: ['10.0.0.0/8', '::/0'] } },
    'WorldOpenSsh',
    ['sourceCidrs[1]', '::/0'],
  ],
  [{ ssh: { keyName: 'k', sourceCidrs: ['9.9.9.9/00'] } }, 'WorldOpenSsh', ['9.9.9.9/00']],
  [{ ssh: { keyName: 'k', sourceCidrs: ['128.0.0.0/1'] } }, 'InvalidCidr', ['128.0.0.0/1', '/8 to /32']],
  [{ ssh: { keyName: 'k', sourceCidrs: [] } }, 'InvalidSetting', ['ssh.sourceCidrs', '[]', '1 or more']],
  [{ ssh: { sourceCidrs: ['10.0.0.0/8'] } }, 'MissingSetting', ['ssh.keyName']],
  [{ ssh: { keyName: 'k' } }, 'MissingSetting', ['ssh.sourceCidrs']],
  [{ environment: { PORT: '80' } }, 'ReservedEnvironmentName', ['environment', '"PORT"', 'SERVICE_NAME']],
  [{ environment: { READY_FILE: '/x' } }, 'ReservedEnvironmentName', ['"READY_FILE"', 'READY_FILE,']],
  [{ environment: { LISTEN_FDS: '1' } }, 'ReservedEnvironmentName', ['"LISTEN_FDS"', 'LISTEN_*']],
  [{ environment: { 'MY-KEY': '1' } }, 'InvalidEnvironmentName', ['environment', '"MY-KEY"', 'underscores']],
  [{ environment: { '1A': '1' } }, 'InvalidEnvironmentName', ['"1A"', 'no digit first']],
  [{ environment: { A: 1 } }, 'InvalidEnvironmentValue', ['environment.A', '1', 'string']],
  [
    { environment: { A: 'two\nlines' } },
    'InvalidEnvironmentValue',
    ['environment.A', 'two\\nlines', 'one line'],
  ],
  [{ environment: { A: 'a\0b' } }, 'InvalidEnvironmentValue', ['environment.A', 'one line']],
  [{ environment: { A: '\ud800' } }, 'InvalidEnvironmentValue', ['environment.A', 'Unicode']],
  [{ environment: ['A=1'] }, 'InvalidSetting', ['environment', 'an object']],
  [{ secrets: { 'MY-KEY': '/a' } }, 'InvalidSecretName', ['secrets', '"MY-KEY"', 'underscores']],
  [{ secrets: { ['A'.repeat(65)]: '/a' } }, 'InvalidSecretName', ['secrets', '1 to 64']],
  [{ secrets: { A: '/a b' } }, 'InvalidSecretParameter', ['secrets.A', '"/a b"', 'SSM parameter']],
  [{ secrets: { A: '/a//b' } }, 'InvalidSecretParameter', ['secrets.A', '"/a//b"']],
  [{ secrets: { A: 'arn:aws:ssm:x' } }, 'InvalidSecretParameter', ['secrets.A', '"arn:aws:ssm:x"']],
  [{ secrets: { A: '' } }, 'InvalidSecretParameter', ['secrets.A', '""']],
  [{ secrets: ['/a'] }, 'InvalidSetting', ['secrets', 'an object']],
  [{ outboundNetwork: 'none' }, 'InvalidSetting', ['outboundNetwork', '"none"', '"allowed" or "denied"']],
  [{ logs: {} }, 'MissingSetting', ['logs.retentionDays']],
  [{ logs: { retentionDays: 10 } }, 'SettingOutOfRange', ['logs.retentionDays', '10', '7, 14']],
  [{ logs: { logGroupName: 'a b' } }, 'InvalidSetting', ['logs.logGroupName', '"a b"', 'log group']],
  [
    { logs: { logGroupName: '/a', retentionDays: 7 } },
    'UnknownSetting',
    ['logs.retentionDays', 'logGroupName'],
  ],
  [{ release: '' }, 'InvalidSetting', ['release', '""', 'npm run release']],
  [{ securityGroupIds: ['web'] }, 'InvalidSetting', ['securityGroupIds[0]', '"web"', 'sg-']],
  [{ securityGroupIds: 'sg-1' }, 'InvalidSetting', ['securityGroupIds', '"sg-1"', 'a list']],
  [
    { securityGroupIds: ['sg-1', 'sg-2', 'sg-3', 'sg-4', 'sg-5'] },
    'InvalidSetting',
    ['securityGroupIds', '0 to 4'],
  ],
  [
    { policyStatements: [{ actions: [], resources: ['*'] }] },
    'InvalidSetting',
    ['policyStatements[0].actions', '1 or more'],
  ],
  [
    { policyStatements: [{ actions: ['s3'], resources: ['*'] }] },
    'InvalidSetting',
    ['actions[0]', '"s3"', 's3:GetObject'],
  ],
  [{ policyStatements: [{ actions: ['s3:*'] }] }, 'MissingSetting', ['policyStatements[0].resources']],
  [
    { policyStatements: [{ actions: ['s3:*'], resources: ['*'], effect: 'allow' }] },
    'InvalidSetting',
    ['effect', '"Deny"'],
  ],
  [
    { policyStatements: [{ actions: ['s3:*'], resources: ['*'], effect: 7 }] },
    'InvalidSetting',
    ['effect', '7', '"Allow" or "Deny"'],
  ],
  [{ rootVolumeGiB: 0 }, 'SettingOutOfRange', ['rootVolumeGiB', '0', '1 to 16384']],
  [{ healthCheck: { path: 'readyz' } }, 'InvalidSetting', ['healthCheck.path', '"readyz"', 'begins with /']],
  [{ healthCheck: { path: '/ready now' } }, 'InvalidSetting', ['healthCheck.path', '"/ready now"']],
  [{ healthCheck: { path: '/é' } }, 'InvalidSetting', ['healthCheck.path', '"/é"']],
  [
    { healthCheck: { intervalSeconds: 4 } },
    'SettingOutOfRange',
    ['healthCheck.intervalSeconds', '4', '5 to 300'],
  ],
  [{ healthCheck: { healthyThreshold: 1 } }, 'SettingOutOfRange', ['healthyThreshold', '1', '2 to 10']],
  [
    { healthCheck: { intervalSeconds: 5 } },
    'TimesCollide',
    ['healthCheck.timeoutSeconds of 5 s', 'below', 'healthCheck.intervalSeconds of 5 s'],
  ],
  [
    { deregistrationDelaySeconds: 25 },
    'TimesCollide',
    ["the app's drain of 25 s", 'below', 'deregistrationDelaySeconds of 25 s'],
  ],
  [
    { deregistrationDelaySeconds: 3601 },
    'SettingOutOfRange',
    ['deregistrationDelaySeconds', '3601', '0 to 3600'],
  ],
  [{ tags: tagsUpTo(41) }, 'InvalidSetting', ['tags', '41 entries', 'at most 40']],
  [{ tags: { 'aws:x': 'y' } }, 'InvalidTag', ['tags', '"aws:x"', 'aws:']],
  [{ tags: { x: 'y'.repeat(257) } }, 'InvalidTag', ['tags.x', '256']],
  [{ minCapcity: 2 }, 'UnknownSetting', ['minCapcity', '2', 'Did you mean minCapacity?']],
  [{ network: { Zones: 3 } }, 'UnknownSetting', ['network.Zones', 'Did you mean zones?']],
  [{ spot: true }, 'UnknownSetting', ['spot', 'Known here: name, network']],
  [{ constructor: 1 }, 'UnknownSetting', ['constructor']],
];

test.each(refused)('%j is refused as %s', (settings, code, words) => {
  const refusal = refusalOf(() => checkService({ name: 'web', ...settings }, '', Token.isUnresolved));
  expect(refusal).toMatchObject({ name: 'ServiceError', code });
  for (const word of words) expect(refusal?.message).toContain(word);
});

test('a construct refuses what the table refuses, before it adds anything', () => {
  expect(() => synthesizeService({ minCapacity: 3, maxCapacity: 2 })).toThrow(/minCapacity 3/);
});

test.each<Partial<AutoscaledServiceProps>>([
  { name: 'a' },
  { name: 'a23456789-123456789-123' },
  { minCapacity: 1, maxCapacity: 1 },
  { minCapacity: 5 },
  { cpuTarget: 0.5 },
  { cpuTarget: 1e-108 },
  { cpuTarget: 100 },
  { warmupSeconds: 1 },
  { network: { cidr: '192.168.0.0/23', zones: 6 } },
  { network: { zones: 'all' } },
  { deregistrationDelaySeconds: 26 },
  { healthCheck: { intervalSeconds: 6 } },
  { ssh: { keyName: 'k', sourceCidrs: ['203.0.113.7/32', '10.0.0.0/8'] } },
  { instanceType: 'u-6tb1.112xlarge' },
  { environment: { _x: '', LISTEN: 'allowed' } },
  { policyStatements: [{ actions: ['*'], resources: ['*'] }] },
  { maxCapacity: undefined, tags: {} },
  { tags: tagsUpTo(40) },
  { deregistrationDelaySeconds: 3600 },
  { policyStatements: [{ actions: ['*'], resources: ['*'], effect: 'Deny' }] },
])('%j is taken', (settings) => {
  expect(refusalOf(() => checkService({ name: 'web', ...settings }, '', Token.isUnresolved))).toBeUndefined();
});

test('values of other resources are taken wherever Terraform may know them better', () => {
  const reference = Token.asString('${other.value}');
  expect(reference).toBe('${other.value}');
  const token = Token.asString({ resolve: () => reference, creationStack: [] });
  const settings = {
    name: 'web',
    network: { vpcId: token, publicSubnetIds: Token.asList(token) },
    image: { amiId: token },
    environment: { URL: `postgres://${token}/db` },
    securityGroupIds: [token],
    ssh: { keyName: token, sourceCidrs: ['10.0.0.0/8'] },
    policyStatements: [{ actions: ['s3:GetObject'], resources: [token] }],
    tags: { Owner: token },
  };
  expect(refusalOf(() => checkService(settings, '', Token.isUnresolved))).toBeUndefined();
});

test.each([
  ['minCapcity', 'minCapacity'],
  ['cpu_target', 'cpuTarget'],
  ['MAXCAPACITY', 'maxCapacity'],
  ['spot', undefined],
])('the known name nearest to %s is %s', (name, expected) => {
  expect(nearest(name, ['minCapacity', 'maxCapacity', 'cpuTarget', 'network'])).toBe(expected);
});

function refusalOf(check: () => void): (Error & { code?: string }) | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function tagsUpTo(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, '']));
}
