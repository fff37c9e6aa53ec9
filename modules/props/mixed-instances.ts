import { architectureOf } from '../private/architecture';
import { type Check, knownListOf, object, oneOf, refuse, text, wholeNumber, yesOrNo } from '../private/shape';
import { ServiceError } from '../service-error';
import { checkInstanceType } from './image';
import { checkInstanceRequirements, type InstanceRequirementsProps } from './instance-requirements';

/**
 * Instances of several types, on demand and Spot. Which types: `instanceTypes` or `requirements`; with neither,
 * `instanceType` alone, for a fleet on Spot.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
 */
export interface MixedInstancesProps {
  /**
   * The types, the most wanted first: 1 to 40, of one architecture, which `instanceType` names. `instanceType` itself is
   * not among them unless it is listed. Different sizes without weights share the load unevenly: the load balancer sends
   * each instance as much. @default - see `requirements`
   */
  readonly instanceTypes?: readonly WeightedInstanceTypeProps[];
  /** What they must have; not with `instanceTypes`. @default - see `instanceTypes` */
  readonly requirements?: InstanceRequirementsProps;
  /** Units of capacity that are always on demand: 0 or more. @default 0 */
  readonly onDemandBaseCapacity?: number;
  /** Share of on-demand capacity above that, in percent: 0 to 100; the rest is Spot. @default 100: no Spot */
  readonly onDemandPercentageAboveBaseCapacity?: number;
  /**
   * How types are chosen on demand: in the order of the list, or the cheapest first.
   * @default prioritized; lowest-price with `requirements`, which have no order
   */
  readonly onDemandAllocationStrategy?: 'prioritized' | 'lowest-price';
  /**
   * How Spot pools are chosen. `lowest-price` is interrupted most often.
   * @default price-capacity-optimized: the cheapest among those least likely to be taken back
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
   */
  readonly spotAllocationStrategy?:
    | 'price-capacity-optimized'
    | 'capacity-optimized'
    | 'capacity-optimized-prioritized'
    | 'lowest-price';
  /** Number of the cheapest pools to spread over: 1 to 20; with `lowest-price` only. @default 2, as AWS has it */
  readonly spotInstancePools?: number;
  /**
   * The most to pay for a Spot instance's hour, in USD, such as `0.012`. Below the price of today, nothing launches.
   * @default - the price on demand
   */
  readonly spotMaxPrice?: string;
  /**
   * Replaces a Spot instance when AWS expects to take it back, before the two minutes of its notice. The group launches
   * first, so that it has one more for a moment.
   * @default true where there is Spot
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
   */
  readonly capacityRebalance?: boolean;
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups-instance-weighting.html */
export interface WeightedInstanceTypeProps {
  /** Such as `m7i.large`. */
  readonly instanceType: string;
  /**
   * Units of capacity that an instance counts: 1 to 999, for all types or for none. `minCapacity` and `maxCapacity` are
   * units then.
   * @default - each instance is one
   */
  readonly weight?: number;
}

export const mixedInstancesDefaults = {
  onDemandBaseCapacity: 0,
  onDemandPercentageAboveBaseCapacity: 100,
  spotAllocationStrategy: 'price-capacity-optimized',
} as const;

const weightedType = object({ instanceType: checkInstanceType }, { weight: wholeNumber(1, 999) });

const mixedInstances = object(
  {},
  {
    instanceTypes: knownListOf(weightedType, 1, 40),
    requirements: checkInstanceRequirements,
    onDemandBaseCapacity: wholeNumber(0),
    onDemandPercentageAboveBaseCapacity: wholeNumber(0, 100),
    onDemandAllocationStrategy: oneOf(['prioritized', 'lowest-price']),
    spotAllocationStrategy: oneOf([
      'price-capacity-optimized',
      'capacity-optimized',
      'capacity-optimized-prioritized',
      'lowest-price',
    ]),
    spotInstancePools: wholeNumber(1, 20),
    spotMaxPrice: text('a price in USD such as "0.012"', /^\d+(\.\d{1,5})?$/),
    capacityRebalance: yesOrNo,
  },
);

export const checkMixedInstances: Check = (value, at, isReference) => {
  mixedInstances(value, at, isReference);
  const settings = value as MixedInstancesProps;
  const { instanceTypes, requirements } = settings;
  if (instanceTypes !== undefined && requirements !== undefined) {
    refuse('SettingsExclude', `${at}.requirements`, requirements, `absent where ${at}.instanceTypes is set`);
  }
  if (requirements !== undefined) checkWithoutOrder(settings, at);
  if (settings.spotInstancePools !== undefined && settings.spotAllocationStrategy !== 'lowest-price') {
    const needed = `absent unless ${at}.spotAllocationStrategy is "lowest-price"`;
    refuse('SettingsExclude', `${at}.spotInstancePools`, settings.spotInstancePools, needed);
  }
  if (instanceTypes !== undefined) checkTypes(instanceTypes, `${at}.instanceTypes`);
};

/** Whether some of the capacity is bought as Spot. */
export function hasSpot({ onDemandPercentageAboveBaseCapacity: percent }: MixedInstancesProps): boolean {
  return (percent ?? mixedInstancesDefaults.onDemandPercentageAboveBaseCapacity) < 100;
}

/** The image, and the release with its Node, are of one architecture. */
export function checkArchitectures(
  { instanceTypes = [], requirements }: MixedInstancesProps,
  instanceType: string,
  at: string,
): void {
  const architecture = architectureOf(instanceType);
  const mixed = (setting: string, what: string) =>
    new ServiceError(
      'MixedArchitectures',
      `${at}.${setting} ${what}, and instanceType ${instanceType} is ${architecture}; the image has one ` +
        'architecture: choose types of one, and name one of them as instanceType.',
    );
  for (const [index, each] of instanceTypes.entries()) {
    const other = architectureOf(each.instanceType);
    if (other !== architecture)
      throw mixed(`instanceTypes[${index}].instanceType`, `${each.instanceType} is ${other}`);
  }
  for (const [index, maker] of (requirements?.cpuManufacturers ?? []).entries()) {
    const other = maker === 'amazon-web-services' ? 'arm64' : 'amd64';
    if (other !== architecture)
      throw mixed(`requirements.cpuManufacturers[${index}]`, `${maker} makes ${other}`);
  }
}

function checkWithoutOrder(settings: MixedInstancesProps, at: string): void {
  const { onDemandAllocationStrategy: onDemand, spotAllocationStrategy: spot } = settings;
  const allowed = `another one: ${at}.requirements have no order of types`;
  if (onDemand === 'prioritized')
    refuse('SettingsExclude', `${at}.onDemandAllocationStrategy`, onDemand, allowed);
  if (spot === 'capacity-optimized-prioritized')
    refuse('SettingsExclude', `${at}.spotAllocationStrategy`, spot, allowed);
}

function checkTypes(types: readonly WeightedInstanceTypeProps[], at: string): void {
  const names = types.map(({ instanceType }) => instanceType);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice !== -1)
    refuse('DuplicateInstanceType', `${at}[${twice}].instanceType`, names[twice], 'listed once');
  const unweighted = types.findIndex(({ weight }) => weight === undefined);
  if (unweighted !== -1 && types.some(({ weight }) => weight !== undefined)) {
    throw new ServiceError(
      'MissingSetting',
      `${at}[${unweighted}].weight is missing; AWS takes weights for all types or for none.`,
    );
  }
}
