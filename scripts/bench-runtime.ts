import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackages, thisHost } from '../lab/host/apt';
import { findExecutable } from '../lab/host/executables';
import { Processes } from '../lab/host/processes';
import { ensureTools } from '../lab/host/tools';
import { bundleApp } from '../runtime/bundle';
import {
  type Figures,
  figuresOf,
  type Goal,
  goalsOf,
  type Run,
  type Server,
  servers,
  type Tool,
  tools,
} from './bench-runtime/figures';
import { abRequests, concurrency, measure } from './bench-runtime/measure';
import { startServers } from './bench-runtime/servers';

/**
 * What the runtime can do: nginx alone, Koa alone (one process, and with workers), and nginx in front of Koa as shipped, in turn, each by `ab` and by
 * `wrk`; medians of five rounds. Ends with exit code 1 where a goal is missed. `--json` prints for programs.
 */
const rounds = 5;

async function main(): Promise<void> {
  const found = await ensureTools();
  if (findExecutable('wrk') === undefined) await installPackages(['wrk'], thisHost);
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  // nginx's workers go through it.
  chmodSync(directory, 0o711);
  const processes = new Processes(join(directory, 'processes.jsonl'));
  try {
    const running = await startServers({
      processes,
      tools: found,
      appBundle: await bundleApp(join(__dirname, '../runtime/app/main.ts'), directory),
      nginxConfiguration: join(__dirname, '../nginx'),
      directory,
    });
    const runs = emptyRuns();
    // One more round than is counted: the first warms compilers and caches.
    for (let round = 0; round <= rounds; round += 1) {
      for (const tool of tools) {
        for (const server of servers) {
          progress(`round ${round} of ${rounds}: ${tool}, ${server}`);
          const run = await measure(tool, running[server], processes, directory);
          if (round > 0) runs[tool][server].push(run);
        }
      }
    }
    progress('');
    report(figuresOf(runs));
  } finally {
    await processes.stopAll();
    rmSync(directory, { recursive: true, force: true });
  }
}

function emptyRuns(): Record<Tool, Record<Server, Run[]>> {
  const perServer = () => ({ nginx: [], koa: [], 'koa-workers': [], 'nginx-koa': [] });
  return { ab: perServer(), wrk: perServer() };
}

function report(figures: Figures): void {
  const goals = goalsOf(figures);
  const passed = goals.every((goal) => goal.passed);
  process.exitCode = passed ? 0 : 1;
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ rounds, abRequests, concurrency, figures, goals, passed }));
    return;
  }
  console.log(row('', 'requests/s', 'p99 ms', 'CPU µs/request', 'failed', 'non-2xx'));
  for (const tool of tools) {
    for (const server of servers) {
      const run = figures[tool][server];
      console.log(
        row(
          `${tool} ${title[server]}`,
          run.requestsPerSecond.toFixed(0),
          run.p99.toFixed(1),
          run.cpuMicroseconds.toFixed(0),
          String(run.failed),
          String(run.non2xx),
        ),
      );
    }
  }
  console.log(`Medians of ${rounds}; ab -n ${abRequests} -c ${concurrency}, wrk -c ${concurrency}.`);
  for (const goal of goals) console.log(`${goal.passed ? '✓' : '✗'} ${goal.name}: ${sentence(goal)}`);
}

const title = {
  nginx: 'nginx alone',
  koa: 'Koa alone',
  'koa-workers': 'Koa, workers',
  'nginx-koa': 'nginx -> Koa',
} as const;

function sentence({ reached, bound, ceiling }: Goal): string {
  const most =
    ceiling === undefined
      ? ''
      : `; ${ceiling.toFixed(2)} is the most that ab can show on this host (nginx alone, of Koa alone)`;
  return `${Number.isInteger(reached) ? reached : reached.toFixed(2)}, bound ${bound}${most}`;
}

function row(first: string, ...rest: readonly string[]): string {
  return `${first.padEnd(18)}${rest.map((cell) => cell.padStart(16)).join('')}`;
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
