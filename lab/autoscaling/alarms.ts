/** A target tracking policy's two alarms: their names, and what a row of datapoints makes of their state. */
import type { Alarm, AlarmDirection, AlarmState, Datapoint, Group } from './model';
import { breaches } from './target-tracking';

const label: Readonly<Record<AlarmDirection, string>> = { high: 'AlarmHigh', low: 'AlarmLow' };

/** Rule A5: named after the group, with a UUID of their own. */
export function newAlarm(
  group: Pick<Group, 'name' | 'arn'>,
  direction: AlarmDirection,
  newId: () => string,
): Alarm {
  const name = `TargetTracking-${group.name}-${label[direction]}-${newId()}`;
  const [, , , region, account] = group.arn.split(':');
  return {
    name,
    arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
    direction,
    state: 'INSUFFICIENT_DATA',
    invokedFor: undefined,
  };
}

export interface Evaluation {
  readonly state: AlarmState;
  readonly reason: string;
  /** Breaching datapoints in a row, counted back from the newest. */
  readonly inARow: number;
}

/**
 * Missing datapoints are `missing` (rule A5): they neither breach nor clear. All there and breaching is ALARM, one
 * that does not breach is OK, none at all is INSUFFICIENT_DATA; anything else keeps the state it had.
 */
export function evaluate(
  alarm: Alarm,
  datapoints: readonly Datapoint[],
  limit: number,
  needed: number,
): Evaluation {
  const range = datapoints.slice(-needed);
  const values = range.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const sign = alarm.direction === 'high' ? 'greater' : 'less';
  const inARow = countBreachesInARow(range, limit, alarm.direction);
  if (values.length === 0) {
    return { state: 'INSUFFICIENT_DATA', reason: 'no datapoint was received', inARow };
  }
  if (values.some((value) => !breaches(value, limit, alarm.direction))) {
    return {
      state: 'OK',
      reason: `a datapoint was not ${sign} than the threshold (${round(limit)})`,
      inARow,
    };
  }
  if (values.length < needed) {
    return { state: alarm.state, reason: `${values.length} of ${needed} datapoints are there`, inARow };
  }
  const listed = values.map(round).join(', ');
  const reason = `${needed} datapoints [${listed}] were ${sign} than the threshold (${round(limit)})`;
  return { state: 'ALARM', reason, inARow };
}

function countBreachesInARow(range: readonly Datapoint[], limit: number, direction: AlarmDirection): number {
  const past = range.findLastIndex(({ value }) => value === undefined || !breaches(value, limit, direction));
  return range.length - 1 - past;
}

const round = (value: number): number => Math.round(value * 100) / 100;
