import { Turns } from '../../runtime/app/turns';
import { serving } from './serving';

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test('requests that need little begin at once, however many', () => {
  const turns = new Turns();
  expect(Array.from({ length: 1_000 }, () => turns.enter())).toEqual(new Array(1_000).fill(undefined));
  expect(turns.wait).toBe(0);
});

test('once a turn has taken its time the next ones wait, and begin in the order in which they came', async () => {
  const turns = new Turns();
  turns.enter();
  busy(60);
  const begun: number[] = [];
  const waiting = [1, 2, 3].map((id) => turns.enter()?.then(() => begun.push(id)));
  expect(waiting).not.toContain(undefined);
  busy(5);
  expect(turns.wait).toBeGreaterThanOrEqual(5);
  await Promise.all(waiting);
  expect(begun).toEqual([1, 2, 3]);
  expect(turns.wait).toBe(0);
});

test('who comes while others wait does not overtake them', async () => {
  const turns = new Turns();
  turns.enter();
  busy(60);
  const begun: string[] = [];
  const early = turns.enter()?.then(() => begun.push('early'));
  const late = turns.enter()?.then(() => begun.push('late'));
  await Promise.all([early, late]);
  expect(begun).toEqual(['early', 'late']);
});

test('health checks are answered between requests that keep the loop busy, and none of those is lost', async () => {
  const app = await serving((router) =>
    router.get('/busy', (context) => {
      busy(30);
      context.body = 'done';
    }),
  );
  let answered = 0;
  const requests = Array.from({ length: 30 }, () => app.get('/busy').then(() => (answered += 1)));
  await Promise.race(requests);
  expect(await app.get('/healthz')).toMatchObject({ status: 200 });
  expect(answered).toBeLessThan(20);
  await Promise.all(requests);
  expect(answered).toBe(30);
  await app.close();
});
