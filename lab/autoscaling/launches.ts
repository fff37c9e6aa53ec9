/** A group's launches: into which zone, and with which activity in its history. */
import { startLaunchActivity } from './activities';
import { instancesKept } from './capacity';
import { chooseLaunch } from './mixed-instances';
import type { Group, Launch, Subnet } from './model';
import type { Order, World } from './reconcile';

/** Not while the process is suspended, or while the group waits after a launch that failed (rule B13). */
export function canLaunch(group: Group, { now }: World): boolean {
  return !group.suspendedProcesses.has('Launch') && now >= group.launchesAfter;
}

/** In a wave of replacements (rule B9), in an instance refresh (C1), or in the warm pool (rule B19). */
type Place = Partial<Pick<Launch, 'replaces' | 'refreshes' | 'toWarmPool'>>;

/**
 * Nothing while it can't.
 *
 * @param place what it is for, where it is not just one more of the group
 */
export function launch(group: Group, cause: string, world: World, place: Place = {}): Order[] {
  if (!canLaunch(group, world)) return [];
  const subnet = nextSubnet(group);
  if (subnet === undefined) return [];
  const choice = chooseLaunch(group, group.subnets.length);
  const activity = startLaunchActivity(group, subnet, cause, world);
  group.launches.set(activity.id, {
    activityId: activity.id,
    subnet,
    choice,
    toWarmPool: place.toWarmPool ?? false,
    replaces: place.replaces,
    refreshes: place.refreshes,
  });
  return [{ do: 'launch', group, activityId: activity.id, subnet, choice }];
}

/**
 * Rule B12, balanced-best-effort: the zone with the fewest instances. Those where a launch has failed come after the
 * others, the one that failed longest ago first, so that all of them have their turn.
 */
function nextSubnet(group: Group): Subnet | undefined {
  const occupied = [
    ...instancesKept(group).map(({ subnet }) => subnet.zone),
    ...[...group.launches.values()].map(({ subnet }) => subnet.zone),
  ];
  const load = ({ zone }: Subnet) => occupied.filter((other) => other === zone).length;
  const failed = ({ zone }: Subnet) => group.failedZones.indexOf(zone);
  return [...group.subnets].sort((a, b) => failed(a) - failed(b) || load(a) - load(b))[0];
}
