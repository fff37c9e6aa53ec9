/**
 * The folder that `npm run release` makes: what an instance runs, as files to upload, and `release.json`, which says
 * what they are. Written by `runtime/release.ts`, read by the construct. Loads no CDKTF.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ServiceError } from '../service-error';
import { type NodeArchitecture, nodeArchitectures } from './node-runtime';

export const releaseFile = 'release.json';

export interface ReleasedFile {
  /** Its name in the folder. */
  readonly file: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** The content of `release.json`. */
export interface ReleaseManifest {
  /** The app, nginx's configuration and the units, in one archive. */
  readonly app: ReleasedFile;
  readonly node: ReleasedFile & { readonly version: string; readonly architecture: NodeArchitecture };
}

/**
 * Throws ReleaseMissing where there is none, ReleaseUnreadable where it is damaged.
 * @param folder relative to the current folder, as `cdktf.json`'s is when CDKTF runs the app
 */
export function readRelease(folder: string): ReleaseManifest {
  const manifest = resolve(folder, releaseFile);
  if (!existsSync(manifest)) {
    throw new ServiceError(
      'ReleaseMissing',
      `release is ${JSON.stringify(folder)}, and ${manifest} is not there; make it by \`npm run release\`.`,
    );
  }
  const release = parse(readFileSync(manifest, 'utf8'), manifest);
  for (const { file } of [release.app, release.node]) {
    if (existsSync(join(folder, file))) continue;
    throw unreadable(manifest, `it names ${file}, which is not beside it`);
  }
  return release;
}

function parse(json: string, manifest: string): ReleaseManifest {
  let content: Partial<ReleaseManifest> | null;
  try {
    content = JSON.parse(json);
  } catch (cause) {
    throw unreadable(manifest, String(cause));
  }
  const app = content?.app;
  const node = content?.node;
  if (!isReleasedFile(app) || !isReleasedFile(node) || !nodeArchitectures.includes(node.architecture)) {
    throw unreadable(manifest, 'app or node is missing, or has no file and SHA-256');
  }
  return { app, node };
}

function isReleasedFile(value: Partial<ReleasedFile> | undefined): value is ReleasedFile {
  return typeof value?.file === 'string' && /^[0-9a-f]{64}$/.test(value.sha256 ?? '');
}

function unreadable(manifest: string, why: string): ServiceError {
  return new ServiceError(
    'ReleaseUnreadable',
    `${manifest} can't be used: ${why}; make it again by \`npm run release\`.`,
  );
}
