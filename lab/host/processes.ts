/**
 * Everything the lab starts is started here: in a process group of its own, written down before it is used, and
 * stopped by what was written down. A run that was killed leaves the record for the next one to clean up by.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError } from '../../modules/service-error';
import { groupMembers, identifyChild, isAlive, type ProcessIdentity } from './process-identity';

/** How a process is asked to end, and how long it has to do so. */
export interface StopOptions {
  /** @default 'SIGTERM' */
  readonly signal?: NodeJS.Signals;
  /** @default 5000 */
  readonly graceMilliseconds?: number;
}

export interface StartOptions {
  readonly cwd?: string;
  /** The whole environment of the process; nothing of the lab's own comes along. */
  readonly env: Readonly<Record<string, string>>;
  /** Standard output and error are appended to this file. */
  readonly logFile: string;
  /** Called with each line of standard output, which still goes to the log. */
  readonly onLine?: (line: string) => void;
  /** How this process likes to be stopped, also by a later run that cleans up. */
  readonly stop?: StopOptions;
}

export interface AdoptedProcess extends ProcessIdentity {
  readonly name: string;
  /**
   * Resolves at the end of the process with how it ended: `exit code 1`, `signal SIGKILL`. With `onLine`, its last
   * line has been told by then.
   */
  readonly ended: Promise<string>;
  /** Asks with `signal`, and after `graceMilliseconds` ends the whole group with SIGKILL. */
  stop(options?: StopOptions): Promise<void>;
}

export interface StartedProcess extends AdoptedProcess {
  readonly logFile: string;
}

interface Recorded extends ProcessIdentity {
  readonly name: string;
  readonly stop?: StopOptions;
}

export class Processes {
  readonly #running = new Set<AdoptedProcess>();

  /** @param recordFile one JSON line per process started */
  constructor(private readonly recordFile: string) {
    mkdirSync(dirname(recordFile), { recursive: true });
  }

  /** @throws ServiceError `ProcessNotStarted` when the command can't be run at all. */
  async start(
    name: string,
    command: string,
    args: readonly string[],
    options: StartOptions,
  ): Promise<StartedProcess> {
    mkdirSync(dirname(options.logFile), { recursive: true });
    const log = openSync(options.logFile, 'a');
    // Detached: a group of its own, so that a Ctrl-C in the terminal reaches us first and we stop it in order.
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', options.onLine === undefined ? log : 'pipe', log],
    });
    closeSync(log);
    tellLines(child, options);
    const adopted = this.adopt(name, child, options.stop);
    await spawned(child, name, command);
    if (adopted === undefined) {
      throw new ServiceError('ProcessNotStarted', `${name} was started and can't be found again: ${command}`);
    }
    return { ...adopted, logFile: options.logFile };
  }

  /**
   * Takes on a child that was spawned `detached`, so in a group of its own. To be called before anything is awaited: a
   * kill in between would leave a process that nobody has written down.
   *
   * @returns undefined when there is no such process
   */
  adopt(name: string, child: ChildProcess, stop?: StopOptions): AdoptedProcess | undefined {
    const ended = endOf(child);
    const identity = child.pid === undefined ? undefined : identifyChild(child.pid);
    if (identity === undefined) return undefined;
    this.#record({ name, ...identity, stop });
    const adopted: AdoptedProcess = {
      name,
      ...identity,
      ended,
      stop: async (options) => {
        await stopGroup(identity, { ...stop, ...options });
        this.#running.delete(adopted);
      },
    };
    this.#running.add(adopted);
    // One that ended by itself may have left workers behind: those still want stopping.
    void ended.then(() => groupMembers(identity).length === 0 && this.#running.delete(adopted));
    return adopted;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((started) => started.stop()));
    rmSync(this.recordFile, { force: true });
  }

  /** Ends what a run that was killed had started. Returns the names of what was still there. */
  static async stopRecorded(recordFile: string): Promise<string[]> {
    if (!existsSync(recordFile)) return [];
    const recorded = readFileSync(recordFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .flatMap(parseRecord);
    const left = recorded.filter((identity) => groupMembers(identity).length > 0);
    await Promise.all(
      left.map((identity) => stopGroup(identity, { graceMilliseconds: 2_000, ...identity.stop })),
    );
    rmSync(recordFile, { force: true });
    return left.map(({ name }) => name);
  }

  #record(recorded: Recorded): void {
    appendFileSync(this.recordFile, `${JSON.stringify(recorded)}\n`);
  }
}

/** A run killed while it wrote leaves a torn last line; what it names was not yet in use. */
function parseRecord(line: string): Recorded[] {
  try {
    return [JSON.parse(line) as Recorded];
  } catch {
    return [];
  }
}

function tellLines({ stdout }: ChildProcess, { onLine, logFile }: StartOptions): void {
  if (stdout === null || onLine === undefined) return;
  // A terminal ends its lines with carriage returns besides.
  eachLine(stdout, (ended) => {
    const line = ended.replace(/\r+$/, '');
    appendFileSync(logFile, `${line}\n`);
    onLine(line);
  });
}

function endOf(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  return new Promise((resolve) => {
    // `close` follows `exit` when standard output has been read to its end.
    child.once(stdout === null ? 'exit' : 'close', (code, signal) =>
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`),
    );
    child.once('error', (error) => resolve(error.message));
  });
}

/** The last line also where it isn't ended. */
function eachLine(stream: Readable, tell: (line: string) => void): void {
  let open = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${open}${chunk}`.split('\n');
    open = lines.pop() ?? '';
    for (const line of lines) tell(line);
  });
  stream.once('end', () => open !== '' && tell(open));
}

function spawned(child: ChildProcess, name: string, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(
        new ServiceError('ProcessNotStarted', `${name} could not be started: ${command}: ${cause.message}`, {
          cause,
        }),
      ),
    );
  });
}

async function stopGroup(
  founder: ProcessIdentity,
  { signal = 'SIGTERM', graceMilliseconds = 5_000 }: StopOptions,
): Promise<void> {
  if (isAlive(founder)) signalQuietly(founder.pid, signal);
  const deadline = Date.now() + graceMilliseconds;
  while (isAlive(founder) && Date.now() < deadline) await sleep(20);
  // The founder may be gone and its workers not.
  while (groupMembers(founder).length > 0) {
    signalQuietly(-founder.pid, 'SIGKILL');
    await sleep(20);
  }
}

export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal: what was wanted.
  }
}
