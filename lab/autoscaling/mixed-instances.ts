/**
 * Rule B20: which type and which purchase option the next instance of a mixed instances policy has.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
 */
import type { QueryInput } from '../gateway/query-protocol';
import { capacityOf, instancesKept, launchesUnderWay } from './capacity';
import type { Group, Instance, LaunchTemplateReference } from './model';

export type PurchaseOption = 'on-demand' | 'spot';

export interface Override {
  /** Undefined: the launch template's own. */
  readonly instanceType: string | undefined;
  /** How many units of capacity one such instance is; unset is 1, and unset in the answers. */
  readonly weight: number | undefined;
  /** In place of the policy's. */
  readonly launchTemplate: LaunchTemplateReference | undefined;
  /** InstanceRequirements, as they were sent. */
  readonly requirements: QueryInput | undefined;
}

export interface InstancesDistribution {
  readonly onDemandAllocationStrategy: string;
  /** Units of capacity that are on demand in any case. */
  readonly onDemandBaseCapacity: number;
  readonly onDemandPercentageAboveBaseCapacity: number;
  readonly spotAllocationStrategy: string;
  /** Of the strategy lowest-price alone. */
  readonly spotInstancePools: number | undefined;
  readonly spotMaxPrice: string;
}

export interface MixedInstances {
  readonly overrides: readonly Override[];
  readonly distribution: InstancesDistribution;
}

export interface LaunchChoice {
  readonly instanceType: string | undefined;
  readonly weight: number | undefined;
  readonly launchTemplate: LaunchTemplateReference | undefined;
  readonly purchaseOption: PurchaseOption;
}

const launchTemplatesOwn: Override = {
  instanceType: undefined,
  weight: undefined,
  launchTemplate: undefined,
  requirements: undefined,
};

/** As the launch template says, whatever that is. */
export const plainLaunch: LaunchChoice = {
  instanceType: undefined,
  weight: undefined,
  launchTemplate: undefined,
  purchaseOption: 'on-demand',
};

/** @param zones how many zones a launch is tried in before another type is */
export function chooseLaunch(group: Group, zones: number): LaunchChoice {
  const { mixedInstances } = group;
  if (mixedInstances === undefined) return plainLaunch;
  const overrides = mixedInstances.overrides.length === 0 ? [launchTemplatesOwn] : mixedInstances.overrides;
  const taken = takenOf(group);
  const purchaseOption = purchaseOptionOf(mixedInstances.distribution, taken);
  const types =
    purchaseOption === 'spot' ? spotOrder(overrides, mixedInstances.distribution, group) : overrides;
  const { instanceType, weight, launchTemplate } =
    types[Math.floor(group.failedLaunches / Math.max(1, zones)) % types.length] ?? launchTemplatesOwn;
  return { instanceType, weight, launchTemplate, purchaseOption };
}

/** Units of capacity. */
interface Taken {
  readonly onDemand: number;
  readonly spot: number;
}

/** What launches or serves: instances, and launches that EC2 has not answered yet. */
function holdersOf(group: Group): (Pick<LaunchChoice, 'weight' | 'purchaseOption'> & {
  instanceType: string | undefined;
})[] {
  return [...instancesKept(group), ...launchesUnderWay(group).map(({ choice }) => choice)];
}

function takenOf(group: Group): Taken {
  const units = (option: PurchaseOption) =>
    capacityOf(holdersOf(group).filter(({ purchaseOption }) => purchaseOption === option));
  return { onDemand: units('on-demand'), spot: units('spot') };
}

/** The base first, then by the percentage of what is above it; what doesn't come out even is on demand. */
export function purchaseOptionOf(
  { onDemandBaseCapacity, onDemandPercentageAboveBaseCapacity }: InstancesDistribution,
  { onDemand, spot }: Taken,
): PurchaseOption {
  if (onDemand < onDemandBaseCapacity) return 'on-demand';
  const aboveBase = onDemand + spot + 1 - onDemandBaseCapacity;
  const wanted = Math.ceil((aboveBase * onDemandPercentageAboveBaseCapacity) / 100);
  return onDemand - onDemandBaseCapacity < wanted ? 'on-demand' : 'spot';
}

/** Nothing is known here of prices and of spare capacity: the order is as given, but lowest-price spreads over its pools. */
function spotOrder(
  overrides: readonly Override[],
  { spotAllocationStrategy, spotInstancePools = 2 }: InstancesDistribution,
  group: Group,
): readonly Override[] {
  if (spotAllocationStrategy !== 'lowest-price') return overrides;
  const spots = holdersOf(group).filter(({ purchaseOption }) => purchaseOption === 'spot');
  const used = ({ instanceType }: Override) =>
    spots.filter((other) => other.instanceType === instanceType).length;
  const pools = overrides.slice(0, spotInstancePools).sort((a, b) => used(a) - used(b));
  return [...pools, ...overrides.slice(spotInstancePools)];
}

/** Rule B11: of the purchase option that there is too much of, an instance goes first. */
export function isOverRepresented(group: Group, { purchaseOption }: Instance): boolean {
  const { mixedInstances } = group;
  if (mixedInstances === undefined) return false;
  const { onDemand, spot } = takenOf(group);
  const { onDemandBaseCapacity, onDemandPercentageAboveBaseCapacity } = mixedInstances.distribution;
  const above = Math.max(0, onDemand + spot - 1 - onDemandBaseCapacity);
  const wanted = onDemandBaseCapacity + Math.ceil((above * onDemandPercentageAboveBaseCapacity) / 100);
  return purchaseOption === (onDemand > wanted ? 'on-demand' : 'spot');
}
