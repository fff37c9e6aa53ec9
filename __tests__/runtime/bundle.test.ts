import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleApp } from '../../runtime/bundle';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the app becomes one file that needs nothing beside Node', async () => {
  const bundle = await bundleApp('runtime/app/main.ts', folder);
  expect(bundle).toBe(join(folder, 'app.cjs'));
  const required = [...(await readFile(bundle, 'utf8')).matchAll(/\brequire\("([^"]+)"\)/g)].map(
    ([, name]) => name,
  );
  const { builtinModules } = await import('node:module');
  const own = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
  expect(required.length).toBeGreaterThan(0);
  expect(required.filter((name) => !own.has(name ?? ''))).toEqual([]);
});

test('the same sources give the same bytes, wherever they are bundled to and from', async () => {
  const elsewhere = join(folder, 'some', 'other', 'place');
  await mkdir(elsewhere, { recursive: true });
  const first = await readFile(await bundleApp('runtime/app/main.ts', folder));
  const second = await readFile(await bundleApp(join(process.cwd(), 'runtime/app/main.ts'), elsewhere));
  expect(second.equals(first)).toBe(true);
  expect(first.includes(process.cwd())).toBe(false);
});

test('an app that does not compile is refused with the place', async () => {
  const entry = join(folder, 'main.ts');
  await writeFile(entry, "\nimport './nowhere';\n");
  await expect(bundleApp(entry, folder)).rejects.toMatchObject({
    code: 'AppNotBundled',
    message: expect.stringMatching(/main\.ts:2: Could not resolve "\.\/nowhere"/),
  });
});
