import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchForInterruption } from '../../runtime/app/interruption';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notice-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a worker that starts after the notice knows it at once', () => {
  const path = join(folder, 'interrupted');
  writeFileSync(path, '{}');
  const interrupted = jest.fn();
  watchForInterruption(path, interrupted);
  expect(interrupted).toHaveBeenCalledTimes(1);
});

test('a notice that comes later is told once', () => {
  jest.useFakeTimers();
  try {
    const path = join(folder, 'interrupted');
    const interrupted = jest.fn();
    watchForInterruption(path, interrupted);
    writeFileSync(path, '{}');
    jest.advanceTimersByTime(5_000);
    expect(interrupted).toHaveBeenCalledTimes(1);
  } finally {
    jest.useRealTimers();
  }
});
