/** The load: one run of `ab`, without keep-alive, as the tutorial's. */
import { readFileSync, rmSync } from 'node:fs';
import type { LoadResult } from '../events';
import type { Processes } from '../host/processes';
import { parseAbOutput } from './ab-output';

export interface LoadOptions {
  /** Which run of ab this is, from 1. */
  readonly run: number;
  readonly requests: number;
  /** At most 20000 and at most `requests`: ab takes no more. */
  readonly concurrency: number;
  /** With a path, if only `/`: ab refuses a bare host. */
  readonly url: string;
  /** ab's own output, replaced if it is there. */
  readonly outputFile: string;
  /** Ends ab at once. */
  readonly signal?: AbortSignal;
}

/** What ab knows; which instance answered how many requests, only the balancer does. */
export type AbResult = Omit<LoadResult, 'perInstance'>;

/**
 * Resolves with a result also when ab fails: then all requests without an answer count as failed.
 *
 * @throws ServiceError `ProcessNotStarted` when there is no ab; the signal's reason when it was aborted.
 */
export async function runAb(processes: Processes, options: LoadOptions): Promise<AbResult> {
  const { run, requests, concurrency, url, outputFile, signal } = options;
  signal?.throwIfAborted();
  rmSync(outputFile, { force: true });
  const started = Date.now();
  const ab = await processes.start(
    `ab run ${run}`,
    'ab',
    ['-n', String(requests), '-c', String(concurrency), url],
    { env: { PATH: process.env.PATH ?? '' }, logFile: outputFile },
  );
  const stop = () => void ab.stop({ graceMilliseconds: 500 });
  signal?.addEventListener('abort', stop, { once: true });
  const end = await ab.ended;
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();

  const output = parseAbOutput(readFileSync(outputFile, 'utf8'), requests);
  const measured = { ...output, seconds: output.seconds || (Date.now() - started) / 1000 };
  const result = { run, requests, concurrency, outputFile, ...measured };
  if (end === 'exit code 0' || output.aborted !== undefined) return result;
  return { ...result, failed: Math.max(1, output.failed), aborted: `ab ended with ${end}` };
}
