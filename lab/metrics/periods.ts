/** Which periods are over: of 10, 30 and 60 seconds on AWS's clock, each beginning at a whole multiple of its length. */
import { evaluationPeriods } from '../autoscaling/target-tracking';
import { type MetricPeriod, metricPeriods } from '../autoscaling/tracked-metric';
import type { Pace } from '../pace';
import type { Period } from './statistics-of';

export interface Closed extends Period {
  /** On AWS's clock. */
  readonly seconds: MetricPeriod;
}

/** More of the past than an alarm looks back on is of no use to anybody. */
const mostAtOnce = Math.max(...Object.values(evaluationPeriods));

/** What the lab counts by itself has no parts: after a call that came late, it is that of one longer period. */
export function whole(closed: readonly Closed[], seconds: MetricPeriod): Period | undefined {
  const own = closed.filter((period) => period.seconds === seconds);
  const [first] = own;
  return first && { at: first.at, length: own.reduce((sum, { length }) => sum + length, 0) };
}

export class Periods {
  /** Where the present one of each length begins. */
  readonly #begun = new Map<MetricPeriod, number>();

  /** Oldest first; nothing at the first call. */
  closedBy(now: number, pace: Pace): Closed[] {
    return metricPeriods.flatMap((seconds) => {
      const length = pace.milliseconds(seconds);
      const present = Math.floor(now / length);
      const begun = this.#begun.get(seconds) ?? present;
      this.#begun.set(seconds, present);
      const count = Math.min(mostAtOnce, present - begun);
      return Array.from({ length: count }, (_, index) => ({
        seconds,
        at: (present - count + index) * length,
        length,
      }));
    });
  }
}
