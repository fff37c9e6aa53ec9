import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noAnswers } from '../../lab/balancer/balancer';
import { EventStream } from '../../lab/events';
import type { Processes } from '../../lab/host/processes';
import { type Load, putLoad } from '../../lab/load/put-load';

const abOutput = readFileSync(join(__dirname, 'ab-outputs', 'all-answered.txt'), 'utf8');
const requests = Number(/Complete requests:\s+(\d+)/.exec(abOutput)?.[1]);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'load-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs of ab that end at once; the balancer's seconds that follow each of them say who answered. */
function setUp(perRun: readonly Record<string, number>[], expectation: Load['expectation'] = 'scales') {
  const events = new EventStream();
  const second = (perInstance: Record<string, number>) =>
    events.emit({
      type: 'requests',
      loadBalancer: 'web',
      total: 0,
      perInstance,
      answers: noAnswers,
      target5xx: 0,
      balancer5xx: 0,
      resets: 0,
    });
  let run = 0;
  const processes = {
    start: async (_name: string, _command: string, _args: string[], { logFile }: { logFile: string }) => {
      writeFileSync(logFile, abOutput);
      const served = perRun[run] ?? {};
      run += 1;
      setTimeout(() => second({}), 20);
      // The last requests of a run are in a second that ends after it.
      setTimeout(() => second(served), 40);
      return { ended: Promise.resolve('exit code 0'), stop: async () => undefined };
    },
  } as unknown as Processes;
  const load: Load = {
    url: 'http://127.0.0.1:8080/',
    requests,
    concurrency: 10,
    expectation,
    before: ['i-1'],
    directory,
    processes,
    signal: new AbortController().signal,
  };
  const results = () =>
    events.past.flatMap((event) => (event.type === 'load' && event.result ? [event.result.perInstance] : []));
  return { load, events, results };
}

test('it runs until an instance that was not there before has answered a tenth of a run', async () => {
  const { load, events, results } = setUp([
    { 'i-1': requests },
    { 'i-1': requests - requests / 20, 'i-2': requests / 20 },
    { 'i-1': requests / 2, 'i-2': requests / 10 },
    { 'i-2': requests },
  ]);
  await putLoad(load, events);
  expect(results()).toEqual([
    { 'i-1': requests },
    { 'i-1': requests - requests / 20, 'i-2': requests / 20 },
    { 'i-1': requests / 2, 'i-2': requests / 10 },
  ]);
});

test('it gives up after five runs', async () => {
  const { load, events, results } = setUp([]);
  await putLoad(load, events);
  expect(results()).toHaveLength(5);
});

test('where nothing is to scale it runs once', async () => {
  const { load, events, results } = setUp([{ 'i-1': requests }], 'stays');
  await putLoad(load, events);
  expect(results()).toEqual([{ 'i-1': requests }]);
});

test('where the balancer is not heard of any more, a run ends with what was seen of it', async () => {
  const { load } = setUp([], 'stays');
  const silent = new EventStream();
  const now = jest.spyOn(Date, 'now');
  // A clock that runs a second at every look.
  let time = 0;
  now.mockImplementation(() => (time += 1000));
  try {
    await putLoad(load, silent);
  } finally {
    now.mockRestore();
  }
  expect(
    silent.past.flatMap((event) => (event.type === 'load' && event.result ? [event.result.perInstance] : [])),
  ).toEqual([{}]);
});
