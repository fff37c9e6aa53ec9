import { Input } from '../../lab/autoscaling/input';
import { matchingType } from '../../lab/autoscaling/instance-requirements';
import { purchaseOptionOf } from '../../lab/autoscaling/mixed-instances';
import type { QueryInput } from '../../lab/gateway/query-protocol';
import { Account } from './account';

const template = { LaunchTemplateName: 'web' };
const policy = (overrides: QueryInput[], distribution?: QueryInput): QueryInput => ({
  MixedInstancesPolicy: {
    LaunchTemplate: { LaunchTemplateSpecification: template, Overrides: overrides },
    ...(distribution === undefined ? {} : { InstancesDistribution: distribution }),
  },
});

/** A group of such a policy alone; the launch template of the account's groups is the policy's. */
function mixed(overrides: QueryInput[], distribution?: QueryInput, members: QueryInput = {}) {
  const account = new Account();
  account.call('CreateAutoScalingGroup', {
    AutoScalingGroupName: 'web',
    MinSize: '0',
    MaxSize: '20',
    VPCZoneIdentifier: 'subnet-a,subnet-b,subnet-c',
    ...policy(overrides, distribution),
    ...members,
  });
  account.settle();
  const desire = (size: number) => {
    account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: String(size) });
    account.settle();
  };
  return { account, desire };
}

const types = (account: Account) => account.instances().map(({ instanceType }) => instanceType);
const options = (account: Account) =>
  account
    .instances()
    .map(({ purchaseOption }) => purchaseOption)
    .sort();

describe('B20: on demand first up to the base, then by the percentage, rounded up', () => {
  test.each<[number, number, number, number, string]>([
    [0, 100, 5, 0, 'on-demand'],
    [2, 0, 1, 0, 'on-demand'],
    [2, 0, 2, 0, 'spot'],
    [0, 50, 0, 0, 'on-demand'],
    [0, 50, 1, 0, 'spot'],
    [0, 50, 1, 1, 'on-demand'],
    [1, 25, 1, 0, 'on-demand'],
    [1, 25, 2, 3, 'on-demand'],
    [1, 25, 2, 2, 'spot'],
    [0, 0, 0, 4, 'spot'],
  ])('base %i, %i %%, with %i on demand and %i spot: %s', (base, percentage, onDemand, spot, expected) => {
    const distribution = {
      onDemandAllocationStrategy: 'prioritized',
      onDemandBaseCapacity: base,
      onDemandPercentageAboveBaseCapacity: percentage,
      spotAllocationStrategy: 'price-capacity-optimized',
      spotInstancePools: undefined,
      spotMaxPrice: '',
    };
    expect(purchaseOptionOf(distribution, { onDemand, spot })).toBe(expected);
  });
});

describe('B20: a group of mixed instances', () => {
  test('launches by its distribution', () => {
    const { account, desire } = mixed([{ InstanceType: 't3.micro' }], {
      OnDemandBaseCapacity: '1',
      OnDemandPercentageAboveBaseCapacity: '50',
    });
    desire(5);
    expect(options(account)).toEqual(['on-demand', 'on-demand', 'on-demand', 'spot', 'spot']);
  });

  test('is on demand, and of the first type, unless it says otherwise', () => {
    const { account, desire } = mixed([{ InstanceType: 'm7i.large' }, { InstanceType: 'c7i.large' }]);
    desire(2);
    expect(options(account)).toEqual(['on-demand', 'on-demand']);
    expect(types(account)).toEqual(['m7i.large', 'm7i.large']);
  });

  test('spreads over so many pools where it is for the lowest price', () => {
    const { account, desire } = mixed(
      [{ InstanceType: 'm7i.large' }, { InstanceType: 'c7i.large' }, { InstanceType: 'r7i.large' }],
      { OnDemandPercentageAboveBaseCapacity: '0', SpotInstancePools: '2' },
    );
    desire(4);
    expect(types(account).sort()).toEqual(['c7i.large', 'c7i.large', 'm7i.large', 'm7i.large']);
  });

  test('stays with the first type where it is for capacity', () => {
    const { account, desire } = mixed([{ InstanceType: 'm7i.large' }, { InstanceType: 'c7i.large' }], {
      OnDemandPercentageAboveBaseCapacity: '0',
      SpotAllocationStrategy: 'capacity-optimized-prioritized',
    });
    desire(3);
    expect(types(account)).toEqual(['m7i.large', 'm7i.large', 'm7i.large']);
  });

  test('tries a type in each zone before the next type', () => {
    const { account, desire } = mixed([{ InstanceType: 'm7i.large' }, { InstanceType: 'c7i.large' }]);
    account.launchRefusal = 'InsufficientInstanceCapacity';
    desire(1);
    account.launchRefusal = undefined;
    account.advance(60);
    account.settle();
    expect(types(account)).toEqual(['m7i.large']);
  });

  test('tries the next type when a type can be had in no zone', () => {
    const { account, desire } = mixed([{ InstanceType: 'm7i.large' }, { InstanceType: 'c7i.large' }]);
    account.launchRefusal = 'InsufficientInstanceCapacity';
    desire(1);
    for (let failures = 1; failures < 3; failures += 1) {
      account.advance(60);
      account.settle();
    }
    account.launchRefusal = undefined;
    account.advance(60);
    account.settle();
    expect(types(account)).toEqual(['c7i.large']);
  });

  test('counts an instance by its weight, when it grows and when it shrinks', () => {
    const { account, desire } = mixed([{ InstanceType: 'm7i.xlarge', WeightedCapacity: '4' }]);
    desire(9);
    expect(account.instances()).toHaveLength(3);
    desire(8);
    expect(account.instances('InService')).toHaveLength(2);
    desire(5);
    expect(account.instances('InService')).toHaveLength(2);
    desire(4);
    expect(account.instances('InService')).toHaveLength(1);
    expect(account.group().activities[0]?.cause).toContain('shrinking the capacity from 8 to 4');
  });

  test('A8: has as many units as the metric asks for', () => {
    const { account, desire } = mixed(
      [{ InstanceType: 'm7i.large', WeightedCapacity: '2' }],
      {},
      { DefaultInstanceWarmup: '0' },
    );
    desire(4);
    account.call('PutScalingPolicy', {
      AutoScalingGroupName: 'web',
      PolicyName: 'cpu',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
        TargetValue: '50',
      },
    });
    account.periods([75, 75, 75]);
    expect(account.group().desiredCapacity).toBe(6);
  });

  test('B11: shrinks by the purchase option that it has too much of', () => {
    const { account, desire } = mixed([{ InstanceType: 't3.micro' }], {
      OnDemandBaseCapacity: '1',
      OnDemandPercentageAboveBaseCapacity: '0',
    });
    desire(3);
    desire(2);
    expect(
      account
        .instances('InService')
        .map(({ purchaseOption }) => purchaseOption)
        .sort(),
    ).toEqual(['on-demand', 'spot']);
    desire(1);
    expect(account.instances('InService').map(({ purchaseOption }) => purchaseOption)).toEqual(['on-demand']);
  });

  test('launches from an override’s own launch template', () => {
    const account = new Account();
    account.facts = {
      ...account.facts,
      overrideTemplates: [{ id: 'lt-arm', name: 'arm', version: '2' }],
    };
    account.call('CreateAutoScalingGroup', {
      AutoScalingGroupName: 'web',
      MinSize: '1',
      MaxSize: '1',
      VPCZoneIdentifier: 'subnet-a',
      ...policy([{ InstanceType: 'm7g.large', LaunchTemplateSpecification: { LaunchTemplateName: 'arm' } }]),
    });
    const [order] = account.turn();
    expect(order).toMatchObject({ do: 'launch', choice: { launchTemplate: { id: 'lt-arm' } } });
  });
});

describe('F5: a mixed instances policy', () => {
  const shown = (account: Account) => {
    const { AutoScalingGroups } = account.call('DescribeAutoScalingGroups', {});
    return (AutoScalingGroups as readonly Record<string, unknown>[])[0] ?? {};
  };

  test('is answered with AWS’s defaults in place of a launch template', () => {
    const { account, desire } = mixed([{ InstanceType: 't3.micro', WeightedCapacity: '2' }]);
    desire(2);
    expect(shown(account).LaunchTemplate).toBeUndefined();
    expect(shown(account)).toMatchObject({
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: { LaunchTemplateId: 'lt-1', LaunchTemplateName: 'web', Version: '1' },
          Overrides: [{ InstanceType: 't3.micro', WeightedCapacity: 2 }],
        },
        InstancesDistribution: {
          OnDemandAllocationStrategy: 'prioritized',
          OnDemandBaseCapacity: 0,
          OnDemandPercentageAboveBaseCapacity: 100,
          SpotAllocationStrategy: 'lowest-price',
          SpotInstancePools: 2,
        },
      },
      Instances: [{ WeightedCapacity: '2', InstanceType: 't3.micro' }],
    });
  });

  test('keeps what an update does not name, and ends with a launch template', () => {
    const { account } = mixed([{ InstanceType: 't3.micro' }], { OnDemandBaseCapacity: '3' });
    const update = (members: QueryInput) =>
      account.call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web', ...members });
    update({
      MixedInstancesPolicy: { InstancesDistribution: { SpotAllocationStrategy: 'capacity-optimized' } },
    });
    expect(shown(account)).toMatchObject({
      MixedInstancesPolicy: {
        LaunchTemplate: { Overrides: [{ InstanceType: 't3.micro' }] },
        InstancesDistribution: { OnDemandBaseCapacity: 3, SpotAllocationStrategy: 'capacity-optimized' },
      },
    });
    update({ LaunchTemplate: template });
    expect(shown(account).MixedInstancesPolicy).toBeUndefined();
    expect(shown(account).LaunchTemplate).toBeDefined();
  });

  test('of requirements is answered with them, and launches the type that the lab found', () => {
    const requirements = { VCpuCount: { Min: '4' }, MemoryMiB: { Min: '16000' } };
    const { account, desire } = mixed([{ InstanceRequirements: requirements }]);
    desire(1);
    expect(types(account)).toEqual(['m7i.xlarge']);
    expect(shown(account)).toMatchObject({
      MixedInstancesPolicy: { LaunchTemplate: { Overrides: [{ InstanceRequirements: requirements }] } },
    });
  });

  test.each<[string, QueryInput, string]>([
    ['a strategy that is none', policy([], { SpotAllocationStrategy: 'hope' }), 'SpotAllocationStrategy'],
    ['another for on demand', policy([], { OnDemandAllocationStrategy: 'hope' }), 'OnDemandAllocation'],
    [
      'pools where none are counted',
      policy([], { SpotAllocationStrategy: 'capacity-optimized', SpotInstancePools: '2' }),
      'SpotInstancePools',
    ],
    [
      'a percentage above 100',
      policy([], { OnDemandPercentageAboveBaseCapacity: '101' }),
      'between 0 and 100',
    ],
    ['a weight of 0', policy([{ InstanceType: 't3.micro', WeightedCapacity: '0' }]), 'WeightedCapacity'],
    [
      'type and requirements at once',
      policy([{ InstanceType: 't3.micro', InstanceRequirements: { VCpuCount: { Min: '1' } } }]),
      'not both',
    ],
    [
      'requirements that nothing meets',
      policy([{ InstanceRequirements: { VCpuCount: { Min: '500' } } }]),
      'No instance type',
    ],
    ['a launch template beside it', { ...policy([]), LaunchTemplate: template }, 'can not both'],
  ])('is refused with %s', (_what, members, message) => {
    const account = new Account();
    const create = () =>
      account.call('CreateAutoScalingGroup', {
        AutoScalingGroupName: 'web',
        MinSize: '0',
        MaxSize: '1',
        VPCZoneIdentifier: 'subnet-a',
        ...members,
      });
    expect(create).toThrow(expect.objectContaining({ code: 'ValidationError' }));
    expect(create).toThrow(message);
  });
});

test.each<[QueryInput, string | undefined]>([
  [{ VCpuCount: { Min: '2', Max: '2' }, MemoryMiB: { Min: '1024' } }, 't3.micro'],
  [{ VCpuCount: { Min: '2' }, MemoryMiB: { Min: '3000' }, ExcludedInstanceTypes: ['c7i.*'] }, 'm7i.large'],
  [{ VCpuCount: { Min: '2' }, AllowedInstanceTypes: ['r7i.*', 'x2*'] }, 'r7i.large'],
  [{ VCpuCount: { Min: '2' }, AllowedInstanceTypes: ['m7i.large'], MemoryMiB: { Max: '4096' } }, undefined],
  [{ VCpuCount: { Max: '1' } }, undefined],
])('of the types that the lab knows the first that meets %j is %p', (requirements, expected) => {
  expect(matchingType(new Input(requirements))).toBe(expected);
});
