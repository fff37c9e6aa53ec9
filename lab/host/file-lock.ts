/** A lock between processes of this host: a file that says whose it is. */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './process-identity';

/**
 * Runs `work` while no other process does; the lock of a process that is gone is void.
 *
 * @param signal ends the wait for another process
 */
export async function withLock<T>(file: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  while (!tryLock(file)) await sleep(100, undefined, { signal });
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    const lock = openSync(file, 'wx');
    writeFileSync(lock, JSON.stringify(identify(process.pid)));
    closeSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    removeIfVoid(file);
    return false;
  }
}

function removeIfVoid(file: string): void {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
    if (!isAlive(holder)) rmSync(file, { force: true });
  } catch {
    // Gone by now, or not yet written to its end: the next look tells.
  }
}
