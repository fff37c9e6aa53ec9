/** Makes a release: everything that a service consists of besides packages, as files that a deployment uploads. */
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { type NodeArchitecture, nodeTarballHashes, nodeVersion } from '../modules/private/node-runtime';
import { type ReleaseManifest, releaseFile } from '../modules/private/release-folder';
import { bundleApp } from './bundle';
import { ensureNodeTarball, type FetchPackage, sha256Of } from './node-tarball';

export interface ReleaseOptions {
  /** Holds `runtime/` and `nginx/`. */
  readonly projectDirectory: string;
  /** Where the release is put; made if it isn't there. */
  readonly directory: string;
  readonly architecture: NodeArchitecture;
  /** Told a sentence where something takes a while. */
  readonly notify: (sentence: string) => void;
  /** @default npm's `npm pack` */
  readonly fetch?: FetchPackage;
}

/**
 * The same sources give the same bytes, wherever the checkout lies and whoever makes it. What is there already and
 * still right is not made again.
 * @throws ServiceError `AppNotBundled`, `NodeNotFetched`, `NodeNotGenuine`
 */
export async function makeRelease(options: ReleaseOptions): Promise<ReleaseManifest> {
  const { directory, architecture } = options;
  await mkdir(directory, { recursive: true });
  const work = await mkdtemp(join(directory, 'work-'));
  try {
    const archive = await packApp(options.projectDirectory, work);
    const node = await ensureNodeTarball(options);
    const manifest: ReleaseManifest = {
      app: { file: 'app.tar.gz', sha256: await sha256Of(archive) },
      node: { version: nodeVersion, architecture, file: node, sha256: nodeTarballHashes[architecture] },
    };
    await rename(archive, join(directory, manifest.app.file));
    await writeIfChanged(work, join(directory, releaseFile), `${JSON.stringify(manifest, undefined, 2)}\n`);
    return manifest;
  } finally {
    await rm(work, { recursive: true });
  }
}

/** Folders of a project, and what they are called in the archive. `runtime/boot` is in user data instead. */
const packed = [
  { from: 'nginx', to: 'nginx' },
  { from: 'runtime/bin', to: 'bin' },
  { from: 'runtime/keys', to: 'keys' },
  { from: 'runtime/logs', to: 'logs' },
  { from: 'runtime/systemd', to: 'systemd' },
] as const;

async function packApp(projectDirectory: string, work: string): Promise<string> {
  const staged = join(work, 'staged');
  await bundleApp(join(projectDirectory, 'runtime', 'app', 'main.ts'), staged, projectDirectory);
  for (const { from, to } of packed) copyFiles(join(projectDirectory, from), join(staged, to));
  const names = filesIn(staged);
  for (const name of names) chmodSync(join(staged, name), isProgram(name) ? 0o755 : 0o644);
  const archive = join(work, 'app.tar.gz');
  await create(
    {
      file: archive,
      cwd: staged,
      // No compression: which bytes it gives differs between releases of Node and between processors.
      gzip: { level: 0 },
      // Without owner, times of access and the like; gzip's header without the system it was made on.
      portable: true,
      mtime: new Date(0),
    },
    names,
  );
  return archive;
}

/** What a checkout's umask made of the modes doesn't matter. */
function isProgram(name: string): boolean {
  return name.startsWith('bin/') && !/\.(sh|cjs)$/.test(name);
}

function copyFiles(from: string, to: string): void {
  for (const name of filesIn(from).filter((each) => !/(^|\/)README\.md$/.test(each))) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    cpSync(join(from, name), join(to, name), { dereference: true });
  }
}

/** Paths relative to the folder, in an order that no file system decides. */
function filesIn(folder: string): string[] {
  const names = (below: string): string[] =>
    readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? names(name) : name;
    });
  return names('').sort();
}

/** Nobody who reads at the same time sees half of it. */
async function writeIfChanged(work: string, file: string, text: string): Promise<void> {
  if (existsSync(file) && (await readFile(file, 'utf8')) === text) return;
  const written = join(work, 'written');
  await writeFile(written, text);
  await rename(written, file);
}
