/** Runs the stages one after the other, all of them, and ends with the one line that sums them up. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Time for a stage to end after SIGINT or SIGTERM, before it is killed. Milliseconds. */
const patience = 10_000;

/** Resolves with the exit code. The line is the last of standard output whatever happens to the stages. */
export async function runStages(stages: readonly Stage[]): Promise<number> {
  const results = mkdtempSync(join(tmpdir(), 'test-results-'));
  const interruption = new Interruption();
  let tally = nothing;
  for (const [index, stage] of stages.entries()) {
    say(`\n── ${stage.name} ──\n`);
    tally = add(tally, await runStage(stage, join(results, `${index}.json`), interruption));
    if (interruption.happened) break;
  }
  rmSync(results, { recursive: true, force: true });
  interruption.release();
  say(`\n${summaryLine(tally)}\n`);
  return interruption.happened ? 130 : exitCodeFor(tally);
}

async function runStage(stage: Stage, resultFile: string, interruption: Interruption): Promise<Tally> {
  try {
    await stage.prepare?.();
    if (interruption.happened) return tallyOfCheck(false);
    const [program, ...args] = stage.command;
    const extra = stage.kind === 'jest' ? ['--json', `--outputFile=${resultFile}`] : [];
    const succeeded = await runCommand(program, [...args, ...extra], stage.kind, interruption);
    if (!succeeded) say(`\n${stage.name} failed\n`);
    const tally =
      stage.kind === 'jest' ? tallyOfJest(succeeded, readResults(resultFile)) : tallyOfCheck(succeeded);
    return interruption.happened && tally.failed === 0 ? add(tally, tallyOfCheck(false)) : tally;
  } catch (error) {
    say(`\n${stage.name} could not run: ${error instanceof Error ? error.message : error}\n`);
    return tallyOfCheck(false);
  }
}

function runCommand(
  program: string,
  args: readonly string[],
  kind: Stage['kind'],
  interruption: Interruption,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    // With --json and an output file jest prints its report to standard error and its JSON nowhere.
    const child = spawn(program, args, { stdio: ['ignore', kind === 'jest' ? 2 : 'inherit', 'inherit'] });
    interruption.stage = child;
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });
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

/** Passes a signal on to the stage under way, and remembers that there was one. */
class Interruption {
  happened = false;
  stage?: ChildProcess;
  readonly #pass = (signal: NodeJS.Signals) => {
    this.happened = true;
    const { stage } = this;
    stage?.kill(signal);
    setTimeout(() => stage?.kill('SIGKILL'), patience).unref();
  };

  constructor() {
    process.on('SIGINT', this.#pass);
    process.on('SIGTERM', this.#pass);
  }

  release(): void {
    process.removeListener('SIGINT', this.#pass);
    process.removeListener('SIGTERM', this.#pass);
  }
}
