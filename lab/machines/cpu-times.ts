/** CPU time of process groups, as the kernel counts it. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** USER_HZ, the unit of /proc/<pid>/stat, is 100 on every architecture Node runs on. */
const ticksPerSecond = 100;

/** CPU seconds used by each group's living members and by those that they have outlived and waited for. */
export async function cpuSecondsOfGroups(groups: ReadonlySet<number>): Promise<number> {
  return process.platform === 'linux' ? fromProc(groups) : fromPs(groups);
}

async function fromProc(groups: ReadonlySet<number>): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const ticks = await Promise.all(
    pids.map(async (pid) => {
      // Gone between the listing and the look: its parent counts it from then on.
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
      const parsed = stat === undefined ? undefined : parseStat(stat);
      return parsed !== undefined && groups.has(parsed.group) ? parsed.ticks : 0;
    }),
  );
  return ticks.reduce((sum, one) => sum + one, 0) / ticksPerSecond;
}

/**
 * proc_pid_stat(5): field 5 is the group; 14 and 15 the time of the process, 16 and 17 that of the children it has
 * waited for, such as an nginx worker that died.
 */
export function parseStat(stat: string): { readonly group: number; readonly ticks: number } {
  // Field 2, the command's name, may itself hold spaces and brackets; what follows its last bracket is regular.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [group = 0, ...times] = [fields[2], fields[11], fields[12], fields[13], fields[14]];
  return { group, ticks: times.reduce<number>((sum, time) => sum + (time ?? 0), 0) };
}

async function fromPs(groups: ReadonlySet<number>): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,time=']);
  return stdout
    .split('\n')
    .map(parsePsLine)
    .filter((line) => line !== undefined && groups.has(line.group))
    .reduce((sum, line) => sum + (line?.seconds ?? 0), 0);
}

/** macOS's ps writes `  501   1:02.34`, from an hour on `  501   1:00:02.34`. */
export function parsePsLine(line: string): { readonly group: number; readonly seconds: number } | undefined {
  const [, group, time] = /^\s*(\d+)\s+([\d:.]+)\s*$/.exec(line) ?? [];
  if (group === undefined || time === undefined) return undefined;
  const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return { group: Number(group), seconds };
}
