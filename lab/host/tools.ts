/** The first thing a rehearsal does: everything it needs is there, or gets there, or is asked for in one go. */
import { execFileSync } from 'node:child_process';
import { ServiceError } from '../../modules/service-error';
import type { Emit } from '../events';
import { locateTerraform } from '../terraform/binary';
import { type AptHost, installPackages, thisHost } from './apt';
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
}

/**
 * Checks the host, and installs by apt what is missing where this process may.
 *
 * @throws ServiceError `ToolsMissing` with the commands to run
 */
export async function ensureTools(options: CheckOptions = {}): Promise<ToolPaths> {
  const { env = process.env, emit, aptHost = thisHost, boots = false } = options;
  const missing = missingTools(look(env), boots);
  if (missing.installable) {
    const names = missing.packages.join(' ');
    emit?.({ type: 'notice', level: 'info', text: `Installing ${names} by apt; no service is started …` });
    await installPackages(missing.packages, aptHost);
  }
  const left = missing.installable ? missingTools(look(env), boots) : missing;
  if (left.problems.length > 0) throw refusal(left);
  return {
    terraform: pathOf('terraform', env),
    python3: pathOf('python3', env),
    nginx: pathOf('nginx', env),
    haproxy: pathOf('haproxy', env),
    ab: pathOf('ab', env),
  };
}

function look(env: Environment): HostFindings {
  const tools = ['terraform', 'python3', 'nginx', 'haproxy', 'ab', ...bootTools] as const;
  const python = findExecutable('python3', env);
  return {
    nodeVersion: process.versions.node,
    found: new Set<Tool>(tools.filter((tool) => locate(tool, env) !== undefined)),
    pythonVersion:
      python === undefined
        ? undefined
        : ask(python, 'import sys; print("%d.%d" % sys.version_info[:2])', env),
    // ensurepip is what Debian splits off into python3-venv.
    pythonHasVenv: python !== undefined && ask(python, 'import venv, ensurepip', env) !== undefined,
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

/** What a line of Python prints; undefined when it fails. */
function ask(python: string, line: string, env: Environment): string | undefined {
  try {
    return execFileSync(python, ['-c', line], {
      encoding: 'utf8',
      env: { ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

function refusal({ problems, commands }: MissingTools): ServiceError {
  return new ServiceError(
    'ToolsMissing',
    `${problems.join('; ')}. To put that right:\n${commands.map((command) => `  ${command}`).join('\n')}`,
  );
}
