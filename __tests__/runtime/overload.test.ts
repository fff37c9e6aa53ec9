import { OverloadJudge, watchEventLoop } from '../../runtime/app/overload';

const threshold = 1_000;

function judgements(delays: readonly number[], threshold_ = threshold): boolean[] {
  const judge = new OverloadJudge(threshold_);
  return delays.map((delay) => {
    judge.judge(delay);
    return judge.shedding;
  });
}

test.each<[string, number[], boolean[]]>([
  [
    'a busy loop, late by tens of milliseconds, sheds nothing',
    [20, 80, 200, 200],
    [false, false, false, false],
  ],
  ['one long pause sheds nothing', [5_000, 0, 5_000, 0], [false, false, false, false]],
  ['two late windows in a row shed', [1_000, 1_000], [false, true]],
  ['just below the threshold is not late', [999, 999, 999], [false, false, false]],
  [
    'shedding goes on until the delay is below half the threshold',
    [1_500, 1_500, 700, 499],
    [false, true, true, false],
  ],
  [
    'after it ended, two late windows are needed again',
    [1_500, 1_500, 0, 1_500, 1_500],
    [false, true, false, false, true],
  ],
  [
    'a window that was not measured changes nothing',
    [1_500, Number.NaN, 1_500, Number.NaN],
    [false, false, true, true],
  ],
])('%s', (_title, delays, expected) => {
  expect(judgements(delays)).toEqual(expected);
});

test('a threshold of 0 never sheds', () => {
  expect(judgements([60_000, 60_000, 60_000], 0)).toEqual([false, false, false]);
});

test('requests that wait for their turn shed as a late loop does', async () => {
  const turns = { wait: 5_000 };
  let stop = () => {};
  const shed = await new Promise((resolve) => {
    stop = watchEventLoop(new OverloadJudge(threshold), turns, resolve);
    // The watch alone keeps no process alive.
    setTimeout(() => resolve('nothing'), 5_000).unref();
  });
  stop();
  expect(shed).toBe(true);
});
