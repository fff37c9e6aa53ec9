import { Periods, whole } from '../../lab/metrics/periods';
import { Pace } from '../../lab/pace';

const tenfold = new Pace(10);

test('A4: periods of 10, 30 and 60 s end at whole multiples of their length, as much faster as the pace says', () => {
  const periods = new Periods();
  const closed = [0, 1000, 2000, 3000, 4000, 5000, 6000].map((now) =>
    periods.closedBy(now, tenfold).map(({ seconds }) => seconds),
  );
  expect(closed).toEqual([[], [10], [10], [10, 30], [10], [10], [10, 30, 60]]);
});

test('a look that comes late finds each period that has ended since', () => {
  const periods = new Periods();
  periods.closedBy(500, tenfold);
  const closed = periods.closedBy(3500, tenfold);
  expect(closed.map(({ seconds, at }) => [seconds, at])).toEqual([
    [10, 0],
    [10, 1000],
    [10, 2000],
    [30, 0],
  ]);
});

test('what has no parts is of one period, as long as they are together', () => {
  const periods = new Periods();
  periods.closedBy(0, tenfold);
  expect(whole(periods.closedBy(13_000, tenfold), 60)).toEqual({ at: 0, length: 12_000 });
  expect(whole(periods.closedBy(13_500, tenfold), 60)).toBeUndefined();
});

test('no more is made up for than an alarm looks back on', () => {
  const periods = new Periods();
  periods.closedBy(0, tenfold);
  expect(periods.closedBy(3_600_000, tenfold).filter(({ seconds }) => seconds === 10)).toHaveLength(15);
});
