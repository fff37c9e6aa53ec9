/** Rule C4: where a refresh stops for a while, and how many it may replace until then. */
import type { World } from '../reconcile';
import type { Census } from './census';
import type { InstanceRefresh } from './refresh';

/**
 * The highest threshold that the percentage has come to: lower ones may be skipped. There is no delay at 100. A group
 * that grew, and fell below a checkpoint by it, reaches it again.
 */
export function reachCheckpoint(refresh: InstanceRefresh, world: World): void {
  const { checkpointPercentages, checkpointDelay = 0 } = refresh.preferences;
  const reached = checkpointPercentages.findLast((threshold) => threshold <= refresh.percentageComplete) ?? 0;
  if (reached > refresh.checkpoint && reached < 100) {
    refresh.waitsUntil = world.now + world.pace.milliseconds(checkpointDelay);
  }
  refresh.checkpoint = reached;
}

/** Rule C1: it goes no further than its last checkpoint. */
export function stopsAtCheckpoint({ preferences, checkpoint, rollback }: InstanceRefresh): boolean {
  const last = preferences.checkpointPercentages.at(-1);
  return rollback === undefined && last !== undefined && last < 100 && checkpoint >= last;
}

/** How many more units the next checkpoint needs to be replaced. */
export function budgetOf(refresh: InstanceRefresh, { total, unitsToUpdate }: Census): number {
  if (refresh.rollback !== undefined) return Number.POSITIVE_INFINITY;
  const { checkpointPercentages } = refresh.preferences;
  const next = checkpointPercentages.find((threshold) => threshold > refresh.checkpoint) ?? 100;
  const needed = Math.ceil((total * next) / 100);
  const begun = total - unitsToUpdate;
  return Math.max(0, needed - begun);
}
