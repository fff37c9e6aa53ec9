/** Whether a service gets ready, asked the way its load balancer will ask. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two questions, and for an answer. */
const pause = 100;
const answerTimeout = 5_000;

/**
 * `ready` when it has answered 200; `ended` when the end came first; else, when the time is over, what it answered
 * last.
 */
export async function becomesReady(
  url: string,
  milliseconds: number,
  end: Promise<unknown>,
): Promise<'ready' | 'ended' | (string & {})> {
  const over = new AbortController();
  const ended = end.then(() => over.abort());
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const answer = await Promise.race([ask(url, over.signal), ended]);
    if (over.signal.aborted || answer === undefined) return 'ended';
    if (answer === '200') return 'ready';
    if (Date.now() > deadline) return answer;
    await Promise.race([sleep(pause), ended]);
  }
}

async function ask(url: string, over: AbortSignal): Promise<string> {
  try {
    const signal = AbortSignal.any([over, AbortSignal.timeout(answerTimeout)]);
    const answer = await fetch(url, { signal });
    await answer.body?.cancel();
    return String(answer.status);
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Partial<Error> };
    return `nothing (${cause?.message ?? message})`;
  }
}
