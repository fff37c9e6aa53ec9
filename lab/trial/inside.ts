/** Commands within a container, as `docker exec` runs them elsewhere. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The container's first process, by its id on this host: systemd-nspawn's child. */
export function leaderOf(nspawn: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${nspawn}/task/${nspawn}/children`, 'utf8').trim();
    return children === '' ? undefined : Number(children.split(' ')[0]);
  } catch {
    return undefined;
  }
}

export interface Outcome {
  readonly exitCode: number;
  /** Standard output and error. */
  readonly output: string;
}

/** @param environment beyond what a login shell has */
export function runInside(
  leader: number,
  command: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...environment };
  // nsenter's own fork would stop with what it runs, when the container's shutdown stops that, and never end. So it is
  // bash that forks, a process of the host's: what it runs is in the container.
  const program = `exec 2>&1\n(${command}\n)\nexit $?`;
  const args = ['--target', String(leader), '--all', '--no-fork', 'bash', '-c', program];
  return new Promise((resolve) => {
    execFile('nsenter', args, { env, maxBuffer: 1 << 26 }, (error, stdout) =>
      resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), output: stdout.trimEnd() }),
    );
  });
}

/** What this host calls a process of the container. */
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
