import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { groupMembers, identify, isAlive, type ProcessIdentity } from '../../lab/host/process-identity';
import { Processes } from '../../lab/host/processes';

const env = { PATH: process.env.PATH ?? '' };

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

describe('processes of the lab', () => {
  let folder: string;
  let recordFile: string;
  let logFile: string;
  let processes: Processes;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lab-processes-'));
    recordFile = join(folder, 'processes.jsonl');
    logFile = join(folder, 'log');
    processes = new Processes(recordFile);
  });
  afterEach(async () => {
    await processes.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  function shell(script: string, options: Partial<Parameters<Processes['start']>[3]> = {}) {
    return processes.start('shell', 'sh', ['-c', script], { env, logFile, ...options });
  }

  test('one that is stopped takes its whole group along', async () => {
    const leader = await shell('sleep 300 & sleep 300 & wait');
    await until(() => groupMembers(leader).length === 3);
    await leader.stop();
    expect(groupMembers(leader)).toEqual([]);
    expect(await leader.ended).toBe('signal SIGTERM');
  });

  test('workers that outlive their leader are stopped with the rest', async () => {
    const leader = await shell('sleep 300 & exit 3');
    expect(await leader.ended).toBe('exit code 3');
    expect(groupMembers(leader)).toHaveLength(1);
    await processes.stopAll();
    expect(groupMembers(leader)).toEqual([]);
  });

  test('one that does not listen is killed after its grace', async () => {
    const deaf = await shell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
    await until(() => readFileSync(logFile, 'utf8') === 'ready\n');
    await deaf.stop({ graceMilliseconds: 100 });
    expect(await deaf.ended).toBe('signal SIGKILL');
  });

  test('one is asked with the signal of its own', async () => {
    const polite = await shell("trap 'echo saved; exit 0' INT; echo ready; while :; do sleep 0.05; done", {
      stop: { signal: 'SIGINT' },
    });
    await until(() => readFileSync(logFile, 'utf8') === 'ready\n');
    await processes.stopAll();
    expect(readFileSync(logFile, 'utf8')).toBe('ready\nsaved\n');
    expect(await polite.ended).toBe('exit code 0');
  });

  test('lines are told as they come, the last one before the end, and are logged too', async () => {
    const lines: string[] = [];
    const speaker = await shell('echo one; echo aside >&2; printf two', {
      onLine: (line) => lines.push(line),
    });
    await speaker.ended;
    expect(lines).toEqual(['one', 'two']);
    expect(readFileSync(logFile, 'utf8').split('\n').filter(Boolean).sort()).toEqual(['aside', 'one', 'two']);
  });

  test('nothing but the given environment comes along', async () => {
    const lines: string[] = [];
    await (await processes.start('env', 'env', [], { env, logFile, onLine: (line) => lines.push(line) }))
      .ended;
    expect(lines).toEqual([`PATH=${env.PATH}`]);
  });

  test('a program that is not there is named', async () => {
    await expect(
      processes.start('web server', 'no-such-program', [], { env, logFile }),
    ).rejects.toMatchObject({
      code: 'ProcessNotStarted',
      message: expect.stringContaining('web server could not be started: no-such-program'),
    });
  });

  test('what a run killed with SIGKILL had started is ended by its record', async () => {
    const owner = startOwner(recordFile, logFile);
    await until(() => recorded(recordFile).length === 2);
    const left = recorded(recordFile);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(left.map(isAlive)).toEqual([true, true]);
    expect(await Processes.stopRecorded(recordFile)).toEqual(['first', 'second']);
    expect(left.flatMap(groupMembers)).toEqual([]);
    expect(await Processes.stopRecorded(recordFile)).toEqual([]);
  });

  test('a stranger who was given the same process id is left alone', async () => {
    const stranger = await shell('sleep 300');
    writeFileSync(
      recordFile,
      `${JSON.stringify({ name: 'old', pid: stranger.pid, startTime: `${stranger.startTime}0` })}\n`,
    );
    expect(await Processes.stopRecorded(recordFile)).toEqual([]);
    expect(isAlive(stranger)).toBe(true);
  });

  test('a torn last line of the record keeps nobody from the lines before it', async () => {
    const one = await shell('sleep 300');
    writeFileSync(recordFile, `${JSON.stringify({ name: 'one', ...identify(one.pid) })}\n{"name":"tw`);
    expect(await Processes.stopRecorded(recordFile)).toEqual(['one']);
  });
});

/** A program of its own that starts two processes and then waits to be killed. */
function startOwner(recordFile: string, logFile: string): ChildProcess {
  const script = `
    const { Processes } = require(${JSON.stringify(join(__dirname, '../../lab/host/processes'))});
    const processes = new Processes(${JSON.stringify(recordFile)});
    const options = { env: { PATH: process.env.PATH }, logFile: ${JSON.stringify(logFile)} };
    processes.start('first', 'sleep', ['300'], options)
      .then(() => processes.start('second', 'sh', ['-c', 'sleep 300 & wait'], options));
    setInterval(() => undefined, 1000);
  `;
  return spawn(process.execPath, ['--require', 'tsx/cjs', '-e', script], { stdio: 'inherit' });
}

function recorded(file: string): ProcessIdentity[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ProcessIdentity);
  } catch {
    return [];
  }
}
