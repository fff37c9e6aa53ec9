/** Targets of the balancer, from their first check to their end; under load they come and go unnoticed. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  eventually,
  get,
  host,
  startedBalancer,
  startTarget,
  type Target,
  up,
  withTarget,
} from '../support/balancer-fixture';

jest.setTimeout(60_000);

test('with no registered target the answer is 503, the balancer’s, and no request counts (D9, D10)', async () => {
  const balancer = await startedBalancer();
  expect(await get(balancer, '/')).toMatchObject({ status: 503 });
  expect(await balancer.counters()).toMatchObject({ requests: 0, balancer5xx: 1, target5xx: 0, resets: 0 });
});

test('a new target gets nothing before its first passed check, and is in service after that one (D2)', async () => {
  const balancer = await startedBalancer({ healthCheck: { healthyThreshold: 5, unhealthyThreshold: 10 } });
  const target = await startTarget({ health: 503 });
  await balancer.addTarget('i-1', target.address);
  await eventually('checked twice', () => target.checks >= 2);
  expect(await get(balancer, '/')).toMatchObject({ status: 503 });
  expect((await balancer.probes()).get('i-1')).toEqual({ outcome: 'none', up: false });
  expect(target.requests).toBe(0);

  target.health = 200;
  const failedChecks = target.checks;
  await up(balancer, 'i-1');
  // One check passed; a second may have come between it and our look.
  expect(target.checks - failedChecks).toBeLessThanOrEqual(2);
  expect((await balancer.probes()).get('i-1')).toEqual({ outcome: 'passed', up: true });
  expect(await get(balancer, '/')).toEqual({ status: 200, body: 'hello' });
});

test('a new target beside a healthy one gets nothing before its first passed check (D2, D4)', async () => {
  const { balancer, target } = await withTarget();
  const second = await startTarget({ health: 503 });
  await balancer.addTarget('i-2', second.address);
  await eventually(
    'the second is judged',
    async () => (await balancer.probes()).get('i-2')?.outcome === 'failed',
  );
  for (let i = 0; i < 10; i++) expect(await get(balancer, '/')).toMatchObject({ status: 200 });
  expect(second.requests).toBe(0);
  expect(target.requests).toBe(10);
});

test('an unhealthy target leaves after its threshold and says why, and returns after the other (D1, D2)', async () => {
  const { balancer, target } = await withTarget({
    healthCheck: { unhealthyThreshold: 3, healthyThreshold: 2 },
  });
  const other = await startTarget();
  await balancer.addTarget('i-2', other.address);
  await up(balancer, 'i-2');

  target.health = 500;
  const passedChecks = target.checks;
  await eventually(
    'one failed check',
    async () => (await balancer.probes()).get('i-1')?.outcome === 'failed',
  );
  expect((await balancer.probes()).get('i-1')?.up).toBe(true);
  await eventually('down', async () => (await balancer.probes()).get('i-1')?.up === false);
  expect(target.checks - passedChecks).toBe(3);
  expect((await balancer.probes()).get('i-1')).toEqual({
    outcome: 'failed',
    up: false,
    reason: 'Target.ResponseCodeMismatch',
    description: 'Health checks failed with these codes: [500]',
  });
  const before = target.requests;
  for (let i = 0; i < 5; i++) await get(balancer, '/');
  expect(target.requests).toBe(before);

  target.health = 200;
  const failedChecks = target.checks;
  await up(balancer, 'i-1');
  expect(target.checks - failedChecks).toBe(2);
});

test('a target that does not answer its check in time failed by time-out (D1)', async () => {
  const balancer = await startedBalancer();
  const target = await startTarget({ health: undefined });
  await balancer.addTarget('i-1', target.address);
  await eventually('judged', async () => (await balancer.probes()).get('i-1')?.outcome === 'failed');
  expect((await balancer.probes()).get('i-1')).toEqual({
    outcome: 'failed',
    up: false,
    reason: 'Target.Timeout',
    description: 'Request timed out',
  });
});

test('with no healthy target the unhealthy ones get the requests, initial ones none (D4)', async () => {
  const { balancer, target } = await withTarget();
  target.health = 500;
  const initial = await startTarget({ health: 500 });
  await eventually('down', async () => (await balancer.probes()).get('i-1')?.up === false);
  await balancer.addTarget('i-2', initial.address);
  expect(await get(balancer, '/')).toEqual({ status: 200, body: 'hello' });
  expect(target.requests).toBe(1);
  expect(initial.requests).toBe(0);
  await eventually('judged', async () => (await balancer.probes()).get('i-2')?.outcome === 'failed');
  for (let i = 0; i < 4; i++) expect(await get(balancer, '/')).toMatchObject({ status: 200 });
  expect(initial.requests).toBe(2);
  expect((await balancer.counters()).perTarget).toMatchObject({
    'i-1': { requests: 3 },
    'i-2': { requests: 2 },
  });
});

test('a draining target finishes its request and gets no other (D3)', async () => {
  const { balancer, target } = await withTarget();
  const other = await startTarget();
  const slow = get(balancer, '/slow');
  await eventually('in flight', () => target.requests === 1);
  await balancer.addTarget('i-2', other.address);
  await up(balancer, 'i-2');
  await balancer.drainTarget('i-1');
  for (let i = 0; i < 5; i++) expect(await get(balancer, '/')).toMatchObject({ status: 200 });
  expect(target.requests).toBe(1);
  target.release();
  expect(await slow).toEqual({ status: 200, body: 'slow' });
  await balancer.removeTarget('i-1');
  expect([...(await balancer.probes()).keys()]).toEqual(['i-2']);
  expect(await balancer.counters()).toMatchObject({ balancer5xx: 0, resets: 0 });
});

test('a request in flight past the deregistration delay gets 502 (D3, D9)', async () => {
  const { balancer, target } = await withTarget();
  const slow = get(balancer, '/slow');
  await eventually('in flight', () => target.requests === 1);
  await balancer.drainTarget('i-1');
  await balancer.removeTarget('i-1');
  expect(await slow).toMatchObject({ status: 502 });
  expect(await balancer.counters()).toMatchObject({ balancer5xx: 1, target5xx: 0 });
});

test('a target added again while it drains starts over with its first check (D2, D3)', async () => {
  const { balancer, target } = await withTarget();
  await balancer.drainTarget('i-1');
  target.health = 500;
  const checks = target.checks;
  await balancer.addTarget('i-1', target.address);
  await eventually('checked again', () => target.checks > checks);
  expect((await balancer.probes()).get('i-1')?.up).toBe(false);
  expect(await get(balancer, '/')).toMatchObject({ status: 503 });
  target.health = 200;
  await up(balancer, 'i-1');
  expect(await get(balancer, '/')).toMatchObject({ status: 200 });
});

test('a slot’s next target is neither judged by nor charged with what the former did (D2)', async () => {
  const balancer = await startedBalancer();
  const good = await startTarget();
  const ids = Array.from({ length: 32 }, (_, index) => `i-${index}`);
  for (const id of ids) await balancer.addTarget(id, good.address);
  await expect(balancer.addTarget('i-one-more', good.address)).rejects.toMatchObject({
    code: 'TooManyTargets',
  });
  await up(balancer, ...ids);
  for (const _ of ids) await get(balancer, '/500');
  for (const id of ids) await balancer.removeTarget(id);
  const former = (await balancer.counters()).perTarget;
  expect(former).toMatchObject(Object.fromEntries(ids.map((id) => [id, { requests: 1, http5xx: 1 }])));

  const bad = await startTarget({ health: 500 });
  await balancer.addTarget('i-bad', bad.address);
  const verdict = async () => (await balancer.probes()).get('i-bad')?.outcome;
  await eventually('judged', async () => (await verdict()) !== 'none');
  expect(await verdict()).toBe('failed');
  await balancer.removeTarget('i-bad');

  const next = await startTarget();
  await balancer.addTarget('i-next', next.address);
  await up(balancer, 'i-next');
  expect(next.checks).toBeGreaterThanOrEqual(1);
  await get(balancer, '/');
  expect((await balancer.counters()).perTarget).toMatchObject({
    ...former,
    'i-bad': { requests: 0, http5xx: 0 },
    'i-next': { requests: 1, http5xx: 0 },
  });
});
test('targets come and go under load without one failed request (D2, D3)', async () => {
  const { balancer, target: first } = await withTarget();
  let draining: Target = first;
  const { port } = balancer.address;
  const load = promisify(execFile)('ab', ['-n', '20000', '-c', '50', `http://${host}:${port}/`]);
  let running = true;
  void load.finally(() => {
    running = false;
  });
  let changes = 0;
  for (let n = 2; running || changes < 2; n++) {
    const target = await startTarget();
    await balancer.addTarget(`i-${n}`, target.address);
    await up(balancer, `i-${n}`);
    if (running) await eventually('it serves', () => target.requests > 0 || !running);
    await balancer.drainTarget(`i-${n - 1}`);
    const former = draining;
    await eventually('the drained one has answered all it was given', async () => {
      const { perTarget } = await balancer.counters();
      return former.answered === perTarget[`i-${n - 1}`]?.requests;
    });
    await balancer.removeTarget(`i-${n - 1}`);
    draining = target;
    changes++;
  }
  const { stdout } = await load;
  expect(stdout).toMatch(/Complete requests: +20000/);
  expect(stdout).toMatch(/Failed requests: +0/);
  expect(stdout).not.toMatch(/Non-2xx/);
  const counters = await balancer.counters();
  expect(counters).toMatchObject({ target5xx: 0, balancer5xx: 0, resets: 0 });
  // At its end ab has requests under way that it neither needs nor counts, one per connection at most.
  expect(counters.requests).toBeGreaterThanOrEqual(20_000);
  expect(counters.requests).toBeLessThanOrEqual(20_050);
  const perTarget = Object.values(counters.perTarget).reduce((sum, { requests }) => sum + requests, 0);
  expect(perTarget).toBe(counters.requests);
  expect(Object.keys(counters.perTarget)).toHaveLength(changes + 1);
});
