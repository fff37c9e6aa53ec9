/**
 * Tells when the event loop is so late that answering at all is better than answering everybody.
 *
 * The measure is the loop's delay, or how long requests wait for their turn if that is longer; not CPU use or the
 * number of requests in flight: at full load a healthy loop is late by tens of milliseconds, since it does a batch of
 * requests each round, and queueing is the balancer's and the scaling policy's business. A loop that is late by a
 * second, two seconds in a row, has lost: its clients wait for longer than they will.
 */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Turns } from './turns';

/** How many late windows in a row make an overload: one long pause, such as a full garbage collection, is none. */
const lateWindowsToShed = 2;
const windowMilliseconds = 1_000;
/** The interval of the timer whose delay is measured; it is part of every reading. */
const resolutionMilliseconds = 20;

/** What clients are told to wait, in seconds: long enough for the loop to be judged anew. */
export const retryAfterSeconds = 2;

/** The judgement alone: fed one reading for each window. */
export class OverloadJudge {
  #lateWindows = 0;
  #shedding = false;

  /** @param delayMilliseconds from which average delay on a window is late; 0 never sheds */
  constructor(private readonly delayMilliseconds: number) {}

  get shedding(): boolean {
    return this.#shedding;
  }

  /** @param delay the loop's average delay over the window in milliseconds; NaN when it was not measured */
  judge(delay: number): void {
    if (this.delayMilliseconds === 0 || Number.isNaN(delay)) return;
    this.#lateWindows = delay >= this.delayMilliseconds ? this.#lateWindows + 1 : 0;
    if (this.#lateWindows >= lateWindowsToShed) this.#shedding = true;
    // Well below the threshold only, or shedding, which makes the loop quick, would flap.
    else if (delay < this.delayMilliseconds / 2) this.#shedding = false;
  }
}

/** Feeds a judge with this process's own event loop. Doesn't keep the process alive. */
export function watchEventLoop(
  judge: OverloadJudge,
  turns: Pick<Turns, 'wait'>,
  changed: (shedding: boolean) => void,
): () => void {
  const delays = monitorEventLoopDelay({ resolution: resolutionMilliseconds });
  delays.enable();
  const timer = setInterval(() => {
    const before = judge.shedding;
    const delay = averageMilliseconds(delays);
    judge.judge(Number.isNaN(delay) ? delay : Math.max(delay, turns.wait));
    delays.reset();
    if (judge.shedding !== before) changed(judge.shedding);
  }, windowMilliseconds);
  timer.unref();
  return () => {
    clearInterval(timer);
    delays.disable();
  };
}

function averageMilliseconds(delays: IntervalHistogram): number {
  if (delays.count === 0) return Number.NaN;
  return Math.max(0, delays.mean / 1e6 - resolutionMilliseconds);
}
