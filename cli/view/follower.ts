/** What both views have in common: the state so far, and the lines that stay. */
import type { LabEvent } from '../../lab/events';
import { notableLine } from './notable';
import { advance, initialState, type ViewState } from './state';
import type { Line } from './text';

export class Follower {
  state: ViewState = initialState;
  readonly #phases = new Map<string, number>();

  /** Takes the event in; returns the line it deserves, if any. */
  follow(event: LabEvent): Line | undefined {
    if (event.type === 'phase' && event.state === 'started') this.#phases.set(event.phase, event.at);
    this.state = advance(this.state, event);
    return notableLine(event, event.type === 'phase' ? this.#phases.get(event.phase) : undefined);
  }
}

/** A view follows the events from its making to `close`. */
export interface View {
  readonly state: ViewState;
  /** A line of the command itself, such as what a Ctrl-C sets off. */
  say(text: string): void;
  close(): void;
}

/** Where a view writes: standard output, standard error, or a test's array. */
export interface Screen {
  write(text: string): void;
  readonly columns?: number;
  readonly rows?: number;
}
