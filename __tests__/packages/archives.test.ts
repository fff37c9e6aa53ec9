import { archiveFile } from '../../lab/packages/archives';

const noble = 'http://archive.ubuntu.com/ubuntu';

test.each([
  `${noble}/pool/main/n/nginx/nginx_1.24.0-2ubuntu7_amd64.deb`,
  `${noble}/dists/noble/main/binary-amd64/by-hash/SHA256/${'0'.repeat(64)}`,
  'http://deb.debian.org/debian/pool/main/g/g++_1%3a2~3.deb',
])('%s never changes and is kept', (url) => {
  expect(archiveFile(url)).toEqual({ url, cachePath: url.slice('http://'.length) });
});

test.each([
  `${noble}/dists/noble/InRelease`,
  'http://security.debian.org/debian-security/dists/bookworm-security/InRelease',
])('%s changes and is fetched each time', (url) => {
  expect(archiveFile(url)).toEqual({ url });
});

test.each([
  ['another host', 'http://example.com/a.deb'],
  ['a host that only looks like one', 'http://archive.ubuntu.com.example.com/a.deb'],
  ['another port', 'http://archive.ubuntu.com:8080/a.deb'],
  ['HTTPS', 'https://archive.ubuntu.com/a.deb'],
  ['a query', `${noble}/a.deb?b`],
  ['a user', 'http://user@archive.ubuntu.com/a.deb'],
  ['a path without a host', '/latest/meta-data'],
  ['nonsense', 'http://'],
])('%s is no file of an archive', (_, url) => {
  expect(archiveFile(url)).toBeUndefined();
});

test('no path leads out of the cache', () => {
  expect(archiveFile(`${noble}/../../etc/a.deb`)?.cachePath).toBe('archive.ubuntu.com/etc/a.deb');
  expect(archiveFile(`${noble}/%2e%2e/%2e%2e/etc/a.deb`)?.cachePath).toBe('archive.ubuntu.com/etc/a.deb');
});
