/** What booted machines leave on the host when the lab that has them is killed: found by name, and taken away. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { kernelPrefix } from '../../network/names';
import { removeNamespaces } from '../../network/vpc-networks';
import { removeControlGroups } from './control-group-files';
import { diskParts } from './disk';

/**
 * Only once their containers have ended; mounts went with those.
 *
 * @param directory the lab's folder
 * @returns what there was, by name
 */
export async function removeRemains(directory: string): Promise<string[]> {
  const prefix = kernelPrefix(directory);
  const namespaces = await removeNamespaces(prefix);
  const groups = await removeControlGroups(prefix);
  for (const instanceId of foldersIn(join(directory, 'machines'))) {
    for (const part of [...diskParts, 'machine.json']) {
      rmSync(join(directory, 'machines', instanceId, part), { recursive: true, force: true });
    }
    rmSync(join('/run/systemd/nspawn/propagate', instanceId), { recursive: true, force: true });
  }
  rmSync(join(directory, 'made-images'), { recursive: true, force: true });
  return [
    ...namespaces.map((name) => `network namespace ${name}`),
    ...groups.map((instanceId) => `control groups of ${instanceId}`),
  ];
}

function foldersIn(parent: string): string[] {
  try {
    return readdirSync(parent);
  } catch {
    return [];
  }
}
