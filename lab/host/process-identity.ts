/**
 * A process id alone can have been given to somebody else since it was written down. With its start time beside
 * it, it names one process for good.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal for the same process, different for a later one with the same id. */
  readonly startTime: string;
}

/** Undefined when there is no such process, or only its zombie is left. */
export function identify(pid: number): ProcessIdentity | undefined {
  const status = statusOf(pid);
  return status === undefined || status.ended ? undefined : { pid, startTime: status.startTime };
}

/** As `identify`, and of a child that has ended already too, for as long as it has not been waited for. */
export function identifyChild(pid: number): ProcessIdentity | undefined {
  const status = statusOf(pid);
  return status === undefined ? undefined : { pid, startTime: status.startTime };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

/** False for a process of before the host's last start, as far as its start time tells. */
export function isOfThisBoot(identity: ProcessIdentity): boolean {
  return process.platform !== 'linux' || identity.startTime.startsWith(`${bootId()}/`);
}

/**
 * The living processes of the group that `founder` founded, itself included. A group keeps its id for as long as it
 * has a member, and meanwhile no new process is given it; so a stranger who bears the id means the group is gone.
 */
export function groupMembers(founder: ProcessIdentity): number[] {
  const bearer = identify(founder.pid);
  if (bearer !== undefined && bearer.startTime !== founder.startTime) return [];
  if (!isOfThisBoot(founder)) return [];
  return listProcesses()
    .filter(({ group, ended }) => group === founder.pid && !ended)
    .map(({ pid }) => pid);
}

interface ProcessStatus {
  readonly pid: number;
  readonly group: number;
  /** A zombie: nothing of it is left but its entry. */
  readonly ended: boolean;
  readonly startTime: string;
}

function statusOf(pid: number): ProcessStatus | undefined {
  if (process.platform === 'linux') return statusFromProc(pid);
  return statusesFromPs(['-p', String(pid)])[0];
}

function listProcesses(): ProcessStatus[] {
  if (process.platform !== 'linux') return statusesFromPs(['-A']);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statusFromProc(Number(name)) ?? []);
}

/** proc_pid_stat(5): field 3 is the state, 5 the process group, 22 the start time in clock ticks after boot. */
function statusFromProc(pid: number): ProcessStatus | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name, field 2, may itself hold spaces and brackets; what follows its last bracket is regular.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      pid,
      group: Number(fields[2]),
      ended: fields[0] === 'Z' || fields[0] === 'X',
      startTime: `${bootId()}/${fields[19]}`,
    };
  } catch {
    return undefined;
  }
}

let cachedBootId: string | undefined;
function bootId(): string {
  cachedBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return cachedBootId;
}

function statusesFromPs(selection: string[]): ProcessStatus[] {
  try {
    const columns = ['-o', 'pid=,pgid=,stat=,lstart='];
    return execFileSync('ps', [...columns, ...selection], { encoding: 'utf8' })
      .split('\n')
      .flatMap((line) => {
        const [pid, group, state, ...startTime] = line.trim().split(/\s+/);
        if (pid === undefined || pid === '' || state === undefined) return [];
        return {
          pid: Number(pid),
          group: Number(group),
          ended: state.startsWith('Z'),
          startTime: startTime.join(' '),
        };
      });
  } catch {
    return [];
  }
}
