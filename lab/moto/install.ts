/** moto in a Python environment of the lab's own, so that nothing of the user's Python is touched. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ServiceError } from '../../modules/service-error';
import type { Emit } from '../events';
import { type Environment, findExecutable } from '../host/executables';
import { withLock } from '../host/file-lock';

export interface InstallOptions {
  /** Where the environment is kept, from one run to the next. */
  readonly directory: string;
  readonly emit?: Emit;
  /** The Python that makes the environment. @default `python3` on PATH */
  readonly python?: string;
  /** @default moto's, pinned */
  readonly requirementsFile?: string;
}

const pinnedRequirements = join(__dirname, 'requirements.txt');

/**
 * Makes the environment where there is none, or only a half of one, or one for other versions. Two runs at once
 * wait for each other.
 *
 * @returns the environment's Python
 * @throws ServiceError `ToolsMissing` without Python or its venv module, `InstallationFailed` with pip's reason
 */
export async function ensureMoto(options: InstallOptions): Promise<string> {
  const { directory, requirementsFile = pinnedRequirements } = options;
  const wanted = createHash('sha256').update(readFileSync(requirementsFile)).digest('hex');
  const interpreter = join(directory, 'bin', 'python');
  if (isComplete(directory, wanted)) return interpreter;
  return withLock(`${directory}.lock`, async () => {
    // Another run may have installed it while this one waited.
    if (isComplete(directory, wanted)) return interpreter;
    options.emit?.({ type: 'notice', level: 'info', text: 'Installing moto (once, some 140 MB) …' });
    rmSync(directory, { recursive: true, force: true });
    await install(options, requirementsFile);
    // Last, and in one step: its presence says that all before it was done.
    writeFileSync(`${markerOf(directory)}.new`, wanted);
    renameSync(`${markerOf(directory)}.new`, markerOf(directory));
    return interpreter;
  });
}

async function install({ directory, python }: InstallOptions, requirementsFile: string): Promise<void> {
  const interpreter = python ?? findExecutable('python3');
  if (interpreter === undefined) {
    throw new ServiceError('ToolsMissing', 'python3 is not on PATH; install Python 3.10 or newer');
  }
  const log = `${directory}.install.log`;
  mkdirSync(dirname(directory), { recursive: true });
  rmSync(log, { force: true });
  const made = await run(interpreter, ['-m', 'venv', directory], log);
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
  const installed = await run(join(directory, 'bin', 'python'), [...pip, '-r', requirementsFile], log);
  if (!installed.succeeded) {
    throw new ServiceError(
      'InstallationFailed',
      `pip could not install moto: ${lastError(installed.output)}; is the network there? All it said is in ${log}`,
    );
  }
}

function run(command: string, args: string[], log: string): Promise<{ succeeded: boolean; output: string }> {
  return new Promise((resolve) => {
    const options = { env: pythonEnvironment(process.env), maxBuffer: 64 * 1024 * 1024 };
    execFile(command, args, options, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}${error !== null && stderr === '' ? error.message : ''}`;
      writeFileSync(log, `$ ${command} ${args.join(' ')}\n${output}`, { flag: 'a' });
      resolve({ succeeded: error === null, output });
    });
  });
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
  const marker = markerOf(directory);
  return existsSync(marker) && readFileSync(marker, 'utf8') === wanted;
}

function markerOf(directory: string): string {
  return join(directory, 'installed-requirements.sha256');
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}

function lastError(output: string): string {
  const errors = output.split('\n').filter((line) => line.startsWith('ERROR: '));
  return errors.at(-1)?.replace('ERROR: ', '') ?? lastLine(output);
}
