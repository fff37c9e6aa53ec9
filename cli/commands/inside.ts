/** `lab shell` and `lab logs`: a look inside a machine, from a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import type { CommandLine, LogSource } from '../../lab/machines/inside';
import { examples } from '../examples';
import { exitCodes } from '../failure';

export function shellCommand(setExitCode: (code: number) => void): Command {
  return new Command('shell')
    .description('a shell on an instance that runs, or one command; exit code is that of either')
    .argument('<instance>', 'its id, such as i-0123456789abcdef0')
    .argument('[command...]', 'what to run instead of a shell, after --')
    .helpOption('-h, --help', 'print this help')
    .addHelpText(
      'after',
      examples(
        'autoscaled-service lab shell i-0123456789abcdef0',
        'autoscaled-service lab shell i-0123456789abcdef0 -- mpstat 1 1',
      ),
    )
    .action(async (instanceId: string, command: readonly string[]) => {
      const { shellOn } = inside();
      setExitCode(await run(shellOn(machines(), instanceId, command, process.env.TERM)));
    });
}

export function logsCommand(setExitCode: (code: number) => void): Command {
  return new Command('logs')
    .description("what an instance has written: console and journal, or its processes' logs")
    .argument('<instance>', 'its id, such as i-0123456789abcdef0; it may have ended')
    .option('-f, --follow', 'go on with what it writes, until Ctrl-C')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', examples('autoscaled-service lab logs i-0123456789abcdef0 --follow'))
    .action(async (instanceId: string, { follow = false }: { follow?: boolean }) => {
      const sources = inside().logsOf(machines(), instanceId, follow);
      if (follow) await followAll(sources);
      else for (const source of sources) await print(source);
      setExitCode(exitCodes.ok);
    });
}

/** Loaded late: help and wrong usage need none of it. */
function inside(): typeof import('../../lab/machines/inside') {
  return require('../../lab/machines/inside') as typeof import('../../lab/machines/inside');
}

function machines(): string {
  return join(process.cwd(), '.lab', 'machines');
}

/** It has the terminal; Ctrl-C is its own affair. */
async function run({ command, args }: CommandLine): Promise<number> {
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  try {
    return await exitOf(spawn(command, [...args], { stdio: 'inherit' }));
  } finally {
    process.removeListener('SIGINT', ignore);
  }
}

function print(source: LogSource): Promise<number> {
  return exitOf(withPrefix(source));
}

/** Ctrl-C reaches all of them, as they are in the terminal's group; SIGTERM is handed on. */
async function followAll(sources: readonly LogSource[]): Promise<void> {
  const children = sources.map(withPrefix);
  const end = () => {
    for (const child of children) child.kill();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  await Promise.all(children.map(exitOf));
}

function withPrefix({ name, command, args }: LogSource): ChildProcess {
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    process.stdout.write(`${name} | ${line}\n`);
  });
  return child;
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? exitCodes.failed));
  });
}
