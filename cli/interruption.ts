/** The first Ctrl-C asks for an orderly end, the second one ends at once. SIGTERM and SIGHUP count as Ctrl-C. */
import { exitCodes } from './failure';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back to Node's own handling. */
  release(): void;
}

/** What aborted work rejects with; anything else went wrong while it was cleaned up. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

export interface Interruptible {
  /** Told at the first signal, before the work is aborted. */
  first(): void;
  /** Told at the second one, before the process ends. */
  second(): void;
}

export function onInterruption({ first, second }: Interruptible): Interruption {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) {
      second();
      process.exit(exitCodes.interrupted);
    }
    first();
    controller.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) process.removeListener(signal, interrupt);
    },
  };
}
