import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyAbandoned } from '../../lab/machines/abandoned-launch';
import type { Machine } from '../../lab/machines/machine';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'console-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const machine = (parts: Partial<Machine>) => ({ logs: '/logs', ...parts }) as Machine;

test('a machine that boots is asked by its console', () => {
  const console = join(folder, 'console.log');
  writeFileSync(console, 'koa-boot: failed: an older one\nkoa-boot: failed: no packages\n');
  expect(whyAbandoned(machine({ console }), undefined)).toBe(`no packages; see ${console}`);
});

test('a machine that does not boot has said so itself', () => {
  const answer = { group: 'web', hook: 'launch', result: 'ABANDON', reason: '/readyz answered 503' } as const;
  expect(whyAbandoned(machine({}), answer)).toBe('/readyz answered 503');
});

test.each([
  ['whose console says nothing', machine({ console: '/nowhere/console.log' }), '; see /nowhere/console.log'],
  ['without a console', machine({}), '; see /logs'],
  ['that is gone', undefined, ''],
])('one %s ran out of time', (_which, given, where) => {
  expect(whyAbandoned(given, undefined)).toBe(
    `it did not say that it is ready before its time was over${where}`,
  );
});

test('the boot programs say it in these words', () => {
  const common = readFileSync(join(__dirname, '../../runtime/boot/common.sh'), 'utf8');
  expect(common).toContain('say "failed: $*"');
  expect(common).toContain("say() { printf 'koa-boot: %s\\n'");
});
