import { faultInCron } from '../private/cron';
import { type Check, mapOf, object, refuse, text, wholeNumber } from '../private/shape';
import { ServiceError } from '../service-error';
import { partName } from './source';

/**
 * Other sizes of the group at a given time: from then on, until another schedule or apply changes them. A load that is
 * known beforehand gets its instances before it comes.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
 */
export interface ScheduleProps {
  /**
   * `minCapacity` from then on: 0 to 10000, at least one of the three is given. With 0 an idle group may lose its last
   * instance, and then has no CPU that would bring one back: another schedule has to.
   * @default - as it is
   */
  readonly minCapacity?: number;
  /** `maxCapacity` from then on: 0 to 10000. @default - as it is */
  readonly maxCapacity?: number;
  /** Instances that it has at that moment; policies go on from there. 0 to 10000. @default - as many as it has */
  readonly desiredCapacity?: number;
  /**
   * When, again and again: minute, hour, day of the month, month and day of the week, as cron has it; one space
   * between them. Up to two minutes late.
   * @default - once, at `startTime`
   */
  readonly recurrence?: string;
  /**
   * Of `recurrence`, by its canonical name in the IANA database, such as `Europe/Berlin`: the hour stays when summer
   * time begins.
   * @default - UTC
   */
  readonly timeZone?: string;
  /**
   * Not before: UTC, such as `2027-03-01T06:00:00Z`. A schedule that runs once has its time here, and is to be taken
   * out of the settings afterwards: AWS forgets it, and refuses to make one in the past.
   * @default - at once, for a `recurrence`
   */
  readonly startTime?: string;
  /** Not after, with `recurrence` only: UTC, as above. @default - for ever */
  readonly endTime?: string;
}

const size = wholeNumber(0, 10_000);
const time = text(
  'a time in UTC such as 2027-03-01T06:00:00Z',
  /^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ$/,
);

const recurrence: Check = (value, at, isReference) => {
  text('five fields of cron such as "0 8 * * MON-FRI"')(value, at, isReference);
  const fault = isReference(value) ? undefined : faultInCron(String(value));
  if (fault !== undefined) {
    throw new ServiceError('InvalidSetting', `${at} is ${JSON.stringify(value)}, and ${fault}.`);
  }
};

const timeZone: Check = (value, at, isReference) => {
  if (isReference(value)) return;
  const allowed = 'a time zone of the IANA database such as "Europe/Berlin"';
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) refuse('InvalidSetting', at, value, allowed);
  let known: string;
  try {
    known = new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    refuse('InvalidSetting', at, value, allowed);
  }
  // JavaScript doesn't mind the case, and AWS does.
  if (known !== value && known.toLowerCase() === value.toLowerCase()) {
    refuse('InvalidSetting', at, value, `written ${JSON.stringify(known)}`);
  }
};

const shape = object(
  {},
  {
    minCapacity: size,
    maxCapacity: size,
    desiredCapacity: size,
    recurrence,
    timeZone,
    startTime: time,
    endTime: time,
  },
);

export const checkSchedule: Check = (value, at, isReference) => {
  shape(value, at, isReference);
  const schedule = value as ScheduleProps;
  const { minCapacity, maxCapacity, desiredCapacity, startTime, endTime } = schedule;
  if (minCapacity === undefined && maxCapacity === undefined && desiredCapacity === undefined) {
    missing(`${at} changes nothing; give it minCapacity, maxCapacity or desiredCapacity.`);
  }
  if (schedule.recurrence === undefined) {
    if (startTime === undefined) missing(`${at} has no time; give it recurrence or startTime.`);
    for (const name of ['timeZone', 'endTime'] as const) {
      if (schedule[name] === undefined) continue;
      refuse('SettingsExclude', `${at}.${name}`, schedule[name], `absent unless ${at}.recurrence is set`);
    }
    if (!isReference(startTime)) inFuture(startTime, `${at}.startTime`);
  }
  if (endTime === undefined || isReference(endTime)) return;
  inFuture(endTime, `${at}.endTime`);
  if (startTime !== undefined && !isReference(startTime) && startTime >= endTime) {
    throw new ServiceError(
      'RangeInverted',
      `${at}.startTime ${startTime} is not before ${at}.endTime ${endTime}; move one of them.`,
    );
  }
};

/** AWS forgets what won't act again, so that Terraform would make it anew; and that AWS refuses. */
function inFuture(time: string | undefined, at: string): void {
  const milliseconds = Date.parse(time ?? '');
  if (Number.isNaN(milliseconds)) refuse('InvalidSetting', at, time, 'a day that exists');
  if (milliseconds > Date.now()) return;
  throw new ServiceError(
    'TimePassed',
    `${at} ${time} is over; take the schedule out, or give it another time.`,
  );
}

function missing(sentence: string): never {
  throw new ServiceError('MissingSetting', sentence);
}

export const checkSchedules = mapOf(partName, checkSchedule);
