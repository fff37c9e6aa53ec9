/** What a request meets at the balancer: faults of its target, headers, counters and the log. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startBalancer } from '../../lab/balancer/haproxy-balancer';
import {
  balancerOptions,
  cleanUp,
  eventually,
  get,
  host,
  startedBalancer,
  startTarget,
  up,
  withTarget,
} from '../support/balancer-fixture';

jest.setTimeout(60_000);

test('a connection on which nothing was asked is no request, and has no answer', async () => {
  const { balancer } = await withTarget();
  for (let connections = 0; connections < 3; connections++) {
    const socket = connect(balancer.address.port, host);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    socket.destroy();
  }
  await get(balancer, '/');
  const { answers } = await balancer.counters();
  expect(answers).toEqual({ '1xx': 0, '2xx': 1, '3xx': 0, '4xx': 0, '5xx': 0 });
});

describe('faults of a target (D9)', () => {
  test.each([
    { path: '/reset', status: 502, what: 'resets the connection' },
    { path: '/close', status: 502, what: 'closes the connection' },
    { path: '/hang', status: 504, what: 'never answers' },
  ])('one that $what gives $status, and counts as one reset', async ({ path, status }) => {
    const { balancer } = await withTarget({ idleTimeout: 1 });
    await get(balancer, '/');
    expect(await get(balancer, path)).toMatchObject({ status });
    expect(await balancer.counters()).toMatchObject({
      requests: 2,
      answers: { '1xx': 0, '2xx': 1, '3xx': 0, '4xx': 0, '5xx': 1 },
      target5xx: 0,
      balancer5xx: 1,
      resets: 1,
      perTarget: { 'i-1': { requests: 2, http5xx: 0 } },
    });
  });

  test('one that resets within its answer counts as a reset, though the status was 200', async () => {
    const { balancer } = await withTarget();
    await expect(get(balancer, '/half')).rejects.toThrow('aborted');
    expect(await balancer.counters()).toMatchObject({ target5xx: 0, balancer5xx: 0, resets: 1 });
  });

  test('one whose port is closed gives 502, which is no reset', async () => {
    const { balancer, target } = await withTarget();
    target.server.closeAllConnections();
    await new Promise((resolve) => target.server.close(resolve));
    expect(await get(balancer, '/')).toMatchObject({ status: 502 });
    expect(await balancer.counters()).toMatchObject({ balancer5xx: 1, target5xx: 0, resets: 0 });
  });

  test('one that accepts no connection for 10 s gives 504', async () => {
    // A process that listens, stopped: the kernel completes as many connections as the backlog holds.
    const program = `require('net').createServer().listen({ port: 0, host: '${host}', backlog: 1 }, function () {
      console.log(this.address().port); process.kill(process.pid, 'SIGSTOP'); })`;
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    cleanUp(() => child.kill('SIGKILL'));
    const port = Number(await new Promise((resolve) => child.stdout.once('data', resolve)));
    for (let connections = 0; connections < 2; connections++) {
      const filler = connect(port, host);
      cleanUp(() => filler.destroy());
      await new Promise<void>((resolve) => filler.once('connect', resolve));
    }
    const balancer = await startedBalancer();
    await balancer.addTarget('i-1', { host, port });
    await eventually('judged', async () => (await balancer.probes()).get('i-1')?.outcome === 'failed');
    const begin = Date.now();
    expect(await get(balancer, '/')).toMatchObject({ status: 504 });
    expect(Date.now() - begin).toBeGreaterThanOrEqual(9_900);
    expect(await balancer.counters()).toMatchObject({ balancer5xx: 1, resets: 0 });
  });

  test.each([500, 503])('its own %i is passed on and counted as the target’s', async (status) => {
    const { balancer } = await withTarget();
    expect(await get(balancer, `/${status}`)).toMatchObject({ status });
    expect(await balancer.counters()).toMatchObject({
      target5xx: 1,
      balancer5xx: 0,
      resets: 0,
      perTarget: { 'i-1': { requests: 1, http5xx: 1 } },
    });
  });
});

describe('headers', () => {
  test('X-Forwarded-For, -Proto and -Port tell of the client, and the Host has its port (D6)', async () => {
    const { balancer, target } = await withTarget();
    const { port } = balancer.address;
    await get(balancer, '/', { host: 'example.org' });
    expect(target.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(port),
      host: `example.org:${port}`,
    });
    await get(balancer, '/', { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' });
    expect(target.headers).toMatchObject({
      'x-forwarded-for': '203.0.113.7, 127.0.0.1',
      'x-forwarded-proto': 'http',
      host: `127.0.0.1:${port}`,
    });
  });

  test('header names that ELBv2 calls invalid are dropped', async () => {
    const { balancer, target } = await withTarget();
    await get(balancer, '/', { x_user: 'root', 'x.user': 'root', 'x-user': 'me' });
    const names = target.rawHeaders.filter((_, index) => index % 2 === 0);
    expect(names).toContain('x-user');
    expect(names).not.toContain('x_user');
    expect(names).not.toContain('x.user');
  });

  test('more than 30 addresses in X-Forwarded-For are answered with 463 (D9)', async () => {
    const { balancer, target } = await withTarget();
    const addresses = (count: number) => Array.from({ length: count }, (_, i) => `192.0.2.${i}`).join(', ');
    expect(await get(balancer, '/', { 'x-forwarded-for': addresses(30) })).toMatchObject({ status: 200 });
    expect(await get(balancer, '/', { 'x-forwarded-for': addresses(31) })).toMatchObject({ status: 463 });
    expect(target.requests).toBe(1);
  });

  const id = '1-[0-9a-f]{8}-[0-9a-f]{24}';
  const root = 'Root=1-67891233-abcdef012345678912345678';
  test.each([
    { comes: undefined, goes: `^Root=${id}$` },
    { comes: 'CalledFrom=app', goes: `^Root=${id}$` },
    { comes: root, goes: `^Self=${id};${root}$` },
    { comes: `${root};CalledFrom=app`, goes: `^Self=${id};${root};CalledFrom=app$` },
    { comes: `Self=1-1-2;${root}`, goes: `^Self=${id};${root}$` },
    { comes: `${root};Self=1-1-2;Sampled=1`, goes: `^Self=${id};${root};Sampled=1$` },
    { comes: `${root};Long=${'x'.repeat(8000)}`, goes: `^Root=${id}$` },
  ])('X-Amzn-Trace-Id, case %#, has the fields that an ALB gives it (D7)', async ({ comes, goes }) => {
    const { balancer, target } = await withTarget();
    await get(balancer, '/', comes === undefined ? {} : { 'x-amzn-trace-id': comes });
    const trace = String(target.headers['x-amzn-trace-id']);
    expect(trace).toMatch(new RegExp(goes));
    const seconds = Number.parseInt(/1-([0-9a-f]{8})/.exec(trace)?.[1] ?? '', 16);
    expect(Math.abs(Date.now() / 1000 - seconds)).toBeLessThan(10);
  });
});

test('each request is a line of JSON in the log, whatever its path', async () => {
  const options = await balancerOptions();
  const balancer = await startBalancer(options);
  cleanUp(() => balancer.stop());
  const target = await startTarget();
  await balancer.addTarget('i-1', target.address);
  await up(balancer, 'i-1');
  await get(balancer, '/a"b\\c');
  const lines = () =>
    readFileSync(join(options.directory, 'haproxy.log'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'));
  await eventually('logged', () => lines().length === 1);
  expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
    status: 200,
    uri: '/a"b\\c',
    target: `${host}:${target.address.port}`,
    targetTime: expect.any(Number),
    termination: '--',
  });
});
