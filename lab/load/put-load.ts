/** Load until scaling shows: runs of ab, one after another, and who answered what in each of them. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStream, LoadResult } from '../events';
import type { Processes } from '../host/processes';
import { rehearsalDefaults } from '../rehearsal-defaults';
import type { Expectation } from '../report/report';
import { runAb } from './ab';

export interface Load {
  readonly url: string;
  /** Requests in one run. */
  readonly requests: number;
  readonly concurrency: number;
  readonly expectation: Expectation;
  /** The instances that are there before the load. */
  readonly before: Iterable<string>;
  /** ab's outputs go to `load` in it. */
  readonly directory: string;
  readonly processes: Processes;
  readonly signal: AbortSignal;
}

/** Runs ab until an instance that was not there at the start has answered its share; once where none is to come. */
export async function putLoad(load: Load, events: EventStream): Promise<void> {
  const before = new Set(load.before);
  const outputs = join(load.directory, 'load');
  rmSync(outputs, { recursive: true, force: true });
  mkdirSync(outputs, { recursive: true });
  const served = countRequests(events);
  try {
    for (let run = 1; run <= rehearsalDefaults.maximumRuns; run += 1) {
      const counted = new Map(served.counts);
      events.emit({ type: 'load', run, state: 'started' });
      const outputFile = join(outputs, `ab-${run}.txt`);
      const answered = await runAb(load.processes, { ...load, run, outputFile });
      await served.nextSample(load.signal);
      const result: LoadResult = { ...answered, perInstance: difference(counted, served.counts) };
      events.emit({ type: 'load', run, state: 'finished', result });
      if (load.expectation === 'stays' || servedItsShare(result, before)) return;
    }
  } finally {
    served.stop();
  }
}

function servedItsShare({ perInstance, requests }: LoadResult, before: ReadonlySet<string>): boolean {
  return Object.entries(perInstance).some(
    ([id, count]) => !before.has(id) && count >= requests * rehearsalDefaults.newInstanceShare,
  );
}

function difference(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Record<string, number> {
  return Object.fromEntries([...after].map(([id, count]) => [id, count - (before.get(id) ?? 0)]));
}

/** Milliseconds. Samples come every second; where they keep failing, notices say so, and the run counts what it saw. */
const longestWait = 10_000;

/** Adds up the balancer's seconds. The last requests of a run are in a sample that comes after its end. */
function countRequests(events: EventStream) {
  const counts = new Map<string, number>();
  let samples = 0;
  const unsubscribe = events.subscribe((event) => {
    if (event.type !== 'requests') return;
    samples += 1;
    for (const [id, count] of Object.entries(event.perInstance))
      counts.set(id, (counts.get(id) ?? 0) + count);
  });
  return {
    counts,
    stop: unsubscribe,
    nextSample: async (signal: AbortSignal) => {
      const seen = samples;
      const deadline = Date.now() + longestWait;
      while (samples < seen + 2 && Date.now() < deadline) await sleep(100, undefined, { signal });
    },
  };
}
