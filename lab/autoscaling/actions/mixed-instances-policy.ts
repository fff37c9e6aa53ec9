/** MixedInstancesPolicy, read, checked and shown (rules B20, F5). */
import type { QueryOutput } from '../../gateway/query-protocol';
import type { Facts } from '../action';
import { describeLaunchTemplate } from '../describe-launch-template';
import { type Input, validationError } from '../input';
import { matchingType } from '../instance-requirements';
import type { InstancesDistribution, MixedInstances, Override } from '../mixed-instances';
import type { LaunchTemplateReference } from '../model';

const onDemandStrategies = ['prioritized', 'lowest-price'];
const spotStrategies = [
  'lowest-price',
  'capacity-optimized',
  'capacity-optimized-prioritized',
  'price-capacity-optimized',
];

/** AWS's defaults. */
const defaults: InstancesDistribution = {
  onDemandAllocationStrategy: 'prioritized',
  onDemandBaseCapacity: 0,
  onDemandPercentageAboveBaseCapacity: 100,
  spotAllocationStrategy: 'lowest-price',
  spotInstancePools: 2,
  spotMaxPrice: '',
};

/** What the policy does not name stays as it was. @throws ValidationError */
export function mixedInstancesFrom(
  policy: Input,
  before: MixedInstances | undefined,
  facts: Facts,
): MixedInstances {
  const template = policy.structure('LaunchTemplate');
  const distribution = policy.structure('InstancesDistribution');
  return {
    overrides:
      template === undefined
        ? (before?.overrides ?? [])
        : template
            .structures('Overrides')
            .map((override, index) => overrideFrom(override, facts.overrideTemplates?.[index])),
    distribution:
      distribution === undefined
        ? (before?.distribution ?? defaults)
        : distributionFrom(distribution, before?.distribution ?? defaults),
  };
}

function overrideFrom(override: Input, launchTemplate: LaunchTemplateReference | undefined): Override {
  const weight = override.optionalInteger('WeightedCapacity', { min: 1, max: 999 });
  const requirements = override.structure('InstanceRequirements');
  const named = override.optionalString('InstanceType');
  if (requirements === undefined) {
    return { instanceType: named, weight, launchTemplate, requirements: undefined };
  }
  if (named !== undefined) {
    throw validationError('An override names either InstanceType or InstanceRequirements, not both');
  }
  const instanceType = matchingType(requirements);
  if (instanceType === undefined) {
    throw validationError(
      'No instance type that the lab knows has the VCpuCount and MemoryMiB of InstanceRequirements, as far as ' +
        'AllowedInstanceTypes and ExcludedInstanceTypes let it',
    );
  }
  return { instanceType, weight, launchTemplate, requirements: requirements.raw };
}

function distributionFrom(input: Input, before: InstancesDistribution): InstancesDistribution {
  const spotAllocationStrategy =
    input.optionalString('SpotAllocationStrategy') ?? before.spotAllocationStrategy;
  const onDemandAllocationStrategy =
    input.optionalString('OnDemandAllocationStrategy') ?? before.onDemandAllocationStrategy;
  checkStrategy('SpotAllocationStrategy', spotAllocationStrategy, spotStrategies);
  checkStrategy('OnDemandAllocationStrategy', onDemandAllocationStrategy, onDemandStrategies);
  const pools = input.optionalInteger('SpotInstancePools', { min: 0, max: 20 });
  const isLowestPrice = spotAllocationStrategy === 'lowest-price';
  if (pools !== undefined && pools > 0 && !isLowestPrice) {
    throw validationError(`SpotInstancePools option is only available with the lowest-price strategy`);
  }
  return {
    onDemandAllocationStrategy,
    onDemandBaseCapacity:
      input.optionalInteger('OnDemandBaseCapacity', { min: 0, max: 10_000 }) ?? before.onDemandBaseCapacity,
    onDemandPercentageAboveBaseCapacity:
      input.optionalInteger('OnDemandPercentageAboveBaseCapacity', { min: 0, max: 100 }) ??
      before.onDemandPercentageAboveBaseCapacity,
    spotAllocationStrategy,
    spotInstancePools: isLowestPrice
      ? pools || before.spotInstancePools || defaults.spotInstancePools
      : undefined,
    spotMaxPrice: input.optionalString('SpotMaxPrice') ?? before.spotMaxPrice,
  };
}

function checkStrategy(member: string, strategy: string, known: readonly string[]): void {
  if (!known.includes(strategy)) {
    throw validationError(`${member} must be one of ${known.join(', ')}, not ${strategy}`);
  }
}

export function describeMixedInstances(
  { overrides, distribution }: MixedInstances,
  launchTemplate: LaunchTemplateReference,
): QueryOutput {
  return {
    LaunchTemplate: {
      LaunchTemplateSpecification: describeLaunchTemplate(launchTemplate),
      Overrides: overrides.map(describeOverride),
    },
    InstancesDistribution: {
      OnDemandAllocationStrategy: distribution.onDemandAllocationStrategy,
      OnDemandBaseCapacity: distribution.onDemandBaseCapacity,
      OnDemandPercentageAboveBaseCapacity: distribution.onDemandPercentageAboveBaseCapacity,
      SpotAllocationStrategy: distribution.spotAllocationStrategy,
      SpotInstancePools: distribution.spotInstancePools,
      SpotMaxPrice: distribution.spotMaxPrice === '' ? undefined : distribution.spotMaxPrice,
    },
  };
}

function describeOverride({ instanceType, weight, launchTemplate, requirements }: Override): QueryOutput {
  return {
    InstanceType: requirements === undefined ? instanceType : undefined,
    InstanceRequirements: requirements,
    WeightedCapacity: weight,
    LaunchTemplateSpecification: launchTemplate && describeLaunchTemplate(launchTemplate),
  };
}
