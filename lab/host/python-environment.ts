/** Python programs in environments of their own, so that nothing of the user's Python is touched. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ServiceError } from '../../modules/service-error';
import type { Emit } from '../events';
import { type Environment, findExecutable } from './executables';
import { withLock } from './file-lock';
import type { Processes } from './processes';

export interface InstallOptions {
  readonly processes: Processes;
  /** What people call it, and its size: `moto`, 140. */
  readonly program: { readonly name: string; readonly megabytes: number };
  /** Every package with its version, what they need included: pip looks for no more. */
  readonly requirementsFile: string;
  /** Where the environment is kept, from one run to the next. */
  readonly directory: string;
  readonly emit?: Emit;
  /** The Python that makes the environment. @default `python3` on PATH */
  readonly python?: string;
  /** Ends the installation, and nothing of it runs afterwards. */
  readonly signal?: AbortSignal;
}

/**
 * Makes the environment where there is none, or only a half of one, or one for other versions. Two runs at once
 * wait for each other.
 *
 * @returns the environment's Python
 * @throws ServiceError `ToolsMissing` without Python or its venv module, `InstallationFailed` with pip's reason; the
 *   signal's reason
 */
export async function ensurePythonEnvironment(options: InstallOptions): Promise<string> {
  const { directory, program, requirementsFile, signal } = options;
  const wanted = createHash('sha256').update(readFileSync(requirementsFile)).digest('hex');
  const interpreter = join(directory, 'bin', 'python');
  if (isComplete(directory, wanted)) return interpreter;
  const makeUnlessMade = async () => {
    // Another run may have installed it while this one waited.
    if (isComplete(directory, wanted)) return interpreter;
    signal?.throwIfAborted();
    const text = `Installing ${program.name} (once, some ${program.megabytes} MB) …`;
    options.emit?.({ type: 'notice', level: 'info', text });
    removeUnfinished(directory);
    const unfinished = `${directory}.unfinished.${process.pid}`;
    try {
      await install({ ...options, directory: unfinished }, `${directory}.install.log`);
      writeFileSync(join(unfinished, marker), wanted);
      remove(directory);
      // In one step: its presence says that all before it was done. Only bin/python is used, which knows no place.
      renameSync(unfinished, directory);
    } finally {
      remove(unfinished);
    }
    return interpreter;
  };
  return withLock(`${directory}.lock`, makeUnlessMade, signal);
}

/** What runs that were killed have left. */
function removeUnfinished(directory: string): void {
  const parent = dirname(directory);
  mkdirSync(parent, { recursive: true });
  const prefix = `${basename(directory)}.unfinished.`;
  for (const name of readdirSync(parent)) if (name.startsWith(prefix)) remove(join(parent, name));
}

function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

async function install(options: InstallOptions, log: string): Promise<void> {
  const { directory, program, python, requirementsFile } = options;
  const interpreter = python ?? findExecutable('python3');
  if (interpreter === undefined) {
    throw new ServiceError('ToolsMissing', 'python3 is not on PATH; install Python 3.10 or newer');
  }
  rmSync(log, { force: true });
  const made = await run(options, interpreter, ['-m', 'venv', directory], log);
  if (!made.succeeded) {
    throw /ensurepip|No module named venv/.test(made.output)
      ? new ServiceError(
          'ToolsMissing',
          `${interpreter} can't make virtual environments; on Debian and Ubuntu: sudo apt-get install python3-venv`,
        )
      : new ServiceError(
          'InstallationFailed',
          `${interpreter} -m venv failed: ${lastLine(made.output)}; see ${log}`,
        );
  }
  const pip = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--no-deps'];
  const own = join(directory, 'bin', 'python');
  const installed = await run(options, own, [...pip, '-r', requirementsFile], log);
  if (!installed.succeeded) {
    throw new ServiceError(
      'InstallationFailed',
      `pip could not install ${program.name}: ${lastError(installed.output)}; is the network there? All it said is in ${log}`,
    );
  }
}

async function run(
  { processes, program, signal }: InstallOptions,
  command: string,
  args: string[],
  log: string,
): Promise<{ succeeded: boolean; output: string }> {
  signal?.throwIfAborted();
  writeFileSync(log, `$ ${command} ${args.join(' ')}\n`, { flag: 'a' });
  const before = readFileSync(log).length;
  const env = pythonEnvironment(process.env);
  const started = await processes.start(`${program.name}: installation`, command, args, {
    env,
    logFile: log,
  });
  const stop = () => void started.stop();
  signal?.addEventListener('abort', stop, { once: true });
  const how = await started.ended;
  signal?.removeEventListener('abort', stop);
  // Also what it has left running: the folder they write to is removed next.
  if (how !== 'exit code 0') await started.stop();
  signal?.throwIfAborted();
  const output = readFileSync(log).subarray(before).toString('utf8');
  return { succeeded: how === 'exit code 0', output: output === '' ? how : output };
}

/** The user's settings of pip (an index, a proxy, a certificate) hold; what would lead it elsewhere does not. */
function pythonEnvironment(user: Environment): Record<string, string> {
  const misleading =
    /^(AWS_.*|PYTHONHOME|PYTHONPATH|VIRTUAL_ENV|PIP_USER|PIP_TARGET|PIP_PREFIX|PIP_REQUIRE_VIRTUALENV)$/;
  return Object.fromEntries(
    Object.entries(user).flatMap(([name, value]) =>
      value === undefined || misleading.test(name) ? [] : [[name, value]],
    ),
  );
}

function isComplete(directory: string, wanted: string): boolean {
  const file = join(directory, marker);
  return existsSync(file) && readFileSync(file, 'utf8') === wanted;
}

const marker = 'installed-requirements.sha256';

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}

function lastError(output: string): string {
  const errors = output.split('\n').filter((line) => line.startsWith('ERROR: '));
  return errors.at(-1)?.replace('ERROR: ', '') ?? lastLine(output);
}
