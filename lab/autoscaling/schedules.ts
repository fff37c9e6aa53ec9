/** Scheduled actions, rule B17: when each acts next, and what acting means. */
import { Cron } from 'croner';
import type { Surroundings } from './action';
import { scheduleTriggered } from './activities';
import { clampToLimits, setDesiredCapacity } from './capacity';
import type { Group, ScheduledAction } from './model';

/**
 * With a start time and a recurrence it acts at the start time first and by the recurrence after that.
 * Recurrences are five fields of cron, in UTC unless the action names a time zone.
 */
export function nextTime(
  schedule: Pick<ScheduledAction, 'startTime' | 'endTime' | 'recurrence' | 'timeZone'>,
  after: number,
): number | undefined {
  const { startTime, endTime, recurrence, timeZone = 'UTC' } = schedule;
  if (startTime !== undefined && startTime > after) return startTime;
  if (recurrence === undefined) return undefined;
  const next = new Cron(recurrence, { timezone: timeZone, mode: '5-part' })
    .nextRun(new Date(after))
    ?.getTime();
  return next === undefined || (endTime !== undefined && next > endTime) ? undefined : next;
}

export function runSchedules(group: Group, around: Surroundings): void {
  if (group.suspendedProcesses.has('ScheduledActions')) {
    dropMissed(group, around.now);
    return;
  }
  for (const schedule of group.schedules.values()) {
    if (schedule.nextAt === undefined || schedule.nextAt > around.now) continue;
    schedule.nextAt = nextTime(schedule, around.now);
    // One that will not act again is shown no more.
    if (schedule.nextAt === undefined) group.schedules.delete(schedule.name);
    act(group, schedule, around);
  }
}

/** Rule B16: what a suspended process missed is not made up for. */
function dropMissed(group: Group, now: number): void {
  for (const schedule of group.schedules.values()) {
    if (schedule.nextAt !== undefined && schedule.nextAt <= now) schedule.nextAt = nextTime(schedule, now);
  }
}

function act(group: Group, schedule: ScheduledAction, around: Surroundings): void {
  const minSize = schedule.minSize ?? group.minSize;
  const maxSize = schedule.maxSize ?? group.maxSize;
  if (minSize > maxSize) {
    const text = `Scheduled action ${schedule.name} changed nothing: a minimum of ${minSize} is above the maximum of ${maxSize}`;
    around.emit({ type: 'notice', level: 'warning', text });
    return;
  }
  group.minSize = minSize;
  group.maxSize = maxSize;
  const from = group.desiredCapacity;
  const to = clampToLimits(group, schedule.desiredCapacity ?? from);
  setDesiredCapacity(group, to, scheduleTriggered(around.now, schedule.name, from, to), around);
}
