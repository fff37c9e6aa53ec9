/** The first thing a rehearsal does: everything it needs is there, or gets there, or is asked for in one go. */
import { execFile } from 'node:child_process';
import { ServiceError } from '../../modules/service-error';
import type { Emit } from '../events';
import { locateTerraform, unusable } from '../terraform/binary';
import { type AptHost, installPackages, removeLeftPolicy, thisHost } from './apt';
import { type Environment, findExecutable } from './executables';
import {
  type BootTool,
  bootTools,
  type HostFindings,
  type MissingTools,
  missingTools,
  type PackageManager,
  type Tool,
} from './missing-tools';

/** The programs by absolute path: those in `/usr/sbin` are on no ordinary user's PATH. */
export type ToolPaths = Readonly<Record<Exclude<Tool, 'node' | BootTool>, string>>;

export interface CheckOptions {
  readonly env?: Environment;
  readonly emit?: Emit;
  readonly aptHost?: AptHost;
  /** Whether machines are to boot, which takes more. @default false */
  readonly boots?: boolean;
  /** Nothing is installed once it is aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Checks the host, and installs by apt what is missing where this process may.
 *
 * @throws ServiceError `ToolsMissing` with the commands to run, `TerraformUnusable`; the signal's reason
 */
export async function ensureTools(options: CheckOptions = {}): Promise<ToolPaths> {
  const { env = process.env, emit, aptHost = thisHost, boots = false, signal } = options;
  if (process.getuid?.() === 0) removeLeftPolicy(aptHost);
  const missing = missingTools(await look(env, signal), boots);
  signal?.throwIfAborted();
  if (missing.installable) {
    const names = missing.packages.join(' ');
    emit?.({ type: 'notice', level: 'info', text: `Installing ${names} by apt; no service is started …` });
    await installPackages(missing.packages, aptHost);
    signal?.throwIfAborted();
  }
  const left = missing.installable ? missingTools(await look(env, signal), boots) : missing;
  if (left.problems.length > 0) throw refusal(left);
  const paths = {
    terraform: pathOf('terraform', env),
    python3: pathOf('python3', env),
    nginx: pathOf('nginx', env),
    haproxy: pathOf('haproxy', env),
    ab: pathOf('ab', env),
  };
  await assertRuns(paths.terraform, env, signal);
  return paths;
}

/** Here, and not first by the stage that needs it, when moto runs already. */
async function assertRuns(terraform: string, env: Environment, signal?: AbortSignal): Promise<void> {
  const quiet = { ...env, CHECKPOINT_DISABLE: '1' };
  if ((await ask(terraform, ['version', '-json'], quiet, signal)) === undefined) throw unusable(terraform);
}

async function look(env: Environment, signal?: AbortSignal): Promise<HostFindings> {
  const tools = ['terraform', 'python3', 'nginx', 'haproxy', 'ab', ...bootTools] as const;
  const python = findExecutable('python3', env);
  const askPython = async (line: string) =>
    python === undefined ? undefined : await ask(python, ['-c', line], env, signal);
  return {
    nodeVersion: process.versions.node,
    found: new Set<Tool>(tools.filter((tool) => locate(tool, env) !== undefined)),
    pythonVersion: await askPython('import sys; print("%d.%d" % sys.version_info[:2])'),
    // ensurepip is what Debian splits off into python3-venv.
    pythonHasVenv: (await askPython('import venv, ensurepip')) !== undefined,
    packageManager: packageManager(env),
    isRoot: process.getuid?.() === 0,
  };
}

function packageManager(env: Environment): PackageManager {
  if (process.platform === 'darwin') return findExecutable('brew', env) === undefined ? 'none' : 'brew';
  if (findExecutable('apt-get', env) !== undefined) return 'apt';
  return findExecutable('dnf', env) === undefined ? 'none' : 'dnf';
}

function locate(tool: Exclude<Tool, 'node'>, env: Environment): string | undefined {
  return tool === 'terraform' ? locateTerraform(env) : findExecutable(tool, env);
}

function pathOf(tool: Exclude<Tool, 'node'>, env: Environment): string {
  const path = locate(tool, env);
  if (path === undefined) throw new ServiceError('ToolsMissing', `${tool} was there and is gone; try again`);
  return path;
}

/**
 * What a program prints; undefined when it fails. One that a signal ended has told nothing: a Ctrl-C reaches it too,
 * and taken for an answer it would have packages installed.
 */
function ask(
  program: string,
  args: readonly string[],
  env: Environment,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { env: { ...env } }, (error, stdout) => {
      if (error === null) resolve(stdout.trim());
      else if (signal?.aborted) reject(signal.reason);
      else if (error.signal) reject(endedBySignal(program, error.signal));
      else resolve(undefined);
    });
  });
}

function endedBySignal(program: string, signal: NodeJS.Signals): ServiceError {
  return new ServiceError(
    'CheckInterrupted',
    `${program} was ended by ${signal} while it was asked; try again`,
  );
}

function refusal({ problems, commands }: MissingTools): ServiceError {
  return new ServiceError(
    'ToolsMissing',
    `${problems.join('; ')}. To put that right:\n${commands.map((command) => `  ${command}`).join('\n')}`,
  );
}
