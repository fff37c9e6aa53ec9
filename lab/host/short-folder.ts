/**
 * Folders for unix sockets. A socket's path has room for 107 characters, which a clone deep in a home folder can
 * pass, so they lie in the system's folder for temporary files; a link in the lab's folder leads to each, by which
 * the next run finds what a killed one left. (unix(7): sun_path holds 108 bytes with the final zero.)
 */
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** @returns the folder's path; `link` leads there */
export function makeShortFolder(link: string): string {
  removeShortFolder(link);
  mkdirSync(dirname(link), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'lab-'));
  symlinkSync(folder, link);
  return folder;
}

/** The folder and the link; nothing where there is no such link. */
export function removeShortFolder(link: string): void {
  try {
    rmSync(readlinkSync(link), { recursive: true, force: true });
    rmSync(link, { force: true });
  } catch {
    // No link: no folder.
  }
}

/** Removes those behind the links in the folders of `parent`: a machine or a balancer each. */
export function removeShortFoldersIn(parent: string): void {
  for (const owner of foldersIn(parent)) {
    for (const entry of readdirSync(join(parent, owner), { withFileTypes: true })) {
      if (entry.isSymbolicLink()) removeShortFolder(join(parent, owner, entry.name));
    }
  }
}

function foldersIn(parent: string): string[] {
  try {
    return readdirSync(parent, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
