import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const command = ['--require', require.resolve('tsx/cjs'), join(__dirname, 'programs/stages.ts')];

test('all stages run, however the ones before ended, and the last line counts them', () => {
  const { status, stdout } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  expect(stdout).toContain('first ran');
  expect(stdout).toContain('last ran');
  expect(stdout).toContain('unprepared could not run: tools are missing');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('2 passed, 5 failed, 0 skipped');
  expect(status).toBe(1);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends the stage under way, and the line still comes last',
  async (signal) => {
    const child = spawn(process.execPath, [...command, 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    const ended = new Promise((resolve) => child.once('close', resolve));
    for await (const chunk of child.stdout) {
      stdout += chunk;
      if (stdout.includes('waiting\n') && !child.killed) child.kill(signal);
    }
    expect(await ended).toBe(130);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 passed, 1 failed, 0 skipped');
  },
);
