/** For pipes, files and CI: one line per notable event, and a sign of life in long waits. */
import type { EventStream } from '../../lab/events';
import { Follower, type Screen, type View } from './follower';
import { statusLine } from './frame';
import { type Line, renderLine } from './text';

/** Milliseconds without a line after which the status is told. */
const quietAtMost = 10_000;

export class LineView implements View {
  readonly #follower = new Follower();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  #lastLineAt: number;

  constructor(
    events: EventStream,
    private readonly screen: Screen,
    private readonly coloured: boolean,
    private readonly now: () => number = Date.now,
  ) {
    this.#lastLineAt = now();
    this.#unsubscribe = events.subscribe((event) => {
      const line = this.#follower.follow(event);
      if (line !== undefined) this.#write(line, event.at);
    });
    this.#timer = setInterval(() => this.tick(), 1000);
  }

  get state() {
    return this.#follower.state;
  }

  tick(): void {
    const now = this.now();
    const status = statusLine(this.state, now);
    if (now - this.#lastLineAt >= quietAtMost && status !== '') this.#write([[status, 'dim']], now);
  }

  say(text: string): void {
    this.#write([text], this.now());
  }

  close(): void {
    clearInterval(this.#timer);
    this.#unsubscribe();
  }

  #write(line: Line, at: number): void {
    this.#lastLineAt = at;
    // Nothing is cut: a log is searched, and whoever shows it wraps it.
    this.screen.write(`${clock(at)}  ${renderLine(line, Number.POSITIVE_INFINITY, this.coloured)}\n`);
  }
}

/** UTC, as in logs of other programs of a CI run: `12:34:56`. */
function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
