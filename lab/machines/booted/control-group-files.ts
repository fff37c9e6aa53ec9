/** A container's control groups on this host: made, read, capped, removed. */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError } from '../../../modules/service-error';
import { signalQuietly } from '../../host/processes';
import {
  type ControlGroups,
  controlGroupsOf,
  type Hierarchy,
  hierarchies,
  parseCpuSeconds,
} from './control-groups';

export class ContainerGroups {
  readonly #groups: ControlGroups;

  /** @throws ServiceError `ControlGroupsUnusable` */
  constructor(prefix: string, instanceId: string) {
    const groups = controlGroupsOf(hierarchiesOfHost(), prefix, instanceId);
    if (groups === undefined) throw unusable('this host controls CPU by no control group');
    this.#groups = groups;
    try {
      for (const folder of groups.folders) mkdirSync(folder, { recursive: true });
      for (const folder of groups.enableCpu) writeFileSync(join(folder, 'cgroup.subtree_control'), '+cpu');
    } catch (cause) {
      throw unusable(cause instanceof Error ? cause.message : String(cause));
    }
  }

  /** What a process joins by writing its id into `cgroup.procs` in each. */
  get folders(): readonly string[] {
    return this.#groups.folders;
  }

  async cpuSeconds(): Promise<number | undefined> {
    return parseCpuSeconds(await readFile(this.#groups.cpu.usage, 'utf8').catch(() => ''));
  }

  capCpu(cores: number): void {
    for (const { file, content } of this.#groups.cpu.cap(cores)) writeFileSync(file, content);
  }

  /** What still runs in them is ended at once: a container outlives a systemd-nspawn that was killed. */
  async remove(): Promise<void> {
    for (const folder of this.#groups.folders) await removeTree(folder);
  }
}

/** Those of one lab, a killed one's included. @returns the instances that had some */
export async function removeControlGroups(prefix: string): Promise<string[]> {
  const left = new Set<string>();
  for (const { mountPoint } of hierarchiesOfHost()) {
    const folder = join(mountPoint, prefix);
    for (const instanceId of foldersIn(folder)) left.add(instanceId);
    await removeTree(folder);
  }
  return [...left];
}

function hierarchiesOfHost(): Hierarchy[] {
  try {
    return hierarchies(readFileSync('/proc/self/mountinfo', 'utf8'));
  } catch {
    // Not Linux: no control groups, and none of ours.
    return [];
  }
}

/** Milliseconds for the kernel to let go of a group whose last process has ended. */
const busyTimeout = 5_000;

/** A control group is removed by rmdir alone, its files going with it, and its inner groups before it. */
async function removeTree(folder: string): Promise<void> {
  for (const pid of membersOf(folder)) signalQuietly(pid, 'SIGKILL');
  for (const name of foldersIn(folder)) await removeTree(join(folder, name));
  for (const deadline = Date.now() + busyTimeout; ; await sleep(20)) {
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || Date.now() > deadline) throw error;
    }
  }
}

function membersOf(group: string): number[] {
  try {
    return readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    // It is gone, or was none.
    return [];
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function unusable(reason: string): ServiceError {
  return new ServiceError(
    'ControlGroupsUnusable',
    `CPU can't be counted and capped by control groups: ${reason}`,
  );
}
