import { spawn } from 'node:child_process';
import { join } from 'node:path';

const children: ReturnType<typeof start>[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts the program and does one thing at each line that it prints. */
async function converse(onLine: (line: string, child: ReturnType<typeof start>) => void) {
  const child = start();
  children.push(child);
  const lines: string[] = [];
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let rest = '';
  for await (const chunk of child.stdout) {
    const parts = `${rest}${chunk}`.split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      onLine(line, child);
    }
  }
  return { lines, exitCode: await ended };
}

function start() {
  const program = join(__dirname, 'programs/interrupted.ts');
  return spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'the first %s leaves time to clean up',
  async (signal) => {
    const { lines, exitCode } = await converse((line, child) => {
      if (line === 'ready') child.kill(signal);
      if (line === 'aborted') child.stdin.end();
    });
    expect(lines).toEqual(['ready', 'first', 'aborted', 'cleaned up']);
    expect(exitCode).toBe(0);
  },
);

test('the second one ends at once with 130, after its word', async () => {
  const { lines, exitCode } = await converse((line, child) => {
    if (line === 'ready' || line === 'aborted') child.kill('SIGINT');
  });
  expect(lines).toEqual(['ready', 'first', 'aborted', 'second']);
  expect(exitCode).toBe(130);
});
