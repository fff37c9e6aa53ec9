/** Who is who in a group that is being refreshed, and how far that has come. */
import { actualCapacity, instancesKept } from '../capacity';
import type { Group, Instance, Region } from '../model';
import { usesElbHealth, type World } from '../reconcile';
import { targetsOf } from '../targets';
import { type InstanceRefresh, isIn, standbys } from './refresh';

export interface Census {
  /** To be replaced, and nothing is in the way. */
  readonly due: readonly Instance[];
  /** To be replaced once somebody takes away a protection, or returns them to service (rule C1). */
  readonly held: readonly Instance[];
  /** Those of the two that nobody stands by for yet. */
  readonly toUpdate: number;
  /** Healthy and warm. */
  readonly ready: ReadonlySet<Instance>;
  /** Launched since the refresh began, and not ready yet. */
  readonly coming: readonly Instance[];
  /** What the percentages are of: the group, less what the refresh leaves alone. */
  readonly total: number;
  /** Replaced, and what took their place is ready (rule C4). */
  readonly updated: number;
}

export function takeCensus(group: Group, refresh: InstanceRefresh, region: Region, world: World): Census {
  const kept = instancesKept(group);
  const outdated = kept.filter((instance) => isIn(refresh.outdated, instance));
  const held = outdated.filter((instance) => treatment(refresh, instance) === 'Wait');
  const due = outdated.filter((instance) => treatment(refresh, instance) === 'Replace');
  const old = due.length + held.length;
  const fresh = kept.filter((instance) => !isIn(refresh.before, instance));
  const ready = new Set(kept.filter((instance) => isReady(group, refresh, instance, region, world)));
  const leftAlone = kept.length - old - fresh.length;
  const total = Math.max(0, group.desiredCapacity - leftAlone);
  const freshReady = fresh.filter((instance) => ready.has(instance)).length;
  const stoodByFor = new Set(standbys(group).map(({ refreshes }) => refreshes));
  return {
    due,
    held,
    toUpdate: [...due, ...held].filter(({ id }) => !stoodByFor.has(id)).length,
    ready,
    coming: fresh.filter((instance) => !ready.has(instance)),
    total,
    updated: Math.max(0, Math.min(freshReady, total - old)),
  };
}

/** What is left to wait for when nothing is to be replaced any more. */
export function isComplete(group: Group, { due, held, coming }: Census): boolean {
  return (
    due.length + held.length + coming.length === 0 &&
    group.launches.size === 0 &&
    actualCapacity(group) >= group.desiredCapacity
  );
}

function treatment(
  { preferences }: InstanceRefresh,
  { state, protectedFromScaleIn }: Instance,
): 'Replace' | 'Ignore' | 'Wait' {
  const standby = state === 'Standby' ? preferences.standbyInstances : 'Terminate';
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
