/** Rules B17 and F8: at least one size, a recurrence of five cron fields, no start in the past. */
import { Cron } from 'croner';
import { AwsError } from '../../aws-error';
import { type Action, groupNamed, groupToChange, nothing } from '../action';
import { describeSchedule } from '../describe';
import { validationError } from '../input';
import type { ScheduledAction } from '../model';
import { nextTime } from '../schedules';
import { page } from './page';

const sizeRange = { min: 0, max: 10_000 };

export const putScheduledUpdateGroupAction: Action = (input, { region, now, newId }) => {
  const group = groupToChange(region, input.string('AutoScalingGroupName'));
  const name = input.string('ScheduledActionName');
  const before = group.schedules.get(name);
  const sizes = {
    minSize: input.optionalInteger('MinSize', sizeRange),
    maxSize: input.optionalInteger('MaxSize', sizeRange),
    desiredCapacity: input.optionalInteger('DesiredCapacity', sizeRange),
  };
  if (Object.values(sizes).every((size) => size === undefined)) {
    throw validationError('At least one of MinSize, MaxSize, and DesiredCapacity is required');
  }
  const times = {
    startTime: input.optionalTime('StartTime'),
    endTime: input.optionalTime('EndTime'),
    recurrence: input.optionalString('Recurrence'),
    timeZone: input.optionalString('TimeZone'),
  };
  if (times.startTime !== undefined && times.startTime < now && times.startTime !== before?.startTime) {
    throw validationError('Given start time is in the past');
  }
  if (times.startTime === undefined && times.recurrence === undefined) {
    throw validationError('Either StartTime or Recurrence is required');
  }
  if ((sizes.minSize ?? 0) > (sizes.maxSize ?? sizeRange.max)) {
    throw validationError(`MinSize ${sizes.minSize} is above MaxSize ${sizes.maxSize}`);
  }
  if (times.endTime !== undefined && times.endTime <= (times.startTime ?? now)) {
    throw validationError('Given end time is not after the start time, or is in the past');
  }
  if (times.recurrence !== undefined) checkRecurrence(times.recurrence, times.timeZone);
  const nextAt = nextTime(times, now);
  if (nextAt === undefined && times.recurrence !== undefined) {
    throw validationError(`Given recurrence string: ${times.recurrence} never comes to act`);
  }
  const schedule: ScheduledAction = {
    name,
    arn: before?.arn ?? scheduleArn(group.arn, group.name, name, newId()),
    ...sizes,
    ...times,
    nextAt,
  };
  group.schedules.set(name, schedule);
  return nothing;
};

function checkRecurrence(recurrence: string, timeZone = 'UTC'): void {
  try {
    new Cron(recurrence, { timezone: timeZone, mode: '5-part' }).nextRun();
  } catch {
    throw new AwsError(
      'ValidationError',
      `Given recurrence string: ${recurrence} is invalid, or time zone ${timeZone} is unknown`,
    );
  }
}

function scheduleArn(groupArn: string, groupName: string, name: string, id: string): string {
  const [, , , region, account] = groupArn.split(':');
  const scope = `autoScalingGroupName/${groupName}:scheduledActionName/${name}`;
  return `arn:aws:autoscaling:${region}:${account}:scheduledUpdateGroupAction:${id}:${scope}`;
}

export const describeScheduledActions: Action = (input, { region }) => {
  const groupName = input.optionalString('AutoScalingGroupName');
  const names = input.strings('ScheduledActionNames');
  const groups = groupName === undefined ? [...region.groups.values()] : [groupNamed(region, groupName)];
  const schedules = groups.flatMap((group) =>
    [...group.schedules.values()]
      .filter(({ name, arn }) => names.length === 0 || names.includes(name) || names.includes(arn))
      .map((schedule) => describeSchedule(group, schedule)),
  );
  const { items, nextToken } = page(schedules, input);
  return { ScheduledUpdateGroupActions: items, NextToken: nextToken };
};

export const deleteScheduledAction: Action = (input, { region }) => {
  const group = groupNamed(region, input.string('AutoScalingGroupName'));
  const name = input.string('ScheduledActionName');
  if (!group.schedules.delete(name)) throw validationError(`Scheduled action name not found - ${name}`);
  return nothing;
};
