import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What one synth costs: median CPU seconds and peak memory of several runs, each beside a bare Node, whose share
 * no change to the constructs can lower; and what the whole command of `cdktf.json` costs, which makes the release
 * first. Ends with exit code 1 above the bounds. `--json` prints for programs.
 */
const runs = 5;
const bounds = { cpuSeconds: 0.7, peakMegabytes: 130 };

interface Cost {
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

const synthArguments = ['--require', './scripts/typescript.cjs', 'main.ts'];
/** As cdktf.json's `app` has it. */
const commandArguments = ['--require', './scripts/typescript.cjs', 'scripts/synth.ts'];

const projectFolder = join(__dirname, '..');

/** The child itself says at its end what it has used, Node's start and its own children included. */
function costOf(args: readonly string[], outdir: string): Cost {
  const { CDKTF_CONTEXT_JSON: _context, ...environment } = process.env;
  const report = execFileSync(process.execPath, ['--require', join(__dirname, 'report-usage.cjs'), ...args], {
    cwd: projectFolder,
    env: { ...environment, CDKTF_OUTDIR: outdir },
    encoding: 'utf8',
  });
  return JSON.parse(report.trim().split('\n').at(-1) ?? '') as Cost;
}

function median(costs: readonly Cost[], figure: keyof Cost): number {
  const sorted = costs.map((cost) => cost[figure]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function medians(costs: readonly Cost[]): Cost {
  return { cpuSeconds: median(costs, 'cpuSeconds'), peakMegabytes: median(costs, 'peakMegabytes') };
}

interface Measured {
  readonly bare: Cost;
  readonly synth: Cost;
  readonly command: Cost;
}

function measure(): Measured {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  try {
    const bare: Cost[] = [];
    const synth: Cost[] = [];
    const command: Cost[] = [];
    // The first run fills the file system's cache, and makes the release that the synth needs.
    costOf(commandArguments, outdir);
    for (let run = 0; run < runs; run += 1) {
      bare.push(costOf(['-e', '0'], outdir));
      synth.push(costOf(synthArguments, outdir));
      command.push(costOf(commandArguments, outdir));
    }
    return { bare: medians(bare), synth: medians(synth), command: medians(command) };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function within(cost: Cost, bound: Cost): boolean {
  return cost.cpuSeconds < bound.cpuSeconds && cost.peakMegabytes < bound.peakMegabytes;
}

const { bare, synth, command } = measure();
const passed = within(synth, bounds) && within(command, bounds);
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ runs, bare, synth, command, bounds, passed }));
} else {
  const line = (name: string, { cpuSeconds, peakMegabytes }: Cost) =>
    console.log(
      `${name.padEnd(18)} ${cpuSeconds.toFixed(2).padStart(6)} s CPU ${peakMegabytes.toFixed(0).padStart(5)} MB peak`,
    );
  line('node -e 0', bare);
  line('synth', synth);
  line('release and synth', command);
  line('bound', bounds);
  console.log(passed ? `Median of ${runs}: within the bounds.` : `Median of ${runs}: over the bounds.`);
}
process.exitCode = passed ? 0 : 1;
