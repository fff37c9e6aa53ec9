/** One instance on trial: looked into, asked, ended. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceError } from '../../modules/service-error';
import { leaderOf, shellOn } from '../machines/inside';
import { runningMachines } from '../machines/machine-record';
import { namespacePath } from '../network/namespaces';
import { hostPid } from './host-pid';

export interface TrialInstanceParts {
  readonly id: string;
  readonly privateIp: string;
  /** The network namespace of its VPC. */
  readonly namespace: string;
  /** The folder that holds each machine's own. */
  readonly machines: string;
}

export interface Outcome {
  /** -1 where the instance does not run. */
  readonly exitCode: number;
  /** Standard output and error. */
  readonly output: string;
}

export class TrialInstance {
  readonly id: string;

  constructor(private readonly parts: TrialInstanceParts) {
    this.id = parts.id;
  }

  /** All that runs on it ends at once, nothing of it in order. */
  cutPower(): void {
    process.kill(this.#leader, 'SIGKILL');
  }

  /** Runs a command of bash as root. @throws Error with what it printed when its exit code isn't 0 */
  async run(command: string): Promise<string> {
    const { exitCode, output } = await this.attempt(command);
    if (exitCode !== 0)
      throw new Error(`${command}\nended with exit code ${exitCode} on ${this.id}: ${output}`);
    return output;
  }

  async attempt(command: string): Promise<Outcome> {
    const within = ['bash', '-c', `exec 2>&1\n${command}`];
    try {
      const { command: program, args } = shellOn(this.parts.machines, this.id, within, undefined);
      return await runProgram(program, args);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { exitCode: -1, output: error.message };
    }
  }

  /** Ends a unit's main process from outside, with nothing that could be waited for in between. */
  async killer(unit: string): Promise<(signal: NodeJS.Signals) => void> {
    const inside = Number(await this.run(`systemctl show --value -p MainPID ${unit}`));
    const pid = inside === 0 ? undefined : hostPid(this.#leader, inside);
    if (pid === undefined) throw new Error(`${unit} of ${this.id} has no process`);
    return (signal) => process.kill(pid, signal);
  }

  /** What it has written on its console. */
  console(): Promise<string> {
    return readFile(join(this.parts.machines, this.id, 'logs', 'console.log'), 'utf8').catch(() => '');
  }

  /** When its nginx first answers 200 to somebody in its VPC: milliseconds since the epoch. */
  firstAnswer(path: string, timeoutMilliseconds: number): Promise<number> {
    const { namespace, privateIp } = this.parts;
    const program = [process.execPath, join(__dirname, 'first-answer.cjs'), `http://${privateIp}${path}`];
    return new Promise((resolve, reject) => {
      execFile(
        'nsenter',
        [`--net=${namespacePath(namespace)}`, ...program],
        { timeout: timeoutMilliseconds, env: {} },
        (error, stdout) => {
          if (error === null) resolve(Number(stdout));
          else reject(new Error(`${this.id} did not answer 200 within ${timeoutMilliseconds / 1000} s`));
        },
      );
    });
  }

  get #leader(): number {
    const record = runningMachines(this.parts.machines).find(({ instanceId }) => instanceId === this.id);
    if (record === undefined) throw new Error(`${this.id} does not run`);
    return leaderOf(record.process);
  }
}

function runProgram(program: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, [...args], { maxBuffer: 1 << 26 }, (error, stdout) =>
      resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), output: stdout.trimEnd() }),
    );
  });
}
