import type {
  AutoscalingGroupMixedInstancesPolicy,
  AutoscalingGroupMixedInstancesPolicyLaunchTemplateOverride,
} from '@cdktf/provider-aws/lib/autoscaling-group';
import { hasSpot, type MixedInstancesProps, mixedInstancesDefaults } from './props';

/** The policy by which a group buys instances of several types. */
export function mixedInstancesPolicyOf(
  settings: MixedInstancesProps,
  launchTemplate: { readonly id: string; readonly version: string },
): AutoscalingGroupMixedInstancesPolicy {
  return {
    instancesDistribution: {
      onDemandBaseCapacity: settings.onDemandBaseCapacity ?? mixedInstancesDefaults.onDemandBaseCapacity,
      onDemandPercentageAboveBaseCapacity:
        settings.onDemandPercentageAboveBaseCapacity ??
        mixedInstancesDefaults.onDemandPercentageAboveBaseCapacity,
      onDemandAllocationStrategy:
        settings.onDemandAllocationStrategy ??
        (settings.requirements === undefined ? 'prioritized' : 'lowest-price'),
      spotAllocationStrategy:
        settings.spotAllocationStrategy ?? mixedInstancesDefaults.spotAllocationStrategy,
      spotInstancePools: settings.spotInstancePools,
      spotMaxPrice: settings.spotMaxPrice,
    },
    launchTemplate: {
      launchTemplateSpecification: { launchTemplateId: launchTemplate.id, version: launchTemplate.version },
      override: overridesOf(settings),
    },
  };
}

/** Without Spot there is nothing to rebalance. */
export function capacityRebalanceOf(settings: MixedInstancesProps): boolean {
  return settings.capacityRebalance ?? hasSpot(settings);
}

function overridesOf({
  instanceTypes,
  requirements,
}: MixedInstancesProps): AutoscalingGroupMixedInstancesPolicyLaunchTemplateOverride[] | undefined {
  if (requirements !== undefined) {
    const { allowedInstanceTypes, excludedInstanceTypes, cpuManufacturers, instanceGenerations, ...rest } =
      requirements;
    return [
      {
        instanceRequirements: {
          ...rest,
          allowedInstanceTypes: allowedInstanceTypes && [...allowedInstanceTypes],
          excludedInstanceTypes: excludedInstanceTypes && [...excludedInstanceTypes],
          cpuManufacturers: cpuManufacturers && [...cpuManufacturers],
          instanceGenerations: instanceGenerations && [...instanceGenerations],
        },
      },
    ];
  }
  return instanceTypes?.map(({ instanceType, weight }) => ({
    instanceType,
    weightedCapacity: weight === undefined ? undefined : String(weight),
  }));
}
