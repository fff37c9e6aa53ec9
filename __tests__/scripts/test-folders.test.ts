import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify } from '../../lab/host/process-identity';
import { TestFolders } from '../../scripts/test-folders';

let records: string;
let folders: TestFolders;

beforeEach(() => {
  records = mkdtempSync(join(tmpdir(), 'records-'));
  folders = new TestFolders(records);
});
afterEach(() => rmSync(records, { recursive: true }));

/** A process that has a test folder with a process in it, killed before it could end that. */
async function killedTest(): Promise<{ directory: string; started: number }> {
  const program = join(__dirname, 'programs/started-in-test-folder.ts');
  const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), program, records], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return JSON.parse(String(line));
}

test('what a killed test had started is ended by name, and its folder removed', async () => {
  const { directory, started } = await killedTest();
  expect(identify(started)).toBeDefined();
  expect(await folders.endAbandoned()).toEqual(['sleeper']);
  expect(identify(started)).toBeUndefined();
  expect(existsSync(directory)).toBe(false);
  expect(readdirSync(records)).toEqual([]);
});

test('a folder whose process lives is left alone', async () => {
  const directory = folders.make('living');
  expect(await folders.endAbandoned()).toEqual([]);
  expect(existsSync(directory)).toBe(true);
  folders.remove(directory);
  expect(existsSync(directory)).toBe(false);
  expect(readdirSync(records)).toEqual([]);
});
