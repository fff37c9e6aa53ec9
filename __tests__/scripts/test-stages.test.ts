import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { identify } from '../../lab/host/process-identity';
import { eventually } from '../support/lab-fixture';

const command = ['--require', require.resolve('tsx/cjs'), join(__dirname, 'programs/stages.ts')];

test('all stages run, however the ones before ended, and the last line counts them', () => {
  const { status, stdout } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  expect(stdout).toContain('first ran');
  expect(stdout).toContain('last ran');
  expect(stdout).toContain('unprepared could not run: tools are missing');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('2 passed, 5 failed, 0 skipped');
  expect(status).toBe(1);
});

/** The line that started-in-test-folder.ts prints. */
const told = (output: string): { directory: string; started: number } | undefined => {
  const [line] = /^\{"directory".*\}$/m.exec(output) ?? [];
  return line === undefined ? undefined : JSON.parse(line);
};

function runWaiting() {
  const child = spawn(process.execPath, [...command, 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const run = { child, stdout: '', ended: once(child, 'close') };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    run.stdout += text;
  });
  return run;
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends the stage under way, its workers and what those had started, and the line still comes last',
  async (signal) => {
    const run = runWaiting();
    await eventually('the worker has started a process', () => told(run.stdout) !== undefined);
    const { directory, started } = told(run.stdout) ?? { directory: '', started: 0 };
    expect(identify(started)).toBeDefined();
    run.child.kill(signal);
    expect(await run.ended).toEqual([130, null]);
    expect(run.stdout.trimEnd().split('\n').at(-1)).toBe('1 passed, 1 failed, 0 skipped');
    expect(identify(started)).toBeUndefined();
    expect(existsSync(directory)).toBe(false);
  },
);

test('what a killed run has left, its workers included, is ended by the next one', async () => {
  const run = runWaiting();
  await eventually('the worker has started a process', () => told(run.stdout) !== undefined);
  const { directory, started } = told(run.stdout) ?? { directory: '', started: 0 };
  run.child.kill('SIGKILL');
  await once(run.child, 'exit');
  expect(identify(started)).toBeDefined();
  const { stdout } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  expect(stdout).toMatch(/Ended what tests had started: .*waiting.*sleeper/);
  expect(identify(started)).toBeUndefined();
  expect(existsSync(directory)).toBe(false);
});
