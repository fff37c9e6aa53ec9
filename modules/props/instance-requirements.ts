import { type Check, listOf, numberAbove, object, oneOf, refuse, text, wholeNumber } from '../private/shape';
import { ServiceError } from '../service-error';

/**
 * What an instance must have, in place of a list of types: AWS takes every type that fits, those to come included.
 * Their processor's architecture is the image's, so that of `instanceType`.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/create-mixed-instances-group-attribute-based-instance-type-selection.html
 */
export interface InstanceRequirementsProps {
  /** Number of virtual processors. */
  readonly vcpuCount: RangeProps;
  /** Memory in MiB. */
  readonly memoryMib: RangeProps;
  /** Memory in GiB for each virtual processor; fractions too. @default - whatever `memoryMib` gives */
  readonly memoryGibPerVcpu?: RangeProps;
  /** Makers of the processor; those whose processors have the image's architecture. @default - any */
  readonly cpuManufacturers?: readonly ('intel' | 'amd' | 'amazon-web-services')[];
  /** `current` types are recommended, `previous` ones still run. @default - any */
  readonly instanceGenerations?: readonly ('current' | 'previous')[];
  /** Types such as t3, whose CPU is a share with credits. @default excluded, as AWS has it */
  readonly burstablePerformance?: 'included' | 'required' | 'excluded';
  /** Whole machines. @default excluded, as AWS has it */
  readonly bareMetal?: 'included' | 'required' | 'excluded';
  /** Disks in the host, which an instance loses when it stops. @default included, as AWS has it */
  readonly localStorage?: 'included' | 'required' | 'excluded';
  /** Bandwidth of the network in Gbit per second; fractions too. @default - any */
  readonly networkBandwidthGbps?: RangeProps;
  /** Bandwidth to volumes in Mbit per second. @default - any */
  readonly baselineEbsBandwidthMbps?: RangeProps;
  /** Nothing but these types, `*` for any letters: `m5.*`. At most 400; not with the excluded ones. @default - any */
  readonly allowedInstanceTypes?: readonly string[];
  /** None of these types, `*` for any letters. At most 400. @default - none */
  readonly excludedInstanceTypes?: readonly string[];
  /** How much dearer than the cheapest fitting type one may be, on demand, in percent: 0 or more. @default 20, AWS's own */
  readonly onDemandMaxPricePercentageOverLowestPrice?: number;
  /**
   * The same for Spot, in percent: 0 or more. @default 100, AWS's own; not with
   * `maxSpotPriceAsPercentageOfOptimalOnDemandPrice`
   */
  readonly spotMaxPricePercentageOverLowestPrice?: number;
  /** A Spot price in percent of the cheapest fitting type's on demand: 1 or more. @default - none */
  readonly maxSpotPriceAsPercentageOfOptimalOnDemandPrice?: number;
}

/**
 * From and to, both included.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRequirements.html
 */
export interface RangeProps {
  /** The least. 0 is no limit. */
  readonly min: number;
  /** The most; not below `min`. @default - no limit */
  readonly max?: number;
}

const rangeOf =
  (number: Check): Check =>
  (value, at, isReference) => {
    object({ min: number }, { max: number })(value, at, isReference);
    const { min, max } = value as RangeProps;
    if (max === undefined || min <= max) return;
    throw new ServiceError('RangeInverted', `${at}.min ${min} is above ${at}.max ${max}; exchange them.`);
  };

const whole = rangeOf(wholeNumber(0));
const fractions = rangeOf((value, at, isReference) => {
  if (value !== 0) numberAbove(0, Number.MAX_SAFE_INTEGER)(value, at, isReference);
});
const inclusion = oneOf(['included', 'required', 'excluded']);
const typePatterns = listOf(text('an instance type, or a part of one with *', /^[a-z0-9.*-]{1,30}$/), 1, 400);

const requirements = object(
  { vcpuCount: whole, memoryMib: whole },
  {
    memoryGibPerVcpu: fractions,
    cpuManufacturers: listOf(oneOf(['intel', 'amd', 'amazon-web-services']), 1),
    instanceGenerations: listOf(oneOf(['current', 'previous']), 1),
    burstablePerformance: inclusion,
    bareMetal: inclusion,
    localStorage: inclusion,
    networkBandwidthGbps: fractions,
    baselineEbsBandwidthMbps: whole,
    allowedInstanceTypes: typePatterns,
    excludedInstanceTypes: typePatterns,
    onDemandMaxPricePercentageOverLowestPrice: wholeNumber(0),
    spotMaxPricePercentageOverLowestPrice: wholeNumber(0),
    maxSpotPriceAsPercentageOfOptimalOnDemandPrice: wholeNumber(1),
  },
);

export const checkInstanceRequirements: Check = (value, at, isReference) => {
  requirements(value, at, isReference);
  forbidBoth(value as InstanceRequirementsProps, at, 'allowedInstanceTypes', 'excludedInstanceTypes');
  forbidBoth(
    value as InstanceRequirementsProps,
    at,
    'spotMaxPricePercentageOverLowestPrice',
    'maxSpotPriceAsPercentageOfOptimalOnDemandPrice',
  );
};

function forbidBoth(
  value: InstanceRequirementsProps,
  at: string,
  one: keyof InstanceRequirementsProps,
  other: keyof InstanceRequirementsProps,
): void {
  if (value[one] === undefined || value[other] === undefined) return;
  refuse('SettingsExclude', `${at}.${one}`, value[one], `absent where ${at}.${other} is set`);
}
