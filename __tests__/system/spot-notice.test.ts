/** The watcher of koa-spot-notice.service against a fake metadata service. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeAws } from '../support/fake-aws';
import { eventually, repository } from '../support/lab-fixture';

const folder = mkdtempSync(join(tmpdir(), 'notice-'));
const notice = join(folder, 'interrupted');
let aws: FakeAws;
let watcher: ChildProcess;

async function watch(): Promise<void> {
  const METADATA = await aws.listen();
  watcher = spawn(join(repository, 'runtime/bin/spot-notice'), [], {
    env: { PATH: process.env.PATH, METADATA, NOTICE: notice, POLL_SECONDS: '0.1' },
    stdio: 'ignore',
  });
}

const looks = () => aws.asked.filter(({ url }) => url.endsWith('spot/instance-action')).length;

beforeEach(() => {
  aws = new FakeAws();
});
afterEach(async () => {
  if (watcher.exitCode === null) {
    watcher.kill('SIGKILL');
    await once(watcher, 'exit');
  }
  await aws.close();
  rmSync(notice, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('looks again and again, and writes the notice down when it comes', async () => {
  await watch();
  await eventually('it looked twice', () => looks() >= 2);
  expect(existsSync(notice)).toBe(false);
  aws.spotNotice = '{"action":"terminate","time":"2026-11-25T03:00:00Z"}';
  const [exitCode] = await once(watcher, 'exit');
  expect(exitCode).toBe(0);
  expect(readFileSync(notice, 'utf8')).toBe(`${aws.spotNotice}\n`);
}, 30_000);

test('a metadata service that is away for a while changes nothing', async () => {
  let failures = 3;
  aws.instead = () => {
    failures -= 1;
    return failures >= 0 ? { status: 500 } : undefined;
  };
  aws.spotNotice = '{"action":"stop"}';
  await watch();
  const [exitCode] = await once(watcher, 'exit');
  expect(exitCode).toBe(0);
  expect(readFileSync(notice, 'utf8')).toBe('{"action":"stop"}\n');
}, 30_000);

test('an on-demand instance is not watched', async () => {
  aws.instead = ({ url }) => (url.endsWith('life-cycle') ? { status: 200, body: 'on-demand' } : undefined);
  await watch();
  const [exitCode] = await once(watcher, 'exit');
  expect(exitCode).toBe(0);
  expect(looks()).toBe(0);
  expect(existsSync(notice)).toBe(false);
}, 30_000);
