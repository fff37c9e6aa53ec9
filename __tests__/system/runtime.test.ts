/** The app as a process: how it starts, where it listens, how it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleApp } from '../../runtime/bundle';

let folder: string;
let bundle: string;
const children: ChildProcess[] = [];

/** An app whose routes and preparation misbehave on request. */
const entry = `
import { serve } from ${JSON.stringify(resolve('runtime/app/serve'))};
// Waited for before anything is logged on which a test sends it: unawaited, the signal would end the process.
const signal = () => new Promise((resolve) => process.once('SIGUSR2', resolve));
const prepared = process.env.PREPARE === 'wait' ? signal() : undefined;
serve({
  async prepare() {
    if (process.env.PREPARE === 'reject') throw new Error('the database is not there');
    await prepared;
  },
  addRoutes(router) {
    router.get('/', (context) => { context.body = 'hello'; });
    router.get('/slow', async (context) => {
      const told = signal();
      context.log.info('arrived');
      await told;
      context.body = 'slow';
    });
    router.get('/crash', () => { setImmediate(() => { throw new Error('broken'); }); });
    router.get('/block', (context) => {
      const end = Date.now() + 400;
      while (Date.now() < end);
      context.body = 'blocked';
    });
  },
});
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'app-'));
  await writeFile(join(folder, 'main.ts'), entry);
  bundle = await bundleApp(join(folder, 'main.ts'), folder);
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
});

interface App {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** Resolves once a line with this message was logged; rejects when the app ends without one. */
  logged(message: string): Promise<Record<string, unknown>>;
}

function start(environment: Record<string, string>, command = [process.execPath, bundle]): App {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines: Record<string, unknown>[] = [];
  let waiting: (() => void)[] = [];
  const look = () => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts.map((line) => JSON.parse(line) as Record<string, unknown>));
    look();
  });
  let closed = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      closed = true;
      look();
      resolve(code);
    });
  });
  const logged = async (message: string) => {
    for (;;) {
      const line = lines.find(({ msg }) => String(msg).includes(message));
      if (line !== undefined) return line;
      if (closed) throw new Error(`the app ended and never logged ${message}: ${JSON.stringify(lines)}`);
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { child, ended, logged };
}

function get(socketPath: string, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject).end();
  });
}

test.each([
  ['a bad value', { PORT: 'eighty' }, /PORT is "eighty"; allowed are whole numbers from 0 to 65535/],
  [
    'an address that is not its own',
    { HOST: '192.0.2.1', PORT: '0' },
    /cannot listen on 192\.0\.2\.1:0: .*EADDRNOTAVAIL/,
  ],
  [
    'a folder that is not there',
    { SOCKET_PATH: '/nowhere/app.sock' },
    /cannot listen on \/nowhere\/app\.sock: /,
  ],
  ['a preparation that fails', { PORT: '0', PREPARE: 'reject' }, /the database is not there/],
])('%s ends it with exit code 1 and one line that says why', async (_title, environment, why) => {
  const app = start(environment);
  const line = await app.logged('could not start');
  expect(line).toMatchObject({ level: 'fatal', err: { message: expect.stringMatching(why) } });
  expect(await app.ended).toBe(1);
});

test('it is not ready until its preparation is done', async () => {
  const socket = join(folder, 'prepare.sock');
  const app = start({ SOCKET_PATH: socket, PREPARE: 'wait' });
  await app.logged('listening');
  expect(await get(socket, '/readyz')).toEqual({ status: 503, body: 'starting\n' });
  app.child.kill('SIGUSR2');
  await app.logged('ready');
  expect(await get(socket, '/readyz')).toEqual({ status: 200, body: 'ready\n' });
});

test('its ready file is there once it is ready, and not before', async () => {
  const readyFile = join(folder, 'it-is');
  const app = start({ SOCKET_PATH: join(folder, 'file.sock'), PREPARE: 'wait', READY_FILE: readyFile });
  await app.logged('listening');
  expect(existsSync(readyFile)).toBe(false);
  app.child.kill('SIGUSR2');
  await app.logged('ready');
  expect(existsSync(readyFile)).toBe(true);
});

test('a notice of interruption turns readyz to 503, while requests are answered', async () => {
  const [socket, notice] = [join(folder, 'notice.sock'), join(folder, 'interrupted')];
  const app = start({ SOCKET_PATH: socket, INTERRUPTION_FILE: notice });
  await app.logged('ready');
  await writeFile(notice, '{}');
  await app.logged('EC2 will interrupt this instance');
  expect(await get(socket, '/readyz')).toEqual({ status: 503, body: 'interrupted\n' });
  expect(await get(socket, '/')).toEqual({ status: 200, body: 'hello' });
});

test('SIGTERM answers what is in flight, ends with 0 and takes the socket away', async () => {
  const socket = join(folder, 'drain.sock');
  const app = start({ SOCKET_PATH: socket });
  await app.logged('ready');
  const slow = get(socket, '/slow');
  await app.logged('arrived');
  app.child.kill('SIGTERM');
  await app.logged('SIGTERM: draining');
  app.child.kill('SIGUSR2');
  expect(await slow).toEqual({ status: 200, body: 'slow' });
  await app.logged('drained');
  expect(await app.ended).toBe(0);
  expect(existsSync(socket)).toBe(false);
});

test('a second signal ends it at once', async () => {
  const socket = join(folder, 'second.sock');
  const app = start({ SOCKET_PATH: socket });
  await app.logged('ready');
  const slow = expect(get(socket, '/slow')).rejects.toMatchObject({ code: 'ECONNRESET' });
  await app.logged('arrived');
  app.child.kill('SIGTERM');
  await app.logged('draining');
  app.child.kill('SIGTERM');
  expect(await app.ended).toBe(1);
  await slow;
});

test('what is still in flight after DRAIN_SECONDS is cut, and said', async () => {
  const socket = join(folder, 'cut.sock');
  const app = start({ SOCKET_PATH: socket, DRAIN_SECONDS: '1' });
  await app.logged('ready');
  const slow = expect(get(socket, '/slow')).rejects.toMatchObject({ code: 'ECONNRESET' });
  await app.logged('arrived');
  app.child.kill('SIGTERM');
  await app.logged('still in flight after 1 s');
  expect(await app.ended).toBe(0);
  await slow;
});

test('an exception that nobody caught ends it with exit code 1', async () => {
  const socket = join(folder, 'crash.sock');
  const app = start({ SOCKET_PATH: socket });
  await app.logged('ready');
  await get(socket, '/crash').catch(() => undefined);
  expect(await app.logged('uncaught exception')).toMatchObject({
    level: 'fatal',
    err: { message: 'broken' },
  });
  expect(await app.ended).toBe(1);
});

test('the socket of a process that was killed is taken over, that of a living one is not', async () => {
  const socket = join(folder, 'stale.sock');
  const killed = start({ SOCKET_PATH: socket });
  await killed.logged('ready');
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(existsSync(socket)).toBe(true);

  const living = start({ SOCKET_PATH: socket });
  await living.logged('ready');
  const third = start({ SOCKET_PATH: socket });
  expect(await third.logged('could not start')).toMatchObject({
    err: { message: expect.stringContaining('EADDRINUSE') },
  });
  expect(await third.ended).toBe(1);
  expect(await get(socket, '/')).toEqual({ status: 200, body: 'hello' });
});

/** Does what systemd does: binds, hands over descriptor 3, and says which process it is meant for. */
const activate = `
import os, socket, sys
path, *command = sys.argv[1:]
listening = socket.socket(socket.AF_UNIX)
listening.bind(path)
listening.listen()
os.dup2(listening.fileno(), 3)
os.set_inheritable(3, True)
os.execve(command[0], command, {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"})
`;

test("it listens on the socket that systemd hands over, and leaves systemd's file in place", async () => {
  const socket = join(folder, 'systemd.sock');
  const app = start({ PATH: process.env.PATH ?? '' }, [
    'python3',
    '-c',
    activate,
    socket,
    process.execPath,
    bundle,
  ]);
  await app.logged("listening on systemd's descriptor 3");
  await app.logged('ready');
  expect(await get(socket, '/')).toEqual({ status: 200, body: 'hello' });
  app.child.kill('SIGTERM');
  expect(await app.ended).toBe(0);
  expect(existsSync(socket)).toBe(true);
});

test('a loop that stays late sheds requests, keeps answering health checks, and recovers', async () => {
  const socket = join(folder, 'overload.sock');
  const app = start({ SOCKET_PATH: socket, OVERLOAD_DELAY_MILLISECONDS: '100' });
  await app.logged('ready');
  let answer = await get(socket, '/block');
  while (answer.status === 200) answer = await get(socket, '/block');
  expect(answer).toEqual({ status: 503, body: 'overloaded\n' });
  expect(await app.logged('requests are shed')).toMatchObject({ level: 'warn' });
  expect((await get(socket, '/readyz')).status).toBe(200);
  await app.logged('no longer overloaded');
  expect((await get(socket, '/')).status).toBe(200);
});
