/** Who is who in a group that is being refreshed, and how far that has come. */
import { actualCapacity, capacityOf, instancesKept, launchesUnderWay } from '../capacity';
import type { Group, Instance, Region } from '../model';
import { usesElbHealth, type World } from '../reconcile';
import { targetsOf } from '../targets';
import { type InstanceRefresh, instancesPresent, isIn, standbys } from './refresh';

export interface Census {
  /** To be replaced, and nothing is in the way. */
  readonly due: readonly Instance[];
  /** To be replaced once somebody takes away a protection, or returns them to service (rule C1). */
  readonly held: readonly Instance[];
  /** To be terminated alone: in standby, and in the warm pool, which fills up again by itself. */
  readonly spare: readonly Instance[];
  /** Those of the first two that nobody stands by for yet. */
  readonly toUpdate: number;
  /** The same in units: an instance counts its weight (rule B20). */
  readonly unitsToUpdate: number;
  /** Healthy and warm. */
  readonly ready: ReadonlySet<Instance>;
  /** Launched since the refresh began, and not ready yet. */
  readonly coming: readonly Instance[];
  /** What the percentages are of, in units: the group, less what the refresh leaves alone. */
  readonly total: number;
  /** Replaced, and what took their place is ready (rule C4). */
  readonly updated: number;
}

export function takeCensus(group: Group, refresh: InstanceRefresh, region: Region, world: World): Census {
  const kept = instancesKept(group);
  const outdated = instancesPresent(group).filter((instance) => isIn(refresh.outdated, instance));
  const held = outdated.filter((instance) => treatment(refresh, instance) === 'Wait');
  const replaced = outdated.filter((instance) => treatment(refresh, instance) === 'Replace');
  const due = replaced.filter((instance) => kept.includes(instance));
  const old = [...due, ...held.filter((instance) => kept.includes(instance))];
  const fresh = kept.filter((instance) => !isIn(refresh.before, instance));
  const ready = new Set(kept.filter((instance) => isReady(group, refresh, instance, region, world)));
  const leftAlone = capacityOf(kept) - capacityOf(old) - capacityOf(fresh);
  // One that is held in standby is no part of the desired capacity, and waited for all the same.
  const aside = held.filter((instance) => !kept.includes(instance));
  const total = Math.max(0, group.desiredCapacity - leftAlone) + capacityOf(aside);
  const freshReady = capacityOf(fresh.filter((instance) => ready.has(instance)));
  const stoodByFor = new Set(standbys(group).map(({ refreshes }) => refreshes));
  const alone = [...due, ...held].filter(({ id }) => !stoodByFor.has(id));
  return {
    due,
    held,
    spare: replaced.filter((instance) => !kept.includes(instance)),
    toUpdate: alone.length,
    unitsToUpdate: capacityOf(alone),
    ready,
    coming: fresh.filter((instance) => !ready.has(instance)),
    total,
    updated: Math.max(0, Math.min(freshReady, total - capacityOf([...old, ...aside]))),
  };
}

/** What is left to wait for when nothing is to be replaced any more. */
export function isComplete(group: Group, { due, held, spare, coming }: Census): boolean {
  return (
    due.length + held.length + spare.length + coming.length === 0 &&
    launchesUnderWay(group).length === 0 &&
    actualCapacity(group) >= group.desiredCapacity
  );
}

function treatment(
  { preferences }: InstanceRefresh,
  { state, protectedFromScaleIn }: Instance,
): 'Replace' | 'Ignore' | 'Wait' {
  const isAside = state === 'Standby' || state === 'EnteringStandby';
  const standby = isAside ? preferences.standbyInstances : 'Terminate';
  const guarded = protectedFromScaleIn ? preferences.scaleInProtectedInstances : 'Refresh';
  if (standby === 'Ignore' || guarded === 'Ignore') return 'Ignore';
  return standby === 'Wait' || guarded === 'Wait' ? 'Wait' : 'Replace';
}

/** Rule C4: what took a place counts once it is healthy and has warmed up. */
function isReady(
  group: Group,
  refresh: InstanceRefresh,
  instance: Instance,
  region: Region,
  world: World,
): boolean {
  return isServing(group, instance, region) && !isWarming(refresh, instance, world);
}

/** In service and healthy; a load balancer is asked where the group asks it (rule B7). */
export function isServing(group: Group, instance: Instance, region: Region): boolean {
  if (instance.state !== 'InService' || instance.health === 'Unhealthy') return false;
  if (!usesElbHealth(group)) return true;
  return [...group.attachments].every(([arn, attachment]) => {
    const state = targetsOf(region.targetGroups, arn).get(instance.id)?.state;
    return attachment !== 'InService' || state === undefined || state === 'healthy' || state === 'unused';
  });
}

export function isWarming(
  { preferences }: InstanceRefresh,
  { inServiceAt }: Instance,
  world: World,
): boolean {
  const warmup = world.pace.milliseconds(preferences.instanceWarmup);
  return inServiceAt === undefined || world.now < inServiceAt + warmup;
}
