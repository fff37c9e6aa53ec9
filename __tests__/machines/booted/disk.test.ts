import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Disk } from '../../../lab/machines/booted/disk';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'disk-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const layersOf = (disk: Disk) =>
  readFileSync(join(disk.folder, 'layers', 'order'), 'utf8')
    .split(':')
    .map((link) => readlinkSync(join(disk.folder, link)));

test('what is written lies in its own layer, user data for root alone', async () => {
  const disk = await Disk.create(join(folder, 'i-1'), ['/images/base']);
  await disk.write(
    new Map([
      ['etc/a', 'A'],
      ['var/lib/cloud/seed/nocloud/user-data', 'secret'],
    ]),
  );
  expect(readFileSync(join(disk.folder, 'upper/etc/a'), 'utf8')).toBe('A');
  expect(statSync(join(disk.folder, 'upper/var/lib/cloud/seed/nocloud/user-data')).mode & 0o777).toBe(0o600);
  expect(layersOf(disk)).toEqual(['/images/base']);
});

test('an image is its own layer moved away; the disk goes on on top of it', async () => {
  const disk = await Disk.create(join(folder, 'i-1'), ['/images/base']);
  await disk.write(new Map([['etc/a', 'A']]));
  const image = join(folder, 'images', 'ami-1');
  const frozen = await disk.freeze(image);
  expect(readFileSync(join(image, 'etc/a'), 'utf8')).toBe('A');
  expect(layersOf(frozen)).toEqual([image, '/images/base']);
  expect(existsSync(join(disk.folder, 'upper/etc/a'))).toBe(false);
  await frozen.write(new Map([['etc/b', 'B']]));
  expect(existsSync(join(image, 'etc/b'))).toBe(false);
});

test('a new disk holds nothing of one that was there before, and removal leaves the logs', async () => {
  const disk = await Disk.create(join(folder, 'i-1'), ['/images/base']);
  await disk.write(new Map([['etc/a', 'A']]));
  mkdirSync(join(disk.folder, 'logs'));
  const next = await Disk.create(join(folder, 'i-1'), ['/images/base']);
  expect(existsSync(join(next.folder, 'upper/etc/a'))).toBe(false);
  await next.remove();
  expect(existsSync(join(disk.folder, 'upper'))).toBe(false);
  expect(existsSync(join(disk.folder, 'logs'))).toBe(true);
});
