import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Fn, type TerraformStack } from 'cdktf';
import type { Configuration, ServiceOptions } from './configuration';
import { whereSet } from './where-set';

/** A policy that allows everything: as a boundary, it bounds nothing. */
function boundary(stack: TerraformStack): IamPolicy {
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  return new IamPolicy(stack, 'Boundary', {
    namePrefix: 'boundary-',
    policy: Fn.jsonencode({ Version: '2012-10-17', Statement: [everything] }),
  });
}

/** Every toggle that a mixed fleet can have. */
function toggled(stack: TerraformStack, value: object | null): ServiceOptions {
  const key = new KmsKey(stack, 'Key', { deletionWindowInDays: 7 });
  return {
    fleet: {
      mixedInstances: whereSet(stack, 'mixed_instances', value, {
        instanceTypes: [{ instanceType: 't3.micro' }, { instanceType: 't3a.micro' }],
        onDemandPercentageAboveBaseCapacity: 50,
      }),
      volumeKey: whereSet(stack, 'volume_key', value, { kmsKeyArn: key.arn }),
    },
    rollout: whereSet(stack, 'rollout', value, { strategy: 'refresh' as const }),
  };
}

const noPlacementGroups = 'moto answers CreatePlacementGroup with 500: not implemented';

export const fleetConfigurations: readonly Configuration[] = [
  {
    title: 'on Spot beside one instance on demand, of three types with weights',
    props: {
      maxCapacity: 4,
      fleet: {
        mixedInstances: {
          instanceTypes: [
            { instanceType: 't3.small', weight: 2 },
            { instanceType: 't3.micro', weight: 1 },
            { instanceType: 't3a.micro', weight: 1 },
          ],
          onDemandBaseCapacity: 1,
          onDemandPercentageAboveBaseCapacity: 0,
          spotMaxPrice: '0.02',
        },
        cpuCredits: 'standard',
      },
    },
  },
  {
    title: 'that says what its instances need, on Spot, the cheapest pools first',
    props: {
      fleet: {
        mixedInstances: {
          requirements: {
            vcpuCount: { min: 2, max: 4 },
            memoryMib: { min: 1024, max: 8192 },
            cpuManufacturers: ['intel', 'amd'],
            burstablePerformance: 'required',
          },
          onDemandPercentageAboveBaseCapacity: 0,
          spotAllocationStrategy: 'lowest-price',
          spotInstancePools: 3,
        },
        cpuCredits: 'unlimited',
      },
    },
  },
  {
    title: 'with a warm pool',
    props: {
      maxCapacity: 3,
      fleet: { warmPool: { minSize: 1, maxPreparedCapacity: 3, reuseOnScaleIn: true } },
    },
  },
  {
    title: 'whose warm pool is decided at plan',
    props: (stack) => ({ fleet: { warmPool: whereSet(stack, 'warm_pool', {}, {}) } }),
  },
  {
    title: 'with faster and further volumes, encrypted with a key of its own stack',
    props: (stack) => ({
      rootVolumeGiB: 20,
      fleet: {
        rootVolume: { iops: 4000, throughput: 250 },
        volumes: [
          { deviceName: '/dev/sdf', sizeGiB: 50, iops: 6000, throughput: 500 },
          { deviceName: '/dev/sdg', sizeGiB: 10 },
        ],
        volumeKey: { kmsKeyArn: new KmsKey(stack, 'Key', { deletionWindowInDays: 7 }).arn },
      },
    }),
  },
  {
    title: 'spread over racks',
    props: { maxCapacity: 4, fleet: { placement: { strategy: 'spread' } } },
    notInMoto: noPlacementGroups,
  },
  {
    title: 'whose placement is decided at plan',
    props: (stack) => ({
      fleet: { placement: whereSet(stack, 'placement', {}, { strategy: 'spread' as const }) },
    }),
    notInMoto: noPlacementGroups,
  },
  {
    title: 'renewed every week, protected from scale-in',
    props: {
      maxCapacity: 4,
      fleet: {
        maximumLifetimeSeconds: 604_800,
        terminationPolicies: ['OldestInstance', 'Default'],
        protectFromScaleIn: true,
        suspendedProcesses: ['AZRebalance'],
      },
    },
  },
  {
    title: 'that launches before it terminates',
    props: {
      fleet: { maintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 120 } },
    },
  },
  {
    title: 'whose maintenance policy is decided at plan',
    props: (stack) => {
      const policy = { minHealthyPercentage: 90, maxHealthyPercentage: 110 };
      return { fleet: { maintenancePolicy: whereSet(stack, 'maintenance_policy', {}, policy) } };
    },
  },
  {
    title: 'in partitions, on hardware of its own account',
    props: {
      instanceType: 'm5.large',
      fleet: { placement: { strategy: 'partition', partitionCount: 2 }, tenancy: 'dedicated' },
    },
    notInMoto: noPlacementGroups,
  },
  {
    title: 'with managed policies within a boundary, both of its own stack',
    props: (stack) => {
      const account = new DataAwsCallerIdentity(stack, 'Me');
      const policyArn = boundary(stack).arn;
      return {
        policyStatements: [
          { actions: ['sqs:SendMessage'], resources: [`arn:aws:sqs:*:${account.accountId}:orders`] },
        ],
        fleet: { managedPolicies: { shop: policyArn }, permissionsBoundaryArn: policyArn },
      };
    },
  },
  {
    title: 'under a provider with tags of its own',
    props: (stack) => {
      const provider = stack.node.findChild('aws') as AwsProvider;
      provider.defaultTags = [{ tags: { CostCenter: '7', Service: 'all', Team: 'shop' } }];
      return { tags: { Team: 'web' } };
    },
    notInMoto:
      "moto gives back a launch template's own tags among those of its instances, volumes and interfaces",
  },
  { title: 'whose features are decided at plan, all present', props: (stack) => toggled(stack, {}) },
  { title: 'whose features are decided at plan, all absent', props: (stack) => toggled(stack, null) },
];
