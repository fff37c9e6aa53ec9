/** The command as a stranger's shell sees it: what it prints where, and its exit code. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const main = resolve(__dirname, '../../cli/main.ts');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function autoscaledService(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', require.resolve('tsx/cjs'), main, ...args],
    { cwd: folder, encoding: 'utf8', timeout: 30_000 },
  );
  return { status, stdout, stderr };
}

test.each([
  [['rehearse', '--requests', 'many'], 'error FlagInvalid: --requests is "many"; give a whole number from 1'],
  [['rehearse', '--min', '3', '--max', '2'], 'error FlagInvalid: --min is 3, above --max 2'],
  [['rehearse', '--expect', 'miracles'], 'error UsageInvalid: option '],
  [['rehearse', '--fast'], "error UsageInvalid: unknown option '--fast'"],
  [['rehearze'], "error UsageInvalid: unknown command 'rehearze' (Did you mean rehearse?)"],
  [['lab', 'up', '--port', '80'], 'error FlagInvalid: --port is "80"'],
  [['bake', '--parameter', '/web/image'], "error UsageInvalid: required option '--launch-template <id>'"],
  [
    ['bake', '--launch-template', 'web', '--parameter', '/web/image'],
    'error FlagInvalid: --launch-template is "web"',
  ],
  [
    ['bake', '--launch-template', 'lt-12345678', '--parameter', '/aws/image'],
    'error FlagInvalid: --parameter is',
  ],
  [['release', '--architecture', 'sparc'], "error UsageInvalid: option '--architecture <architecture>'"],
  [[], 'error UsageInvalid: a command is missing'],
])('%j is refused on standard error with exit code 2, and nothing is made', (args, message) => {
  const { status, stdout, stderr } = autoscaledService(...args);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [['-h']],
  [['rehearse', '-h']],
  [['lab', '-h']],
  [['lab', 'up', '-h']],
  [['lab', 'env', '-h']],
  [['release', '-h']],
])('%j prints help with examples on standard output', (args) => {
  const { status, stdout, stderr } = autoscaledService(...args);
  expect(status).toBe(0);
  expect(stdout).toMatch(/Examples:\n {2}\$ .*autoscaled-service/s);
  expect(stderr).toBe('');
});

test('--version prints the version alone', () => {
  const { version } = require('../../package.json') as { version: string };
  expect(autoscaledService('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});

test('a reader that leaves early does no harm', () => {
  const { status, stderr } = spawnSync(
    'bash',
    [
      '-c',
      'set -o pipefail; "$0" --require "$1" "$2" rehearse -h | true',
      process.execPath,
      require.resolve('tsx/cjs'),
      main,
    ],
    { encoding: 'utf8', timeout: 30_000 },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
