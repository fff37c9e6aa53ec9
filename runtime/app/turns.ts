/**
 * Lets requests begin in turns of the event loop, so that a worker with too much to do still looks for what comes in
 * between: its health checks above all, which would else wait behind every request that came before them, and fail.
 * Then the group would terminate its hottest instances just when it needs them.
 */

/** Milliseconds for requests to begin in one turn: more than a healthy loop ever needs, and no time for a client. */
const turnMilliseconds = 50;

interface Waiting {
  readonly since: number;
  readonly begin: () => void;
}

export class Turns {
  readonly #waiting: Waiting[] = [];
  /** When nothing more begins in the turn under way. */
  #end: number | undefined;

  /** Milliseconds that the next to begin has waited so far; 0 when nobody waits. */
  get wait(): number {
    const [next] = this.#waiting;
    return next === undefined ? 0 : performance.now() - next.since;
  }

  /** Undefined where the request may begin at once, as nearly all do; else resolves when it may. */
  enter(): Promise<void> | undefined {
    const now = performance.now();
    if (this.#end === undefined) {
      this.#end = now + turnMilliseconds;
      setImmediate(() => this.#next());
      return undefined;
    }
    if (this.#waiting.length === 0 && now < this.#end) return undefined;
    return new Promise((begin) => this.#waiting.push({ since: now, begin }));
  }

  /** One for each round of the loop, which looks for what has come in before the next. */
  #next(): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      this.#end = undefined;
      return;
    }
    waiting.begin();
    setImmediate(() => this.#next());
  }
}
