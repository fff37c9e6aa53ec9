import {
  figuresOf,
  goalsOf,
  median,
  type Run,
  type Runs,
  type servers,
} from '../../scripts/bench-runtime/figures';
import { parseWrkOutput } from '../../scripts/bench-runtime/wrk-output';

const run = (requestsPerSecond: number, change: Partial<Run> = {}): Run => ({
  requestsPerSecond,
  p99: 20,
  cpuMicroseconds: 30,
  failed: 0,
  non2xx: 0,
  ...change,
});

/** Just within every bound. */
const atTheBounds: Runs = {
  ab: {
    nginx: [run(10_000, { cpuMicroseconds: 30 })],
    koa: [run(4_000)],
    'koa-workers': [run(6_000)],
    'nginx-koa': [run(6_000, { cpuMicroseconds: 90 })],
  },
  wrk: {
    nginx: [run(50_000)],
    koa: [run(9_000)],
    'koa-workers': [run(12_000)],
    'nginx-koa': [run(10_000)],
  },
};

const missed = (runs: Runs) => goalsOf(figuresOf(runs)).flatMap(({ name, passed }) => (passed ? [] : name));
const withRun = (tool: 'ab' | 'wrk', server: (typeof servers)[number], changed: Run): Runs => ({
  ...atTheBounds,
  [tool]: { ...atTheBounds[tool], [server]: [changed] },
});

test('figures at the bounds reach every goal', () => {
  expect(missed(atTheBounds)).toEqual([]);
});

test.each([
  ['slower than 0.6 of nginx in ab', withRun('ab', 'nginx', run(10_001)), /^ab: .* of nginx alone/],
  ['slower than 0.2 of nginx in wrk', withRun('wrk', 'nginx', run(50_001)), /^wrk: .* of nginx alone/],
  ['slower than 1.5 times Koa in ab', withRun('ab', 'koa', run(4_001)), /of Koa alone$/],
  [
    'more than 3 times the CPU',
    withRun('ab', 'nginx-koa', run(6_000, { cpuMicroseconds: 91 })),
    /^ab: CPU per request/,
  ],
  ['one request failed', withRun('wrk', 'koa', run(9_000, { failed: 1 })), /^requests failed/],
  [
    'one answer other than 2xx',
    withRun('ab', 'nginx-koa', run(6_000, { non2xx: 1, cpuMicroseconds: 90 })),
    /^requests failed/,
  ],
  ['no run at all', { ...atTheBounds, wrk: { ...atTheBounds.wrk, nginx: [] } }, /^wrk: /],
])('%s misses its goal, and no other', (_what, runs, goal) => {
  expect(missed(runs)).toEqual([expect.stringMatching(goal)]);
});

test('beside the goal that the load generator limits stands what nginx alone reached of Koa alone', () => {
  const ceilings = goalsOf(figuresOf(atTheBounds)).filter(({ ceiling }) => ceiling !== undefined);
  expect(ceilings).toEqual([
    expect.objectContaining({ name: expect.stringMatching(/of Koa alone$/), ceiling: 2.5, passed: true }),
  ]);
});

test('of several runs the median counts, and every failure', () => {
  const runs = withRun('ab', 'nginx', run(0));
  const figures = figuresOf({
    ...runs,
    ab: { ...runs.ab, nginx: [run(3), run(1, { failed: 2 }), run(100, { failed: 1, non2xx: 4 })] },
  });
  expect(figures.ab.nginx).toMatchObject({ requestsPerSecond: 3, failed: 3, non2xx: 4 });
  expect(median([9, 1, 5, 7, 3])).toBe(5);
});

const wrkReport = `Running 4s test @ http://127.0.0.1:1/
  1 threads and 100 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.31ms    2.41ms  36.63ms   91.14%
    Req/Sec   142.57k     8.30k  155.17k    77.50%
  Latency Distribution
     50%  531.00us
     75%    1.05ms
     90%    3.28ms
     99%   12.19ms
  568241 requests in 4.01s, 96.47MB read
Requests/sec: 141633.50
Transfer/sec:     24.05MB
`;

test('wrk’s report is read, with its units and its errors', () => {
  expect(parseWrkOutput(wrkReport)).toEqual({
    requests: 568_241,
    requestsPerSecond: 141_633.5,
    p99: 12.19,
    failed: 0,
    non2xx: 0,
  });
  const bad = wrkReport
    .replace('99%   12.19ms', '99%    1.50s')
    .replace(
      'Requests/sec',
      '  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 7\nRequests/sec',
    );
  expect(parseWrkOutput(bad)).toMatchObject({ p99: 1_500, failed: 10, non2xx: 7 });
});

test('what is no report is refused with what it says', () => {
  expect(() => parseWrkOutput('unable to connect to 127.0.0.1:1')).toThrow(/unable to connect/);
});
