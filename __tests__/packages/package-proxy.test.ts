import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { PackageProxy } from '../../lab/packages/package-proxy';

let directory: string;
let servers: Server[];
/** What the archive was asked for, in order. */
let asked: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'packages-'));
  servers = [];
  asked = [];
});
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(directory, { recursive: true });
});

async function listen(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The proxy in front of an archive of the test's own, which it takes for a proxy that leads there. */
async function proxyTo(archive: RequestListener) {
  const upstream = await listen((incoming, outgoing) => {
    asked.push(incoming.url ?? '');
    archive(incoming, outgoing);
  });
  const proxy = new PackageProxy({ directory, upstream: `http://127.0.0.1:${upstream}` });
  return { proxy, port: await listen(proxy.handler) };
}

function ask(port: number, path: string, method = 'GET', headers: Record<string, string> = {}) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const onward = request({ host: '127.0.0.1', port, path, method, headers }, async (answer) => {
      try {
        resolve({ status: answer.statusCode ?? 0, body: await text(answer) });
      } catch (error) {
        reject(error);
      }
    });
    onward.once('error', reject);
    onward.end();
  });
}

const package_ = 'http://archive.ubuntu.com/ubuntu/pool/main/n/nginx/nginx_1_amd64.deb';
const release = 'http://archive.ubuntu.com/ubuntu/dists/noble/InRelease';

/** Whoever asked has their answer a moment before the proxy is done with the disk. */
async function untilKept(names: readonly string[]): Promise<void> {
  const kept = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  while (kept().join() !== names.join()) await sleep(5);
}

test('a package is fetched once, however often instances ask for it', async () => {
  const { port } = await proxyTo((_, outgoing) => outgoing.end('a package'));
  expect(await ask(port, package_)).toEqual({ status: 200, body: 'a package' });
  await untilKept([basename(package_)]);
  expect(await ask(port, package_)).toEqual({ status: 200, body: 'a package' });
  expect(asked).toEqual([package_]);
});

test('what changes is asked for each time, with the condition that apt asks under', async () => {
  const { port } = await proxyTo((incoming, outgoing) => {
    outgoing.writeHead(incoming.headers['if-modified-since'] === 'then' ? 304 : 200).end();
  });
  expect((await ask(port, release)).status).toBe(200);
  expect((await ask(port, release, 'GET', { 'if-modified-since': 'then' })).status).toBe(304);
  expect(asked).toEqual([release, release]);
});

test('a package whose download broke off is not kept', async () => {
  const { port } = await proxyTo((incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-length': 100 });
    outgoing.write('half');
    setImmediate(() => incoming.socket.destroy());
  });
  await expect(ask(port, package_)).rejects.toThrow();
  await expect(ask(port, package_)).rejects.toThrow();
  expect(asked).toHaveLength(2);
  await untilKept([]);
});

test.each([
  ['another host', 'GET', 'http://example.com/a.deb'],
  ['another method', 'POST', package_],
])('%s is refused with a sentence', async (_, method, url) => {
  const { port } = await proxyTo((_incoming, outgoing) => outgoing.end());
  expect(await ask(port, url, method)).toEqual({
    status: 403,
    body: `${method} ${url}: from here only files of the Ubuntu and Debian archives can be had\n`,
  });
  expect(asked).toEqual([]);
});

test("an error of the archive's is passed on and not kept", async () => {
  const { port } = await proxyTo((_, outgoing) => outgoing.writeHead(404).end('no such package'));
  expect(await ask(port, package_)).toEqual({ status: 404, body: 'no such package' });
  await ask(port, package_);
  expect(asked).toHaveLength(2);
});

test('while the archive is cut off on purpose, even what is kept can not be had', async () => {
  const { proxy, port } = await proxyTo((_, outgoing) => outgoing.end('a package'));
  await ask(port, package_);
  proxy.reachable = false;
  expect((await ask(port, package_)).status).toBe(503);
  proxy.reachable = true;
  expect((await ask(port, package_)).status).toBe(200);
});
