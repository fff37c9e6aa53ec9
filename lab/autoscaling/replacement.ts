/** Rule B9: what is unhealthy is terminated and replaced together. */
import { replacing, startedForUnhealthy } from './activities';
import { actualCapacity, instancesKept, isTerminating } from './capacity';
import { beginTermination } from './instances';
import { launch } from './launches';
import type { Group } from './model';
import type { Order, World } from './reconcile';
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
    const wasWanted = actualCapacity(group) <= group.desiredCapacity;
    const replaces = inWaves.includes(instance) ? instance.id : undefined;
    beginTermination(group, instance, replacing(world.now, instance.healthReason ?? 'a health check'), world);
    if (wasWanted) orders.push(...launch(group, startedForUnhealthy(world.now), world, { replaces }));
  }
  return orders;
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
