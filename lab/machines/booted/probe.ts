/** Whether this host lets machines boot: each thing that a container of its own kind may be forbidden is tried. */
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { routerOf } from '../../network/addresses';
import { vpcCommands } from '../../network/ip-commands';
import { namespaceName } from '../../network/names';
import { addNamespace, ipBatch, removeNamespace } from '../../network/namespaces';
import { ContainerGroups } from './control-group-files';

/** @param directory in which disks are to lie. @returns why machines can't boot; undefined where they can */
export async function bootObstacle(directory: string, prefix: string): Promise<string | undefined> {
  for (const attempt of [mountOverlay, makeNetwork, makeControlGroups]) {
    try {
      await attempt(directory, prefix);
    } catch (error) {
      return (error instanceof Error ? error.message : String(error)).trim().replace(/\s*\n\s*/g, '; ');
    }
  }
  return undefined;
}

async function mountOverlay(directory: string): Promise<void> {
  const folder = join(directory, 'probe');
  for (const part of ['lower', 'upper', 'work', 'root']) mkdirSync(join(folder, part), { recursive: true });
  try {
    const mount = 'mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay root';
    await promisify(execFile)('unshare', ['--mount', '/bin/sh', '-c', mount], { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeNetwork(_directory: string, prefix: string): Promise<void> {
  const namespace = namespaceName(prefix, 'probe');
  await removeNamespace(namespace);
  await addNamespace(namespace);
  try {
    await ipBatch(vpcCommands(routerOf('10.0.0.0/16')), namespace);
    await ipBatch(['link add name probe type veth peer name eth0'], namespace);
  } finally {
    await removeNamespace(namespace);
  }
}

async function makeControlGroups(_directory: string, prefix: string): Promise<void> {
  const groups = new ContainerGroups(prefix, 'probe');
  try {
    groups.capCpu(1);
  } finally {
    await groups.remove();
  }
}
