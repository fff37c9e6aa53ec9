import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStream } from '../lab/events';
import { bakeTrialImage } from '../lab/trial/bake';
import { Trial } from '../lab/trial/trial';
import { type Boot, boots, type Figures, figuresOf, goalsOf, type Run } from './bench-boot/figures';
import { measureIdle, measureService } from './bench-boot/measure';

/**
 * How long an instance takes from its machine's start to the first 200 through nginx: on the stock image with the
 * packages in the lab's cache, from a baked image, and beside them the same root with nothing to do. In turn, medians
 * of three rounds, split by phase. Ends with exit code 1 where a bound is missed. `--json` prints for programs.
 */
const rounds = 3;
const project = join(__dirname, '..');

async function main(): Promise<void> {
  const events = new EventStream();
  events.subscribe((event) => {
    if (event.type === 'notice') progress(event.text);
  });
  progress('the lab starts, Terraform applies');
  const trial = await Trial.start({
    directory: mkdtempSync(join(tmpdir(), 'bench-')),
    projectDirectory: project,
    cache: join(project, '.lab'),
    extent: 'instances',
    emit: events.emit,
  });
  try {
    // Fills the package cache, too.
    const imageId = await bakeTrialImage(trial, progress);
    const measures: Record<Boot, () => Promise<Run>> = {
      idle: () => measureIdle(trial, events),
      stock: () => measureService(trial, events, {}),
      baked: () => measureService(trial, events, { imageId }),
    };
    const runs: Record<Boot, Run[]> = { idle: [], stock: [], baked: [] };
    for (let round = 1; round <= rounds; round += 1) {
      for (const boot of boots) {
        const run = await measures[boot]();
        runs[boot].push(run);
        progress(`round ${round} of ${rounds}: ${boot} ${run.seconds.toFixed(2)} s`);
      }
    }
    report(figuresOf(runs));
  } finally {
    await trial.stop();
  }
}

function report(figures: Figures): void {
  const goals = goalsOf(figures);
  const passed = goals.every((goal) => goal.passed);
  process.exitCode = passed ? 0 : 1;
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ rounds, figures, goals, passed }));
    return;
  }
  for (const boot of boots) {
    console.log(`${title[boot]}: ${figures[boot].seconds.toFixed(2)} s`);
    for (const { name, seconds } of figures[boot].segments) {
      console.log(`${seconds.toFixed(2).padStart(8)}  ${name}`);
    }
  }
  console.log(`Medians of ${rounds}, in seconds from the machine's start.`);
  for (const { name, reached, bound, passed } of goals) {
    console.log(`${passed ? '✓' : '✗'} ${name}: ${reached.toFixed(2)} s, bound ${bound} s`);
  }
}

const title = {
  idle: "nothing to do, to cloud-init's end",
  stock: 'stock image, packages in the cache, to the first 200',
  baked: 'baked image, to the first 200',
} as const satisfies Record<Boot, string>;

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
