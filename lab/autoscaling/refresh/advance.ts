/** A group's instance refresh, turn by turn: where it stands, whether it may go on, and its next step. */
import { isTerminating } from '../capacity';
import type { Group, Region } from '../model';
import type { Order, World } from '../reconcile';
import { type Census, isComplete, isServing, isWarming, takeCensus } from './census';
import { budgetOf, reachCheckpoint, stopsAtCheckpoint } from './checkpoints';
import { activeRefresh, type InstanceRefresh } from './refresh';
import { replaceDue, settleStandbys } from './replace';
import { bake, begin, end, rollBack, succeed, tellRefresh } from './transitions';

/** Seconds without coming closer to the end, and in all (rule C5). */
const patience = 3600;
const longestRefresh = 14 * 86_400;

export function advanceRefresh(group: Group, region: Region, world: World): Order[] {
  const refresh = activeRefresh(group);
  if (refresh === undefined) return [];
  const census = takeCensus(group, refresh, region, world);
  if (refresh.status === 'Cancelling') {
    finishCancelling(group, refresh, census, world);
    return [];
  }
  if (group.suspendedProcesses.has('InstanceRefresh')) {
    pause(refresh, world);
    return [];
  }
  if (refresh.status === 'Pending') begin(group, refresh, world);
  measure(group, refresh, census, world);
  const failure = whyItFails(group, refresh, census, region, world);
  if (failure !== undefined) {
    fail(group, refresh, census, failure, world);
    return [];
  }
  if (refresh.status === 'Baking') {
    if (isOver(refresh.waitsUntil, world)) succeed(group, refresh, world);
    return [];
  }
  return goOn(group, refresh, census, region, world);
}

function goOn(group: Group, refresh: InstanceRefresh, census: Census, region: Region, world: World): Order[] {
  if (refresh.rollback === undefined) reachCheckpoint(refresh, world);
  if (!isOver(refresh.waitsUntil, world)) {
    refresh.statusReason = `Waiting for the delay after the checkpoint at ${refresh.checkpoint} percent.`;
    return [];
  }
  refresh.waitsUntil = undefined;
  if (isComplete(group, census) || stopsAtCheckpoint(refresh)) {
    complete(group, refresh, world);
    return [];
  }
  const orders = replaceDue(group, refresh, census, budgetOf(refresh, census), world);
  const after = takeCensus(group, refresh, region, world);
  refresh.statusReason = whatItWaitsFor(group, refresh, after, region, world);
  measure(group, refresh, after, world);
  return orders;
}

function complete(group: Group, refresh: InstanceRefresh, world: World): void {
  if (refresh.rollback !== undefined) {
    refresh.percentageComplete = 0;
    end(group, refresh, 'RollbackSuccessful', refresh.rollback.reason, world);
    return;
  }
  // Rule C8: with nothing to replace there is nothing to bake.
  const wasNeeded = refresh.outdated.size > 0;
  if (!stopsAtCheckpoint(refresh)) refresh.percentageComplete = 100;
  if (wasNeeded && (refresh.preferences.bakeTime ?? 0) > 0) bake(group, refresh, world);
  else succeed(group, refresh, world);
}

/** Rules C3 and C4. In a rollback the percentage sinks, and the number stays what it was when it began. */
function measure(group: Group, refresh: InstanceRefresh, census: Census, world: World): void {
  const { rollback, percentageComplete, instancesToUpdate } = refresh;
  const outdatedLeft = census.due.length + census.held.length + census.spare.length;
  if (rollback === undefined) {
    refresh.instancesToUpdate = census.toUpdate;
    refresh.percentageComplete = census.total === 0 ? 100 : Math.floor((100 * census.updated) / census.total);
  } else {
    const left = Math.min(rollback.instances, outdatedLeft + census.coming.length);
    const share = rollback.instances === 0 ? 0 : left / rollback.instances;
    refresh.percentageComplete = Math.ceil(rollback.percentageComplete * share);
  }
  const { progress } = refresh;
  const done = rollback === undefined ? refresh.percentageComplete : -refresh.percentageComplete;
  if (done > progress.percentageComplete || outdatedLeft < progress.outdatedLeft) {
    refresh.progress = {
      at: world.now,
      percentageComplete: Math.max(done, progress.percentageComplete),
      outdatedLeft: Math.min(outdatedLeft, progress.outdatedLeft),
    };
  }
  if (refresh.percentageComplete !== percentageComplete || refresh.instancesToUpdate !== instancesToUpdate) {
    tellRefresh(group, refresh, world);
  }
}

/** Rule C5. An instance that does nothing but warm up keeps nobody from going on for ever: it is not counted. */
function whyItFails(
  group: Group,
  refresh: InstanceRefresh,
  { coming }: Census,
  region: Region,
  world: World,
): string | undefined {
  if (refresh.rollback === undefined) {
    const alarm = refresh.preferences.alarms.find((name) => world.alarmStates.get(name) === 'ALARM');
    if (alarm !== undefined) return `The CloudWatch alarm ${alarm} is in ALARM.`;
  }
  const runsSince = refresh.startedAt ?? world.now;
  if (world.now >= runsSince + world.pace.milliseconds(longestRefresh))
    return 'The instance refresh has run for 14 days.';
  const warms = coming.some((instance) => isServing(group, instance, region));
  if (warms || refresh.waitsUntil !== undefined) refresh.progress.at = world.now;
  if (world.now < refresh.progress.at + world.pace.milliseconds(patience)) return undefined;
  return `No instance could be replaced for an hour. ${refresh.statusReason ?? ''}`.trimEnd();
}

function fail(group: Group, refresh: InstanceRefresh, census: Census, reason: string, world: World): void {
  if (refresh.rollback === undefined && refresh.preferences.autoRollback) {
    rollBack(group, refresh, `An automatic rollback was initiated. ${reason}`, world);
    return;
  }
  settleStandbys(group, census, world);
  end(group, refresh, refresh.rollback === undefined ? 'Failed' : 'RollbackFailed', reason, world);
}

/** Rule C8: replacements that began come to their end, unless nobody wants to wait for them. */
function finishCancelling(group: Group, refresh: InstanceRefresh, census: Census, world: World): void {
  const isArriving = census.coming.some(
    ({ state, refreshes }) => refreshes !== undefined && state.startsWith('Pending'),
  );
  const isLeaving = [...group.instances.values()].some(
    (instance) => isTerminating(instance) && refresh.before.has(instance.id),
  );
  const isLaunching = [...group.launches.values()].some(({ refreshes }) => refreshes !== undefined);
  if (refresh.waitsForTransitions && (isArriving || isLeaving || isLaunching)) return;
  settleStandbys(group, census, world);
  end(group, refresh, 'Cancelled', 'Cancelled due to user request.', world);
}

/** Rule B16: nothing is begun, and nothing runs out. */
function pause(refresh: InstanceRefresh, world: World): void {
  refresh.progress.at = world.now;
  refresh.statusReason = 'The process InstanceRefresh is suspended.';
}

function isOver(until: number | undefined, { now }: World): boolean {
  return until === undefined || now >= until;
}

function whatItWaitsFor(
  group: Group,
  refresh: InstanceRefresh,
  census: Census,
  region: Region,
  world: World,
): string | undefined {
  const available = 'Waiting for remaining instances to be available. For example:';
  const unhealthy = census.coming.find((instance) => !isServing(group, instance, region));
  if (unhealthy !== undefined) return `${available} ${unhealthy.id} is not healthy and in service yet.`;
  const warming = [...group.instances.values()].find(
    (instance) => instance.state === 'InService' && isWarming(refresh, instance, world),
  );
  if (warming !== undefined) {
    return `Waiting for instances to warm up before continuing. For example: ${warming.id} is warming up.`;
  }
  const held = census.held[0];
  if (held === undefined || census.due.length > 0) return undefined;
  return held.state.endsWith('Standby')
    ? `${available} ${held.id} is in Standby.`
    : `${available} ${held.id} is protected from scale in.`;
}
