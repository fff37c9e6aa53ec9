/** The real ab against small servers of our own. */
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { processRecord } from '../../lab/host/lock';
import { Processes } from '../../lab/host/processes';
import { runAb } from '../../lab/load/ab';
import { testFolders } from '../../scripts/test-folders';

let folder: string;
let processes: Processes;
const closers: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = testFolders.make('load');
  processes = new Processes(processRecord(folder));
});

afterEach(async () => {
  await processes.stopAll();
  for (const close of closers.splice(0)) await close();
  testFolders.remove(folder);
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function load(url: string, signal?: AbortSignal) {
  const outputFile = join(folder, 'ab.txt');
  return runAb(processes, { run: 1, requests: 300, concurrency: 10, url, outputFile, signal });
}

test('every request is made and counted, and the output is kept', async () => {
  let answered = 0;
  const url = await serve((_, response) => {
    answered += 1;
    response.end('hello');
  });
  const result = await load(url);
  expect(result).toMatchObject({ run: 1, requests: 300, completed: 300, failed: 0, non2xx: 0 });
  expect(result.aborted).toBeUndefined();
  expect(answered).toBe(300);
  expect(readFileSync(result.outputFile, 'utf8')).toContain('Complete requests:      300');
});

test('answers of another length are failures, 503 is counted as non-2xx', async () => {
  let count = 0;
  const url = await serve((_, response) => {
    count += 1;
    response.statusCode = count % 3 === 0 ? 503 : 200;
    response.end(count % 10 === 0 && response.statusCode === 200 ? 'longer' : 'hello');
  });
  const result = await load(url);
  expect(result.non2xx).toBe(100);
  expect(result.failed).toBe(20);
  expect(result.failures.length).toBe(20);
});

test('a reset connection makes ab give up, and that is a failed result', async () => {
  let count = 0;
  const url = await serve((request, response) => {
    count += 1;
    if (count === 100) request.socket.resetAndDestroy();
    else response.end('hello');
  });
  const result = await load(url);
  expect(result.aborted).toMatch(/^ab gave up after \d+ of 300 requests: apr_socket_recv: Connection reset/);
  expect(result.failed).toBe(300 - result.completed);
  expect(result.failed).toBeGreaterThan(0);
});

test('nobody listening is a failed result', async () => {
  const url = await serve((_, response) => response.end());
  for (const close of closers.splice(0)) await close();
  await expect(load(url)).resolves.toMatchObject({ completed: 0, failed: 300 });
});

test('an abort ends ab at once', async () => {
  const controller = new AbortController();
  const url = await serve(() => controller.abort());
  await expect(load(url, controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
});
