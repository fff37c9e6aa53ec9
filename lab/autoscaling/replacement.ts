/** Rules B9 and B15: what is unhealthy, or too old, is terminated and replaced together. */
import { replacing, startedForLifetime, startedForUnhealthy } from './activities';
import { actualCapacity, instancesInService, instancesKept, isTerminating } from './capacity';
import { beginTermination } from './instances';
import { canLaunch, launch } from './launches';
import type { Group } from './model';
import type { Order, World } from './reconcile';
import { wantedCapacity } from './refresh/refresh';
import { isWarm } from './scaling';

/** The reason that has instances wait for their turn; all others are replaced at once. */
export const elbFailure = 'an ELB system health check failure';

export function replaceUnhealthy(group: Group, world: World): Order[] {
  // Rule B16: with Terminate suspended ReplaceUnhealthy is inactive as well.
  if (['ReplaceUnhealthy', 'Terminate'].some((process) => group.suspendedProcesses.has(process))) return [];
  const unhealthy = instancesKept(group).filter(({ health }) => health === 'Unhealthy');
  const atOnce = unhealthy.filter(({ healthReason }) => healthReason !== elbFailure);
  const inWaves = unhealthy.filter(({ healthReason }) => healthReason === elbFailure);
  const room = Math.max(0, waveSize(group) - replacementsUnderWay(group, world));
  const orders: Order[] = [];
  for (const instance of [...atOnce, ...inWaves.slice(0, room)]) {
    const wasWanted = actualCapacity(group) <= wantedCapacity(group);
    const replaces = inWaves.includes(instance) ? instance.id : undefined;
    beginTermination(group, instance, replacing(world.now, instance.healthReason ?? 'a health check'), world);
    if (wasWanted) orders.push(...launch(group, startedForUnhealthy(world.now), world, { replaces }));
  }
  return orders;
}

/** Rule B15: what is older than the group lets it be, oldest first, a tenth of the group at a time. */
export function replaceExpired(group: Group, world: World): Order[] {
  const { maxInstanceLifetime = 0 } = group;
  if (maxInstanceLifetime === 0 || group.suspendedProcesses.has('Terminate') || !canLaunch(group, world)) {
    return [];
  }
  const bornBefore = world.now - world.pace.milliseconds(maxInstanceLifetime);
  const expired = instancesInService(group).filter(({ launchedAt }) => launchedAt <= bornBefore);
  const room = Math.max(0, waveSize(group) - replacementsUnderWay(group, world));
  return expired.slice(0, room).flatMap((instance) => {
    beginTermination(group, instance, replacing(world.now, 'the maximum instance lifetime'), world);
    return launch(group, startedForLifetime(world.now), world, { replaces: instance.id });
  });
}

/** A tenth of the group, and one at least. */
function waveSize({ desiredCapacity }: Group): number {
  return Math.max(1, Math.floor(desiredCapacity / 10));
}

/** Each wave is warmed before the next: a replacement is under way until its instance is warm. */
function replacementsUnderWay(group: Group, world: World): number {
  const instances = [...group.instances.values()];
  const leaving = instances.filter((instance) => isTerminating(instance) && instance.health === 'Unhealthy');
  const coming = instancesKept(group).filter(
    (instance) => instance.health === 'Healthy' && !isWarm(group, instance, world),
  );
  return new Set([
    ...leaving.map(({ id }) => id),
    ...[...group.launches.values(), ...coming].flatMap(({ replaces }) => replaces ?? []),
  ]).size;
}
