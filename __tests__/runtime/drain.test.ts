import { once } from 'node:events';
import { Agent, get as httpGet, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { drain } from '../../runtime/app/drain';
import { type Serving, serving } from './serving';

let app: Serving;
let agent: Agent;
let connections: Socket[];
/** Lets the requests to /slow be answered. */
let release: () => void;
/** Resolves once a request to /slow has arrived. */
let arrived: Promise<void>;

beforeEach(async () => {
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let arrive: () => void = () => {};
  arrived = new Promise((resolve) => {
    arrive = resolve;
  });
  app = await serving((router) => {
    router.get('/', (context) => {
      context.body = 'quick';
    });
    router.get('/slow', async (context) => {
      arrive();
      await released;
      context.body = 'slow';
    });
  });
  app.lifecycle.becomeReady();
  connections = [];
  app.server.on('connection', (connection: Socket) => connections.push(connection));
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});

afterEach(async () => {
  agent.destroy();
  await app.close();
});

async function keepAliveGet(path: string): Promise<IncomingMessage> {
  const [response] = (await once(
    httpGet({ host: '127.0.0.1', port: app.port, path, agent }),
    'response',
  )) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response;
}

test('a request in flight at the stop is answered, and its connection ends with it', async () => {
  const slow = keepAliveGet('/slow');
  await arrived;
  app.lifecycle.drain();
  const outcome = drain(app.server, 10_000);
  release();
  const response = await slow;
  expect(response.statusCode).toBe(200);
  expect(response.headers.connection).toBe('close');
  expect(await outcome).toBe('drained');
});

test('an idle connection may still be used once, and is told to close', async () => {
  expect((await keepAliveGet('/')).headers.connection).toBe('keep-alive');
  app.lifecycle.drain();
  const outcome = drain(app.server, 10_000);
  expect((await keepAliveGet('/')).headers.connection).toBe('close');
  expect(connections).toHaveLength(1);
  expect(await outcome).toBe('drained');
});

test('an idle connection that nobody uses is closed', async () => {
  await keepAliveGet('/');
  app.lifecycle.drain();
  expect(await drain(app.server, 10_000)).toBe('drained');
  expect(connections.map(({ destroyed }) => destroyed)).toEqual([true]);
});

test('no new connection is taken', async () => {
  app.lifecycle.drain();
  expect(await drain(app.server, 10_000)).toBe('drained');
  await expect(
    once(httpGet({ host: '127.0.0.1', port: app.port, path: '/' }), 'response'),
  ).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
});

test('what takes longer than the drain is cut', async () => {
  const slow = keepAliveGet('/slow');
  const cut = expect(slow).rejects.toMatchObject({ code: 'ECONNRESET' });
  await arrived;
  app.lifecycle.drain();
  expect(await drain(app.server, 50)).toBe('timed out');
  await cut;
  release();
});
