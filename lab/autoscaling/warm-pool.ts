/**
 * Rule B19: instances that are launched ahead of time and wait, running or stopped, for the group to grow.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
 */
import { changeActivity, startPoolActivity, takenFromPool } from './activities';
import { actualCapacity, isTerminating, isWarmed } from './capacity';
import { enterNextHook } from './hooks';
import { beginTermination, moveTo } from './instances';
import { launch } from './launches';
import type { Group, Instance } from './model';
import type { Order, World } from './reconcile';

export type PoolState = 'Stopped' | 'Running';

export interface WarmPool {
  readonly minSize: number;
  /** How many instances group and pool have together at most; unset is the group's maximum. */
  readonly maxGroupPreparedCapacity: number | undefined;
  readonly poolState: PoolState;
  /** Whether what a scale-in takes out comes back to the pool; undefined where nothing was said. */
  readonly reuseOnScaleIn: boolean | undefined;
  /** Deleted, and some of it is still there. */
  deleting: boolean;
}

export function pooled(group: Group): Instance[] {
  return [...group.instances.values()].filter((instance) => isWarmed(instance) && !isTerminating(instance));
}

export function poolSize({ warmPool, maxSize, desiredCapacity, deleting }: Group): number {
  if (warmPool === undefined || warmPool.deleting || deleting) return 0;
  const prepared = warmPool.maxGroupPreparedCapacity ?? maxSize;
  return Math.max(warmPool.minSize, prepared - desiredCapacity);
}

/** Its instances that come, that are stopped, and that are too many or gone. */
export function tendWarmPool(group: Group, world: World): Order[] {
  const orders = pooled(group).flatMap((instance) => advance(group, instance, world));
  const comingBack = [...group.instances.values()].filter(({ returnsToPool }) => returnsToPool);
  const launching = [...group.launches.values()].filter(({ toWarmPool }) => toWarmPool);
  let size = pooled(group).length + comingBack.length + launching.length;
  // Not while the group is short of one that the pool may yet give.
  const isShort = actualCapacity(group) < group.desiredCapacity;
  for (const surplus of pooled(group).reverse()) {
    if (isShort || size <= poolSize(group)) break;
    beginTermination(group, surplus, startPoolActivity(world.now, size, size - 1), world);
    size -= 1;
  }
  for (; size < poolSize(group); size += 1) {
    const order = launch(group, startPoolActivity(world.now, size, size + 1), world, { toWarmPool: true });
    if (order.length === 0) break;
    orders.push(...order);
  }
  if (group.warmPool?.deleting && size === 0 && !hasWarmed(group)) group.warmPool = undefined;
  return orders;
}

function hasWarmed(group: Group): boolean {
  return [...group.instances.values()].some(isWarmed);
}

/** Milliseconds; our choice. */
const pauseAfterFailure = 2000;

function advance(group: Group, instance: Instance, world: World): Order[] {
  const machine = world.machines.get(instance.id) ?? 'gone';
  if (machine === 'gone' || instance.health === 'Unhealthy') {
    // One that never came up: the next would hardly do better at once (rule B13).
    if (instance.state === 'Warmed:Pending') group.launchesAfter = world.now + pauseAfterFailure;
    beginTermination(group, instance, startPoolActivity(world.now, 1, 0), world);
    return [];
  }
  if (instance.state === 'Warmed:Pending' && machine === 'running') {
    enterNextHook(group, instance, 'autoscaling:EC2_INSTANCE_LAUNCHING', world);
  }
  if (instance.state !== 'Warmed:Pending:Proceed') return [];
  if (group.warmPool?.poolState === 'Running') return settle(group, instance, 'Warmed:Running', world);
  if (machine === 'stopped') return settle(group, instance, 'Warmed:Stopped', world);
  if (instance.powerOrdered === 'stop') return [];
  instance.powerOrdered = 'stop';
  return [{ do: 'stop', group, instance }];
}

function settle(
  group: Group,
  instance: Instance,
  state: 'Warmed:Running' | 'Warmed:Stopped',
  world: World,
): Order[] {
  instance.powerOrdered = undefined;
  changeActivity(group, instance.activityId, { status: 'Successful', progress: 100 }, world);
  moveTo(group, instance, state, world);
  return [];
}

/** What it is on its way to, for one that is not of the group (rule E3). */
export function settledState({ warmPool }: Group): 'Warmed:Running' | 'Warmed:Stopped' {
  return warmPool?.poolState === 'Running' ? 'Warmed:Running' : 'Warmed:Stopped';
}

/**
 * One that is ready joins the group: it is `Pending` again, and meets the launch hooks again. Undefined where none is.
 */
export function takeFromPool(group: Group, cause: string, world: World): Order[] | undefined {
  const ready = pooled(group).find(({ state }) => state === 'Warmed:Running' || state === 'Warmed:Stopped');
  if (ready === undefined || group.suspendedProcesses.has('Launch')) return undefined;
  const stopped = ready.state === 'Warmed:Stopped';
  ready.activityId = takenFromPool(group, ready, cause, world).id;
  ready.passedHooks = [];
  moveTo(group, ready, 'Pending', world);
  if (!stopped) return [];
  ready.powerOrdered = 'start';
  return [{ do: 'start', group, instance: ready }];
}

/** Whether what a scale-in takes out is kept; asked when it is, and again when it has drained. */
export function hasRoomInPool(group: Group, others: number): boolean {
  const { warmPool } = group;
  if (warmPool?.reuseOnScaleIn !== true) return false;
  return pooled(group).length + others < poolSize(group);
}

/** It has drained and its termination hooks are over (inferred: AWS tells no states for the way back). */
export function returnToPool(group: Group, instance: Instance, world: World): void {
  instance.returnsToPool = false;
  instance.passedHooks = [];
  instance.inServiceAt = undefined;
  changeActivity(group, instance.activityId, { status: 'Successful', progress: 100 }, world);
  moveTo(group, instance, 'Warmed:Pending:Proceed', world);
}
