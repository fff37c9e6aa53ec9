/** For a terminal: a small block redrawn in place, under the lines that stay. */
import type { EventStream } from '../../lab/events';
import { Follower, type Screen, type View } from './follower';
import { type FrameSettings, frame } from './frame';
import { type Line, renderLine } from './text';

const redrawEvery = 250; // milliseconds
const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';

export class LiveView implements View {
  readonly #follower = new Follower();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  /** Widths of the lines of the block on the screen. */
  #drawn: number[] = [];
  #waiting: string[] = [];
  readonly #showCursor = () => this.screen.write(showCursor);

  constructor(
    events: EventStream,
    private readonly screen: Screen,
    private readonly coloured: boolean,
    private readonly settings: Omit<FrameSettings, 'width'>,
    private readonly now: () => number = Date.now,
  ) {
    screen.write(hideCursor);
    // Also where the process ends without closing the view: a terminal without a cursor is a nuisance.
    process.once('exit', this.#showCursor);
    this.#unsubscribe = events.subscribe((event) => {
      const line = this.#follower.follow(event);
      if (line !== undefined) this.#log(line);
    });
    this.#timer = setInterval(() => this.redraw(), redrawEvery);
  }

  get state() {
    return this.#follower.state;
  }

  say(text: string): void {
    this.#log([text]);
    this.redraw();
  }

  redraw(): void {
    const width = this.#width();
    const block = frame(this.state, this.now(), { ...this.settings, width })
      // A block taller than the screen could not be taken back: its top has scrolled away.
      .slice(0, Math.max(1, (this.screen.rows ?? 24) - 2))
      .map((line) => ({ text: renderLine(line, width, this.coloured), width: widthOf(line, width) }));
    const lines = [...this.#waiting, ...block.map(({ text }) => text)];
    this.screen.write(this.#erase() + lines.map((line) => `${line}\n`).join(''));
    this.#drawn = block.map((line) => line.width);
    this.#waiting = [];
  }

  /** The lines stay, the block goes. */
  close(): void {
    clearInterval(this.#timer);
    this.#unsubscribe();
    this.screen.write(this.#erase() + this.#waiting.map((line) => `${line}\n`).join(''));
    this.#drawn = [];
    this.#waiting = [];
    process.removeListener('exit', this.#showCursor);
    this.#showCursor();
  }

  #log(line: Line): void {
    this.#waiting.push(renderLine(line, Number.POSITIVE_INFINITY, this.coloured));
  }

  /** A terminal made narrower has wrapped the lines of the block: count the rows they take now. */
  #erase(): string {
    const columns = this.#width() + 1;
    const rows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows === 0 ? '' : `\x1b[${rows}A\r\x1b[J`;
  }

  /** One column is left free: terminals differ in what they do after the last one. */
  #width(): number {
    return Math.max(20, (this.screen.columns ?? 80) - 1);
  }
}

function widthOf(line: Line, width: number): number {
  return Math.min(width, renderLine(line, width, false).length);
}
