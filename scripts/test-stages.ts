/** Runs the stages one after the other, all of them, and ends with the one line that sums them up. */
import { spawn } from 'node:child_process';
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { processRecord } from '../lab/host/lock';
import { Processes } from '../lab/host/processes';
import { testFolders } from './test-folders';
import {
  add,
  exitCodeFor,
  type JestResults,
  nothing,
  summaryLine,
  type Tally,
  tallyOfCheck,
  tallyOfJest,
} from './test-summary';

export interface Stage {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** `jest` gets `--json --outputFile` and counts its own tests; a `check` counts as one. */
  readonly kind: 'check' | 'jest';
  /** Runs first; where it throws, the stage has failed. */
  readonly prepare?: () => Promise<void>;
}

/** Time for a stage to end after SIGINT or SIGTERM, before all of it is killed. Milliseconds. */
const patience = 10_000;

/**
 * Interrupted, it waits until nothing is left of what was started, labs of tests included. Of a run that was killed, the
 * next one ends what is left.
 *
 * @returns the exit code; the line is the last of standard output whatever happens to the stages
 */
export async function runStages(stages: readonly Stage[]): Promise<number> {
  await endAbandoned();
  const directory = testFolders.make('test-run');
  const run: Run = {
    directory,
    processes: new Processes(processRecord(directory)),
    interruption: new Interruption(),
  };
  let tally = nothing;
  for (const stage of stages) {
    say(`\n── ${stage.name} ──\n`);
    tally = add(tally, await runStage(stage, run));
    if (run.interruption.happened) break;
  }
  await run.processes.stopAll();
  testFolders.remove(directory);
  // The workers are gone, and with them who would have taken their labs down.
  if (run.interruption.happened) await endAbandoned();
  run.interruption.release();
  say(`\n${summaryLine(tally)}\n`);
  return run.interruption.happened ? 130 : exitCodeFor(tally);
}

interface Run {
  /** For its results and the record of what it starts. */
  readonly directory: string;
  readonly processes: Processes;
  readonly interruption: Interruption;
}

async function endAbandoned(): Promise<void> {
  const ended = await testFolders.endAbandoned();
  if (ended.length > 0) say(`\nEnded what tests had started: ${ended.join(', ')}\n`);
}

async function runStage(stage: Stage, run: Run): Promise<Tally> {
  const { interruption } = run;
  const resultFile = join(run.directory, `${stage.name}.json`);
  try {
    await stage.prepare?.();
    if (interruption.happened) return tallyOfCheck(false);
    const extra = stage.kind === 'jest' ? ['--json', `--outputFile=${resultFile}`] : [];
    const succeeded = await runCommand(stage, extra, run);
    if (!succeeded) say(`\n${stage.name} failed\n`);
    const tally =
      stage.kind === 'jest' ? tallyOfJest(succeeded, readResults(resultFile)) : tallyOfCheck(succeeded);
    return interruption.happened && tally.failed === 0 ? add(tally, tallyOfCheck(false)) : tally;
  } catch (error) {
    say(`\n${stage.name} could not run: ${error instanceof Error ? error.message : error}\n`);
    return tallyOfCheck(false);
  }
}

async function runCommand(
  { name, command: [program, ...args], kind }: Stage,
  extra: readonly string[],
  { processes, interruption }: Run,
): Promise<boolean> {
  // With --json and an output file jest prints its report to standard error and its JSON nowhere. A group of its own,
  // so that an interruption reaches jest's workers, and not only jest.
  const child = spawn(program, [...args, ...extra], {
    stdio: ['ignore', kind === 'jest' ? 2 : 'inherit', 'inherit'],
    detached: true,
  });
  const stage = processes.adopt(name, child);
  if (stage === undefined) throw new Error(`there is no ${program}`);
  interruption.stop = (signal) => stage.stop({ signal, graceMilliseconds: patience });
  const how = await stage.ended;
  // Workers may outlive a jest that was killed.
  await stage.stop();
  return how === 'exit code 0';
}

function readResults(file: string): JestResults | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JestResults;
  } catch {
    return undefined;
  }
}

/** Synchronous, so that nothing is lost or out of order where the process ends right after. */
function say(text: string): void {
  try {
    writeSync(1, text);
  } catch {
    // Nobody reads any more; the exit code still tells.
  }
}

/** Stops the stage under way at a signal, and remembers that there was one. */
class Interruption {
  happened = false;
  stop?: (signal: NodeJS.Signals) => Promise<void>;
  readonly #interrupt = (signal: NodeJS.Signals) => {
    this.happened = true;
    void this.stop?.(signal);
  };

  constructor() {
    process.on('SIGINT', this.#interrupt);
    process.on('SIGTERM', this.#interrupt);
  }

  release(): void {
    process.removeListener('SIGINT', this.#interrupt);
    process.removeListener('SIGTERM', this.#interrupt);
  }
}
