import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewLabEvent } from '../../lab/events';
import { claimLab, endLab, readLab } from '../../lab/host/lock';
import { identify } from '../../lab/host/process-identity';

const emit = (): void => undefined;
const gone = { pid: process.pid, startTime: 'of an earlier life' };

describe('the lock of a lab folder', () => {
  let directory: string;
  let lockFile: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lab-lock-'));
    lockFile = join(directory, 'lab.json');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function leave(owner: object | undefined): void {
    writeFileSync(lockFile, JSON.stringify({ owner, command: 'rehearsal', since: '2026-11-24T04:00:00Z' }));
  }

  test('a second lab is told what runs, since when, and how to end it', async () => {
    const first = await claimLab({ directory, command: 'lab up', emit });
    await expect(claimLab({ directory, command: 'rehearsal', emit })).rejects.toMatchObject({
      code: 'LabBusy',
      message: expect.stringMatching(/lab up \(process \d+\).* since \d{4}-.*npm run lab:down/),
    });
    await first.release();
    await (await claimLab({ directory, command: 'rehearsal', emit })).release();
    expect(readdirSync(directory).filter((name) => name.startsWith('lab.json'))).toEqual([]);
  });

  test.each([
    ['there is none', undefined],
    ['its owner is dead', () => leave(gone)],
    ['its owner was killed while it wrote', () => writeFileSync(lockFile, '{"own')],
    ['its record is a list', () => writeFileSync(lockFile, '[]')],
    ['its record is null', () => writeFileSync(lockFile, 'null')],
    [
      'its record names nobody',
      () => writeFileSync(lockFile, '{ "owner": null, "command": "x", "since": "y" }'),
    ],
  ])('a folder is taken when %s', async (_, prepare) => {
    prepare?.();
    expect(readLab(directory).running).toBe(false);
    const claim = await claimLab({ directory, command: 'rehearsal', emit });
    expect(readLab(directory)).toMatchObject({ running: true, owner: identify(process.pid) });
    await claim.release();
  });

  test('of many that come at once upon a dead one exactly one gets it', async () => {
    leave(gone);
    const claims = await Promise.allSettled(
      Array.from({ length: 8 }, () => claimLab({ directory, command: 'rehearsal', emit })),
    );
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('what a lab tells of itself can be read by another command', async () => {
    const claim = await claimLab({ directory, command: 'lab up', emit });
    claim.publish({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4000' });
    expect(readLab(directory)).toMatchObject({ environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4000' } });
    await claim.release();
  });

  test('nothing is said of a dead lab that left nothing', async () => {
    leave(gone);
    const told: NewLabEvent[] = [];
    const claim = await claimLab({ directory, command: 'rehearsal', emit: (event) => void told.push(event) });
    expect(told).toEqual([]);
    await claim.release();
  });

  test('ending finds nothing to end where the owner is dead, and gives the folder free', async () => {
    leave(gone);
    expect(await endLab(directory, 1_000)).toEqual([]);
    expect(readdirSync(directory)).not.toContain('lab.json');
  });

  test('ending a folder that is not there makes none', async () => {
    expect(await endLab(join(directory, 'none'), 1_000)).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('a folder that cannot be one is refused in a sentence', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    await expect(claimLab({ directory: file, command: 'rehearsal', emit })).rejects.toMatchObject({
      code: 'LabFolderUnusable',
      message: expect.stringContaining(file),
    });
    await expect(endLab(file, 1_000)).rejects.toMatchObject({ code: 'LabFolderUnusable' });
  });
});
