/** Where a program is, the way a shell would look, and in the folders that only root's PATH has. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Debian and Fedora keep servers such as nginx and haproxy here, and leave the folders out of a user's PATH. */
export const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/opt/homebrew/bin', '/usr/local/bin'];

/** The absolute path of a program given by name or path; undefined when there is none that can be run. */
export function findExecutable(name: string, env: Environment = process.env): string | undefined {
  if (isAbsolute(name) || name.includes('/')) return isExecutable(resolve(name)) ? resolve(name) : undefined;
  return searchPath(env)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** The folders of PATH, then the system folders. */
export function searchPath(env: Environment): string[] {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...new Set([...folders, ...systemFolders])];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
