import { isBurstable } from '../private/architecture';
import { refuse } from '../private/shape';
import { ServiceError } from '../service-error';
import { serviceDefaults } from './defaults';
import type { FleetProps } from './fleet';
import { checkArchitectures } from './mixed-instances';
import type { AutoscaledServiceProps } from './service';
import { checkIops } from './volumes';

type Settings = Pick<
  AutoscaledServiceProps,
  'instanceType' | 'minCapacity' | 'maxCapacity' | 'network' | 'rootVolumeGiB'
>;

/** At most this many instances of a spread placement group stand in one zone. */
const spreadInstancesPerZone = 7;

/**
 * What of a fleet contradicts the settings beside it.
 * @param at where the fleet's settings stand, in front of their names in a message
 */
export function checkFleetTogether(fleet: FleetProps, props: Settings, at: string): void {
  const instanceType = props.instanceType ?? serviceDefaults.instanceType;
  const { mixedInstances, rootVolume } = fleet;
  if (mixedInstances !== undefined) {
    checkArchitectures(mixedInstances, instanceType, `${at}.mixedInstances`);
  }
  if (fleet.cpuCredits !== undefined) checkCpuCredits(fleet, instanceType, `${at}.cpuCredits`);
  if (rootVolume !== undefined) checkIops(rootVolume, props.rootVolumeGiB, `${at}.rootVolume`);
  checkWarmPool(fleet, props, at);
  checkPlacementTogether(fleet, props, instanceType, at);
}

function checkCpuCredits({ mixedInstances, cpuCredits }: FleetProps, instanceType: string, at: string): void {
  const requirements = mixedInstances?.requirements;
  if (requirements !== undefined) {
    if (requirements.burstablePerformance === 'required') return;
    const allowed = 'absent unless fleet.mixedInstances.requirements.burstablePerformance is "required"';
    refuse('SettingsExclude', at, cpuCredits, allowed);
  }
  const types = mixedInstances?.instanceTypes?.map((each) => each.instanceType) ?? [instanceType];
  const other = types.find((type) => !isBurstable(type));
  if (other !== undefined) {
    refuse(
      'SettingsExclude',
      at,
      cpuCredits,
      `absent with ${other}, which has no CPU credits: t2, t3, t3a and t4g do`,
    );
  }
}

function checkWarmPool({ warmPool }: FleetProps, props: Settings, at: string): void {
  const min = props.minCapacity ?? serviceDefaults.minCapacity;
  const prepared = warmPool?.maxPreparedCapacity;
  if (prepared === undefined || prepared >= min) return;
  throw new ServiceError(
    'CapacityInverted',
    `${at}.warmPool.maxPreparedCapacity ${prepared} is below minCapacity ${min}; raise it, or lower the min.`,
  );
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html */
function checkPlacementTogether(fleet: FleetProps, props: Settings, instanceType: string, at: string): void {
  const { placement, tenancy, mixedInstances } = fleet;
  if (placement === undefined || 'groupName' in placement) return;
  const { strategy } = placement;
  const where = `${at}.placement.strategy`;
  if (strategy === 'cluster') {
    if (instanceSubnetsOf(props)?.length !== 1) {
      refuse(
        'SettingsExclude',
        where,
        strategy,
        'spread or partition, unless network.instanceSubnetIds is one subnet: a cluster is in one zone',
      );
    }
    const types = mixedInstances?.instanceTypes?.map((each) => each.instanceType) ?? [instanceType];
    const burstable = types.find(isBurstable);
    if (burstable !== undefined)
      refuse(
        'SettingsExclude',
        where,
        strategy,
        `spread or partition with ${burstable}: a cluster takes no burstable type`,
      );
  }
  if (strategy === 'spread') checkSpread(fleet, props, where);
  if (strategy === 'partition' && tenancy === 'dedicated' && (placement.partitionCount ?? 2) > 2) {
    refuse(
      'SettingsExclude',
      `${at}.placement.partitionCount`,
      placement.partitionCount,
      `1 or 2 where ${at}.tenancy is "dedicated"`,
    );
  }
}

function checkSpread({ tenancy, mixedInstances }: FleetProps, props: Settings, where: string): void {
  if (tenancy === 'dedicated') {
    refuse('SettingsExclude', where, 'spread', 'cluster or partition where fleet.tenancy is "dedicated"');
  }
  const zones = zonesOf(props);
  const max = props.maxCapacity ?? serviceDefaults.maxCapacity;
  const weighted = mixedInstances?.instanceTypes?.some(({ weight }) => weight !== undefined) ?? false;
  if (zones === undefined || weighted || max <= zones * spreadInstancesPerZone) return;
  refuse(
    'SettingOutOfRange',
    'maxCapacity',
    max,
    `at most ${zones * spreadInstancesPerZone}, ${spreadInstancesPerZone} in each of ${zones} zones, where ${where} is "spread"`,
  );
}

function instanceSubnetsOf({ network }: Settings): readonly string[] | undefined {
  return network !== undefined && 'vpcId' in network ? network.instanceSubnetIds : undefined;
}

/** Undefined where the number isn't known at synth. */
function zonesOf({ network }: Settings): number | undefined {
  if (network !== undefined && 'vpcId' in network) return undefined;
  const zones = network?.zones ?? serviceDefaults.network.zones;
  return zones === 'all' ? undefined : zones;
}
