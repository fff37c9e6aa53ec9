/** The moves of an instance refresh from status to status (rule C3), and what is told of them. */
import type { Surroundings } from '../action';
import type { Group } from '../model';
import { type InstanceRefresh, type InstanceRefreshStatus, launchTemplateInUse, presentIn } from './refresh';

export function begin(group: Group, refresh: InstanceRefresh, around: Surroundings): void {
  refresh.startedAt = around.now;
  refresh.instancesToUpdate = refresh.outdated.size;
  noteProgress(refresh, around.now);
  move(group, refresh, 'InProgress', undefined, around);
}

export function bake(group: Group, refresh: InstanceRefresh, around: Surroundings): void {
  const { bakeTime = 0 } = refresh.preferences;
  refresh.waitsUntil = around.now + around.pace.milliseconds(bakeTime);
  move(group, refresh, 'Baking', `Waiting for the bake time of ${bakeTime} seconds.`, around);
}

/** Rule C7: only now does the group itself have the desired configuration. */
export function succeed(group: Group, refresh: InstanceRefresh, around: Surroundings): void {
  group.launchTemplate = launchTemplateInUse(group);
  end(group, refresh, 'Successful', undefined, around);
}

/** Rule C8: it takes nothing back, and stops a rollback too. */
export function cancel(
  group: Group,
  refresh: InstanceRefresh,
  waitsForTransitions: boolean,
  around: Surroundings,
): void {
  refresh.waitsForTransitions = waitsForTransitions;
  const reason = waitsForTransitions
    ? 'Waiting for launches and terminations that are under way.'
    : 'Cancelling without waiting for launches and terminations that are under way.';
  move(group, refresh, 'Cancelling', reason, around);
}

/**
 * Rule C6: what was launched since the refresh began is replaced again, by what the group's own configuration says.
 * What it had not updated yet stays as it is.
 */
export function rollBack(group: Group, refresh: InstanceRefresh, reason: string, around: Surroundings): void {
  const outdated = new Set([...presentIn(group)].filter((id) => !refresh.before.has(id)));
  for (const { id, activityId } of group.instances.values()) {
    if (refresh.before.has(activityId)) outdated.delete(id);
  }
  refresh.rollback = {
    reason,
    startedAt: around.now,
    percentageComplete: refresh.percentageComplete,
    instancesToUpdate: refresh.instancesToUpdate,
    instances: outdated.size,
  };
  refresh.before = presentIn(group);
  refresh.outdated = outdated;
  refresh.waitsUntil = undefined;
  noteProgress(refresh, around.now);
  move(group, refresh, 'RollbackInProgress', reason, around);
}

export function end(
  group: Group,
  refresh: InstanceRefresh,
  status: InstanceRefreshStatus,
  reason: string | undefined,
  around: Surroundings,
): void {
  refresh.endedAt = around.now;
  refresh.waitsUntil = undefined;
  move(group, refresh, status, reason, around);
}

/** From here on an hour is counted. */
function noteProgress(refresh: InstanceRefresh, now: number): void {
  refresh.progress = {
    at: now,
    percentageComplete: refresh.rollback === undefined ? 0 : Number.NEGATIVE_INFINITY,
    outdatedLeft: refresh.outdated.size,
  };
}

function move(
  group: Group,
  refresh: InstanceRefresh,
  status: InstanceRefreshStatus,
  reason: string | undefined,
  around: Surroundings,
): void {
  refresh.status = status;
  refresh.statusReason = reason;
  tellRefresh(group, refresh, around);
}

export function tellRefresh(group: Group, refresh: InstanceRefresh, around: Surroundings): void {
  const { id, status, statusReason, percentageComplete, instancesToUpdate } = refresh;
  around.emit({
    type: 'refresh',
    group: group.name,
    refreshId: id,
    status,
    percentageComplete,
    instancesToUpdate,
    ...(statusReason === undefined ? {} : { reason: statusReason }),
  });
}
