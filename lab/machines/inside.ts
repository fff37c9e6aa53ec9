/** How other commands look inside a machine: its shell, and where its logs come from. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from '../../modules/service-error';
import type { ProcessIdentity } from '../host/process-identity';
import { type MachineRecord, machineIds, runningMachines } from './machine-record';

export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * A command on a machine that runs; its login shell unless one is named.
 *
 * @param machines the folder that holds each machine's own
 * @throws ServiceError `InstanceUnknown`, `ShellUnavailable`
 */
export function shellOn(
  machines: string,
  instanceId: string,
  command: readonly string[],
  terminal: string | undefined,
): CommandLine {
  const running = runningMachines(machines);
  const record = running.find((machine) => machine.instanceId === instanceId);
  if (record === undefined)
    throw unknown(
      instanceId,
      running.map((machine) => machine.instanceId),
      'runs',
    );
  if (record.kind === 'process') {
    throw new ServiceError(
      'ShellUnavailable',
      `${instanceId} is a group of processes of this host and has no shell of its own; \`lab logs ${instanceId}\` ` +
        'shows what they wrote',
    );
  }
  const program = command.length === 0 ? ['bash', '--login'] : command;
  return enter(record, terminal, program);
}

export interface LogSource extends CommandLine {
  /** `console`, `journal`, or the name of a file without its end. */
  readonly name: string;
}

/**
 * Everything that a machine writes. Of one that has ended, its files.
 *
 * @throws ServiceError `InstanceUnknown`
 */
export function logsOf(machines: string, instanceId: string, follow: boolean): readonly LogSource[] {
  const known = machineIds(machines);
  if (!known.includes(instanceId)) throw unknown(instanceId, known, 'has logs');
  const record = runningMachines(machines).find((machine) => machine.instanceId === instanceId);
  const logs = join(machines, instanceId, 'logs');
  const files = readdirSync(logs)
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => ({
      name: name.replace(/\.log$/, ''),
      command: 'tail',
      args: ['-n', '+1', ...(follow ? ['-F'] : []), join(logs, name)],
    }));
  if (record?.kind !== 'booted') return files;
  const journal = ['journalctl', '--no-pager', ...(follow ? ['--follow', '--lines=all'] : [])];
  return [...files, { name: 'journal', ...enter(record, undefined, journal) }];
}

function enter(
  { process, environment }: MachineRecord,
  terminal: string | undefined,
  program: readonly string[],
): CommandLine {
  const variables = { HOME: '/root', PATH: systemPath, LANG: 'C.UTF-8', ...environment };
  const given = terminal === undefined ? variables : { ...variables, TERM: terminal };
  return {
    command: 'nsenter',
    args: [
      // nsenter's own fork would stop with what it runs when the machine's shutdown stops that, and never end, nor let
      // the machine end. So it is a shell of this host that forks; what it runs is in the container.
      ...[
        '--target',
        String(leaderOf(process)),
        '--all',
        '--no-fork',
        '--',
        'sh',
        '-c',
        '"$@"; exit $?',
        'sh',
      ],
      ...['env', '--ignore-environment'],
      ...Object.entries(given).map(([name, value]) => `${name}=${value}`),
      ...program,
    ],
  };
}

/** systemd's default for services. */
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The container's first process, by its id on this host: the one child of systemd-nspawn.
 *
 * @throws ServiceError `ShellUnavailable`
 */
export function leaderOf({ pid }: ProcessIdentity): number {
  const [leader] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  if (leader === undefined || leader === '') {
    throw new ServiceError('ShellUnavailable', 'The machine is only just starting, or stopping; try again');
  }
  return Number(leader);
}

function unknown(instanceId: string, known: readonly string[], what: string): ServiceError {
  const others = known.length === 0 ? 'none' : known.join(', ');
  return new ServiceError(
    'InstanceUnknown',
    `No instance ${instanceId} ${what} here; of those there are: ${others}`,
  );
}
