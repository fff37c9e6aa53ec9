// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { Token } from 'cdktf';
import type {
  AutoscaledServiceProps,
  FleetProps,
  InstanceRequirementsProps,
  RolloutProps,
} from '../../modules';
import { checkService } from '../../modules/props';

const requirements = (more: object = {}): object => ({
  mixedInstances: { requirements: { vcpuCount: { min: 2 }, memoryMib: { min: 1024 }, ...more } },
});
const types = (...instanceTypes: object[]): object => ({ mixedInstances: { instanceTypes } });
const volume = (more: object): object => ({ volumes: [{ deviceName: '/dev/sdf', sizeGiB: 10, ...more }] });
const micro = { instanceType: 't3.micro' };
const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/mrk-1';

type Refused = readonly (readonly [object, string, readonly string[]])[];

const refusedFleets: Refused = [
  [types(), 'InvalidSetting', ['fleet.mixedInstances.instanceTypes', '1 to 40']],
  [types({ instanceType: 'micro' }), 'InvalidInstanceType', ['instanceTypes[0].instanceType', '"micro"']],
  [types(micro, micro), 'DuplicateInstanceType', ['instanceTypes[1].instanceType', 't3.micro', 'once']],
  [types({ ...micro, weight: 0 }), 'SettingOutOfRange', ['instanceTypes[0].weight', '1 to 999']],
  [
    types({ ...micro, weight: 1 }, { instanceType: 't3.small' }),
    'MissingSetting',
    ['instanceTypes[1].weight', 'all types or for none'],
  ],
  [
    types(micro, { instanceType: 't4g.micro' }),
    'MixedArchitectures',
    ['fleet.mixedInstances.instanceTypes[1].instanceType t4g.micro is arm64', 't3.micro is amd64'],
  ],
  [
    { mixedInstances: { instanceTypes: Token.asList('${local.types}') } },
    'InvalidSetting',
    ['instanceTypes'],
  ],
  [
    {
      mixedInstances: {
        instanceTypes: [micro],
        requirements: { vcpuCount: { min: 1 }, memoryMib: { min: 1 } },
      },
    },
    'SettingsExclude',
    ['fleet.mixedInstances.requirements', 'instanceTypes'],
  ],
  [
    { mixedInstances: { onDemandPercentageAboveBaseCapacity: 101 } },
    'SettingOutOfRange',
    ['onDemandPercentageAboveBaseCapacity', '101', '0 to 100'],
  ],
  [{ mixedInstances: { onDemandBaseCapacity: -1 } }, 'SettingOutOfRange', ['onDemandBaseCapacity', '-1']],
  [
    { mixedInstances: { spotInstancePools: 3 } },
    'SettingsExclude',
    ['spotInstancePools', '3', 'spotAllocationStrategy', '"lowest-price"'],
  ],
  [
    { mixedInstances: { spotAllocationStrategy: 'lowest-price', spotInstancePools: 21 } },
    'SettingOutOfRange',
    ['spotInstancePools', '21', '1 to 20'],
  ],
  [{ mixedInstances: { spotMaxPrice: '1 USD' } }, 'InvalidSetting', ['spotMaxPrice', '"1 USD"', '0.012']],
  [
    { mixedInstances: { ...mixedOf(requirements()), onDemandAllocationStrategy: 'prioritized' } },
    'SettingsExclude',
    ['onDemandAllocationStrategy', '"prioritized"', 'no order'],
  ],
  [
    {
      mixedInstances: {
        ...mixedOf(requirements()),
        spotAllocationStrategy: 'capacity-optimized-prioritized',
      },
    },
    'SettingsExclude',
    ['spotAllocationStrategy', 'no order'],
  ],
  [
    requirements({ vcpuCount: { min: 4, max: 2 } }),
    'RangeInverted',
    ['requirements.vcpuCount.min 4', 'max 2'],
  ],
  [requirements({ memoryMib: {} }), 'MissingSetting', ['requirements.memoryMib.min']],
  [
    requirements({ allowedInstanceTypes: ['m5.*'], excludedInstanceTypes: ['t3.*'] }),
    'SettingsExclude',
    ['requirements.allowedInstanceTypes', 'excludedInstanceTypes'],
  ],
  [
    requirements({ cpuManufacturers: ['intel', 'amazon-web-services'] }),
    'MixedArchitectures',
    ['cpuManufacturers[1]', 'amazon-web-services makes arm64', 't3.micro is amd64'],
  ],
  [
    requirements({
      spotMaxPricePercentageOverLowestPrice: 50,
      maxSpotPriceAsPercentageOfOptimalOnDemandPrice: 50,
    }),
    'SettingsExclude',
    ['spotMaxPricePercentageOverLowestPrice', 'maxSpotPriceAsPercentageOfOptimalOnDemandPrice'],
  ],
  [{ ...types(micro), warmPool: {} }, 'SettingsExclude', ['fleet.warmPool', 'fleet.mixedInstances']],
  [{ warmPool: { state: 'Running' } }, 'UnknownSetting', ['fleet.warmPool.state']],
  [
    { warmPool: { maxPreparedCapacity: 1 } },
    'CapacityInverted',
    ['fleet.warmPool.maxPreparedCapacity 1', 'minCapacity 2'],
  ],
  [
    { maintenancePolicy: { minHealthyPercentage: 90, maxHealthyPercentage: 191 } },
    'SettingOutOfRange',
    ['fleet.maintenancePolicy.maxHealthyPercentage 191', '100 above', '90'],
  ],
  [
    { maintenancePolicy: { minHealthyPercentage: 90, maxHealthyPercentage: 99 } },
    'SettingOutOfRange',
    ['maxHealthyPercentage', '99', '100 to 200'],
  ],
  [{ maximumLifetimeSeconds: 86_399 }, 'SettingOutOfRange', ['fleet.maximumLifetimeSeconds', '86400']],
  [{ terminationPolicies: ['Oldest'] }, 'InvalidSetting', ['terminationPolicies[0]', '"OldestInstance"']],
  [
    { terminationPolicies: ['Default', 'arn:aws:lambda:eu-central-1:111122223333:function:choose:1'] },
    'InvalidSetting',
    ['terminationPolicies[1]', 'the first'],
  ],
  [{ suspendedProcesses: ['Scale'] }, 'InvalidSetting', ['suspendedProcesses[0]', '"AlarmNotification"']],
  [{ rootVolume: { iops: 2999 } }, 'SettingOutOfRange', ['fleet.rootVolume.iops', '3000 to 16000']],
  [
    { rootVolume: { throughput: 751 } },
    'SettingOutOfRange',
    ['fleet.rootVolume.throughput', '751', 'a quarter', '3000'],
  ],
  [{ rootVolume: { iops: 10_001 } }, 'SettingOutOfRange', ['fleet.rootVolume.iops', '500', '20 GiB']],
  [volume({ iops: 5001 }), 'SettingOutOfRange', ['fleet.volumes[0].iops', '5001', '500', '10 GiB']],
  [volume({ deviceName: '/dev/sda1' }), 'InvalidSetting', ['volumes[0].deviceName', '/dev/sdf']],
  [volume({ sizeGiB: 0 }), 'SettingOutOfRange', ['volumes[0].sizeGiB', '1 to 16384']],
  [
    {
      volumes: [
        { deviceName: '/dev/sdf', sizeGiB: 1 },
        { deviceName: '/dev/sdf', sizeGiB: 2 },
      ],
    },
    'DuplicateDevice',
    ['fleet.volumes', '/dev/sdf'],
  ],
  [{ volumeKey: { kmsKeyArn: 'alias/shop' } }, 'InvalidSetting', ['volumeKey.kmsKeyArn', '"alias/shop"']],
  [
    { ...types({ instanceType: 'm5.large' }), cpuCredits: 'standard' },
    'SettingsExclude',
    ['cpuCredits', 'm5.large'],
  ],
  [
    { ...requirements(), cpuCredits: 'standard' },
    'SettingsExclude',
    ['fleet.cpuCredits', 'burstablePerformance', '"required"'],
  ],
  [{ placement: { strategy: 'near' } }, 'InvalidSetting', ['fleet.placement.strategy', '"spread"']],
  [{ placement: { strategy: 'spread', partitionCount: 2 } }, 'UnknownSetting', ['placement.partitionCount']],
  [{ placement: { strategy: 'partition', partitionCount: 8 } }, 'SettingOutOfRange', ['1 to 7']],
  [{ placement: { strategy: 'cluster' } }, 'SettingsExclude', ['placement.strategy', 'one zone']],
  [
    { placement: { strategy: 'spread' }, tenancy: 'dedicated' },
    'SettingsExclude',
    ['placement.strategy', 'tenancy'],
  ],
  [
    { placement: { strategy: 'partition', partitionCount: 3 }, tenancy: 'dedicated' },
    'SettingsExclude',
    ['placement.partitionCount', '3', '1 or 2'],
  ],
  [{ tenancy: 'host' }, 'InvalidSetting', ['fleet.tenancy', '"dedicated"']],
  [
    { managedPolicies: { 'My Policy': 'arn:aws:iam::aws:policy/ReadOnlyAccess' } },
    'InvalidSetting',
    ['"My Policy"'],
  ],
  [{ managedPolicies: { read: 'ReadOnlyAccess' } }, 'InvalidSetting', ['fleet.managedPolicies.read', 'ARN']],
  [{ permissionsBoundaryArn: 'boundary' }, 'InvalidSetting', ['fleet.permissionsBoundaryArn', '"boundary"']],
];

/** Two instances at least, with a root volume of 20 GiB: what some of the table is measured against. */
const around = { name: 'web', minCapacity: 2, rootVolumeGiB: 20 };

test.each(refusedFleets)('the fleet %j is refused as %s', (fleet, code, words) => {
  expectRefusal({ ...around, fleet }, code, words);
});

const refusedRollouts: Refused = [
  [{ strategy: 'blue-green' }, 'InvalidSetting', ['rollout.strategy', '"refresh" or "none"']],
  [{ minHealthyPercentage: 101 }, 'SettingOutOfRange', ['rollout.minHealthyPercentage', '0 to 100']],
  [{ maxHealthyPercentage: 99 }, 'SettingOutOfRange', ['rollout.maxHealthyPercentage', '100 to 200']],
  [{ minHealthyPercentage: 9 }, 'SettingOutOfRange', ['maxHealthyPercentage 110', '100 above', '9']],
  [{ checkpointPercentages: [] }, 'InvalidSetting', ['checkpointPercentages', '1 or more']],
  [{ checkpointPercentages: [50, 20] }, 'SettingOutOfRange', ['[50,20]', 'ascending']],
  [{ checkpointPercentages: [50, 50, 100] }, 'SettingOutOfRange', ['ascending']],
  [{ checkpointPercentages: [0, 100] }, 'SettingOutOfRange', ['checkpointPercentages[0]', '1 to 100']],
  [
    { checkpointPercentages: [100], checkpointDelaySeconds: 172_801 },
    'SettingOutOfRange',
    ['checkpointDelaySeconds', '0 to 172800'],
  ],
  [
    { checkpointDelaySeconds: 60 },
    'SettingsExclude',
    ['rollout.checkpointDelaySeconds', 'checkpointPercentages'],
  ],
  [{ alarms: Array(11).fill('a') }, 'InvalidSetting', ['rollout.alarms', '1 to 10']],
  [{ autoRollback: true }, 'UnknownSetting', ['rollout.autoRollback']],
  [
    { warmupSeconds: 59 },
    'TimesCollide',
    ['grace period of 60 s', 'at most', 'rollout.warmupSeconds of 59 s', 'load balancer'],
  ],
];

test.each(refusedRollouts)('the rollout %j is refused as %s', (rollout, code, words) => {
  expectRefusal({ ...around, rollout }, code, words);
});

test.each<readonly [string, Partial<AutoscaledServiceProps>, string, readonly string[]]>([
  [
    'Graviton types without an instanceType of theirs',
    { fleet: types({ instanceType: 'm7g.large' }) },
    'MixedArchitectures',
    ['m7g.large is arm64', 'name one of them as instanceType'],
  ],
  [
    'more instances than a spread over three zones holds',
    { maxCapacity: 22, fleet: { placement: { strategy: 'spread' } } },
    'SettingOutOfRange',
    ['maxCapacity', '22', '21', '3 zones'],
  ],
  [
    'credits of a type that has none',
    { instanceType: 'm5.large', fleet: { cpuCredits: 'unlimited' } },
    'SettingsExclude',
    ['fleet.cpuCredits', 'm5.large'],
  ],
  [
    'a cluster of burstable instances',
    { network: inOneSubnet(), fleet: { placement: { strategy: 'cluster' } } },
    'SettingsExclude',
    ['t3.micro', 'burstable'],
  ],
])('%s are refused', (_what, props, code, words) => {
  expectRefusal({ name: 'web', ...props }, code, words);
});

test.each<readonly [string, Partial<AutoscaledServiceProps>]>([
  ['a fleet without settings', { fleet: {} }],
  ['one type on Spot alone', { fleet: { mixedInstances: { onDemandPercentageAboveBaseCapacity: 0 } } }],
  [
    'Graviton types that instanceType agrees with',
    { instanceType: 't4g.micro', fleet: types({ instanceType: 't4g.small' }, { instanceType: 'm7g.large' }) },
  ],
  [
    'requirements of Graviton processors with credits',
    {
      instanceType: 't4g.micro',
      fleet: {
        ...requirements({ cpuManufacturers: ['amazon-web-services'], burstablePerformance: 'required' }),
        cpuCredits: 'standard',
      },
    },
  ],
  [
    'fractions of memory',
    {
      fleet: requirements({
        memoryGibPerVcpu: { min: 0, max: 1.5 },
      } satisfies Partial<InstanceRequirementsProps>),
    },
  ],
  ['as many instances as a spread holds', { maxCapacity: 21, fleet: { placement: { strategy: 'spread' } } }],
  [
    'a cluster in one subnet',
    {
      instanceType: 'c7i.large',
      network: inOneSubnet(),
      fleet: { placement: { strategy: 'cluster' } },
    },
  ],
  [
    'a pool as large as the least of the group',
    { minCapacity: 2, fleet: { warmPool: { maxPreparedCapacity: 2 } } },
  ],
  ['the most of a gp3 volume', { fleet: volume({ sizeGiB: 32, iops: 16_000, throughput: 1000 }) }],
  ['what a small volume has anyway', { fleet: volume({ sizeGiB: 1, iops: 3000, throughput: 750 }) }],
  [
    'a Lambda function before the other policies',
    {
      fleet: {
        terminationPolicies: ['arn:aws:lambda:eu-central-1:111122223333:function:choose:1', 'Default'],
      },
    },
  ],
  ['a key without a grant', { fleet: { volumeKey: { kmsKeyArn: keyArn, grant: false } } }],
  ['a rollout as wide as it can be', { rollout: { minHealthyPercentage: 0, maxHealthyPercentage: 100 } }],
  ['a rollout that ends half way', { rollout: { checkpointPercentages: [10, 50] } }],
  ['a warm-up as long as the grace period', { rollout: { warmupSeconds: 60 } }],
])('%s is taken', (_what, props) => {
  expect(refusalOf({ name: 'web', ...props })).toBeUndefined();
});

test('values of other resources are taken wherever Terraform may know them better', () => {
  const token = Token.asString({ resolve: () => '${other.value}', creationStack: [] });
  const list = Token.asList(token);
  const fleet: FleetProps = {
    mixedInstances: { spotMaxPrice: token },
    terminationPolicies: [token, 'Default'],
    suspendedProcesses: list,
    volumes: [{ deviceName: '/dev/sdf', sizeGiB: 10, snapshotId: token }],
    volumeKey: { kmsKeyArn: token },
    placement: { groupName: token },
    managedPolicies: { read: token },
    permissionsBoundaryArn: token,
  };
  const rollout: RolloutProps = { alarms: [token] };
  expect(refusalOf({ name: 'web', fleet, rollout })).toBeUndefined();
  expect(
    refusalOf({ name: 'web', fleet: { terminationPolicies: list }, rollout: { alarms: list } }),
  ).toBeUndefined();
});

function mixedOf(fleet: object): object {
  return (fleet as { mixedInstances: object }).mixedInstances;
}

function inOneSubnet(): AutoscaledServiceProps['network'] {
  return { vpcId: 'vpc-1', publicSubnetIds: ['subnet-1', 'subnet-2'], instanceSubnetIds: ['subnet-3'] };
}

function expectRefusal(props: object, code: string, words: readonly string[]): void {
  const refusal = refusalOf(props);
  expect(refusal).toMatchObject({ name: 'ServiceError', code });
  for (const word of words) expect(refusal?.message).toContain(word);
}

function refusalOf(props: object): (Error & { code?: string }) | undefined {
  try {
    checkService(props, '', Token.isUnresolved);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
