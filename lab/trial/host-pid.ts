/** Processes of a container, as this host calls them. */
import { readdirSync, readFileSync } from 'node:fs';

/** @param leader the container's first process */
export function hostPid(leader: number, pid: number): number | undefined {
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const [, ids = ''] = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8')) ?? [];
      const chain = ids.split(/\s+/).map(Number);
      if (chain.length > 1 && chain.at(-1) === pid && isBelow(Number(name), leader)) return Number(name);
    } catch {
      // It ended while it was looked at.
    }
  }
  return undefined;
}

function isBelow(pid: number, ancestor: number): boolean {
  for (let each = pid; each > 1; each = parentOf(each)) if (each === ancestor) return true;
  return false;
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}
