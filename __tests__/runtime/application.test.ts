import { service } from '../../runtime/app/routes';
import type { Service } from '../../runtime/app/service';
import { type Serving, serving } from './serving';

let app: Serving;
afterEach(() => app.close());

const someRoutes: Service['addRoutes'] = (router) => {
  router.get('/ok', (context) => {
    context.body = { client: context.ip, secure: context.secure };
  });
  router.get('/refuses', (context) =>
    context.throw(422, 'quantity is above 10; order less', { expose: true }),
  );
  router.get('/breaks', () => {
    throw new Error('the password is hunter2');
  });
  router.get('/logs', (context) => {
    context.log.info('looked up');
    context.body = 'logged';
  });
};

describe('the page', () => {
  const served = { INSTANCE_ID: 'i-0123456789abcdef0', AVAILABILITY_ZONE: 'eu-west-1a' };
  beforeEach(async () => {
    app = await serving(service.addRoutes, served);
  });

  test.each([
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', 'text/html'],
    ['curl and ab', '*/*', 'application/json'],
    ['a program', 'application/json', 'application/json'],
    ['a program that asks for what there is not', 'image/png', 'application/json'],
    ['who prefers HTML a little', 'application/json;q=0.5, text/html;q=0.6', 'text/html'],
  ])('%s gets its form', async (_title, accept, type) => {
    const answer = await app.get('/', { accept });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`);
    expect(answer.body).toContain('i-0123456789abcdef0');
    expect(answer.headers).toMatchObject({ vary: 'Accept', 'cache-control': 'no-store' });
  });

  test('who sends no Accept gets JSON', async () => {
    expect(JSON.parse((await app.get('/')).body)).toEqual({
      instanceId: 'i-0123456789abcdef0',
      availabilityZone: 'eu-west-1a',
    });
  });

  test('HEAD is answered with the length and no body', async () => {
    const [head, get] = [await app.get('/', {}, 'HEAD'), await app.get('/')];
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });

  test.each([
    ['GET', '/nowhere', 404],
    ['POST', '/', 405],
  ])('%s %s is %i', async (method, path, status) => {
    expect((await app.get(path, {}, method)).status).toBe(status);
  });
});

describe('health', () => {
  beforeEach(async () => {
    app = await serving(someRoutes);
  });

  test('readyz is 503 while starting, 200 when ready, 503 while draining; healthz is always alive', async () => {
    const answers: [string, number, number][] = [];
    const look = async () => {
      const [ready, alive] = [await app.get('/readyz'), await app.get('/healthz')];
      answers.push([ready.body.trim(), ready.status, alive.status]);
    };
    await look();
    app.lifecycle.becomeReady();
    await look();
    app.lifecycle.drain();
    await look();
    app.lifecycle.becomeReady();
    await look();
    expect(answers).toEqual([
      ['starting', 503, 200],
      ['ready', 200, 200],
      ['draining', 503, 200],
      ['draining', 503, 200],
    ]);
  });

  test('readyz is 503 once EC2 gave notice, while requests are still answered and connections kept', async () => {
    app.lifecycle.becomeReady();
    app.lifecycle.interrupt();
    app.lifecycle.becomeReady();
    expect(await app.get('/readyz')).toMatchObject({ status: 503, body: 'interrupted\n' });
    const answer = await app.get('/ok', { Connection: 'keep-alive' });
    expect(answer).toMatchObject({ status: 200, headers: { connection: 'keep-alive' } });
    app.lifecycle.drain();
    app.lifecycle.interrupt();
    expect((await app.get('/readyz')).body).toBe('draining\n');
  });

  test('metrics tell the requests by class of status, and not the health checks', async () => {
    for (const path of ['/ok', '/ok', '/refuses', '/breaks', '/healthz', '/readyz']) await app.get(path);
    const { body } = await app.get('/metrics');
    expect(body).toContain('http_request_duration_seconds_count{status="2xx"} 2\n');
    expect(body).toContain('http_request_duration_seconds_count{status="4xx"} 1\n');
    expect(body).toContain('http_request_duration_seconds_count{status="5xx"} 1\n');
    expect(body).toContain('http_requests_in_flight 0\n');
    expect(body).toContain('nodejs_eventloop_lag_seconds');
  });

  test.each([
    '/metrics/',
    '/Metrics',
    '/metrics?',
    '/%6detrics',
    '/metrics\u00a0',
    '//metrics',
    '/x/../metrics',
  ])('metrics are not found by another spelling, which nginx would let through: %j', async (path) => {
    const answer = await app.raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
  });
});

test('metrics carry the name of the worker', async () => {
  app = await serving(someRoutes, { WORKER: '2' });
  await app.get('/ok');
  expect((await app.get('/metrics')).body).toContain('http_requests_in_flight{worker="2"} 0\n');
});

describe('overload', () => {
  beforeEach(async () => {
    app = await serving(someRoutes);
    app.lifecycle.becomeReady();
    app.overload.shedding = true;
  });

  test("the app's requests are shed with 503 and Retry-After, and counted", async () => {
    const answer = await app.get('/ok');
    expect(answer).toMatchObject({ status: 503, body: 'overloaded\n' });
    expect(answer.headers['retry-after']).toBe('2');
    const { body } = await app.get('/metrics');
    expect(body).toContain('http_requests_shed_total 1\n');
    expect(body).toContain('http_request_duration_seconds_count{status="5xx"} 1\n');
  });

  test('health routes are never shed', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) expect((await app.get(path)).status).toBe(200);
  });

  test('requests are answered again when it is over', async () => {
    app.overload.shedding = false;
    expect((await app.get('/ok')).status).toBe(200);
  });
});

describe('errors', () => {
  beforeEach(async () => {
    app = await serving(someRoutes);
  });

  test('a message meant for the sender reaches it and is not logged', async () => {
    expect(await app.get('/refuses')).toMatchObject({
      status: 422,
      body: 'quantity is above 10; order less',
    });
    expect(app.log).toEqual([]);
  });

  test('anything else is a bare 500, and a log line with the trace id', async () => {
    const answer = await app.get('/breaks', {
      'X-Amzn-Trace-Id': 'Root=1-67891233-abcdef012345678912345678',
    });
    expect(answer).toMatchObject({ status: 500, body: 'Internal Server Error' });
    expect(app.log).toHaveLength(1);
    expect(app.log[0]).toMatchObject({
      msg: 'request failed',
      traceId: 'Root=1-67891233-abcdef012345678912345678',
      request: { method: 'GET', path: '/breaks' },
      err: { message: 'the password is hunter2' },
    });
  });

  test("a route's own log lines carry the trace id", async () => {
    await app.get('/logs', { 'X-Amzn-Trace-Id': 'Root=1-67891233-abcdef012345678912345678' });
    expect(app.log).toMatchObject([
      { msg: 'looked up', traceId: 'Root=1-67891233-abcdef012345678912345678' },
    ]);
  });
});

test("the client's address and scheme are what the proxy in front says", async () => {
  app = await serving(someRoutes);
  const answer = await app.get('/ok', { 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': 'https' });
  expect(JSON.parse(answer.body)).toEqual({ client: '203.0.113.9', secure: true });
});
