import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { becomesReady } from '../../lab/machines/readiness';

/** Answers with each status once, and with the last one from then on. */
let server: Server;
let asked = 0;
async function serving(...statuses: number[]): Promise<string> {
  asked = 0;
  server = createServer((_request, response) => {
    response.statusCode = statuses[Math.min(asked, statuses.length - 1)] ?? 200;
    asked += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`;
}
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const never = new Promise<never>(() => undefined);

test('a service is ready when it has answered 200, and not before', async () => {
  const url = await serving(503, 503, 200);
  expect(await becomesReady(url, 10_000, never)).toBe('ready');
  expect(asked).toBe(3);
});

test('one whose time is over tells what it answered last', async () => {
  const url = await serving(503);
  expect(await becomesReady(url, 150, never)).toBe('503');
});

test('one that is not reached tells why', async () => {
  const url = await serving(200);
  await new Promise((resolve) => server.close(resolve));
  expect(await becomesReady(url, 0, never)).toMatch(/^nothing \(.*ECONNREFUSED/);
});

test('one whose end comes first is asked no more', async () => {
  const url = await serving(503);
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const outcome = becomesReady(url, 60_000, ended);
  while (asked === 0) await new Promise((resolve) => setImmediate(resolve));
  end();
  expect(await outcome).toBe('ended');
});
