import { cpuPercent, groupAverage } from '../../lab/metrics/cpu';

describe('CPU in percent of the machine', () => {
  test.each([
    ['half of half a core', 0.25, 1, 0.5, 50],
    ['all of it', 0.5, 1, 0.5, 100],
    ['more than it has, where nothing caps it', 0.9, 1, 0.5, 100],
    ['nothing', 0, 1, 0.5, 0],
    ['over two seconds', 0.5, 2, 0.5, 50],
    ['no time passed', 0.5, 0, 0.5, 0],
    ['a count that sank, as when a process has left it', -0.5, 1, 0.5, 0],
  ])('%s', (_title, seconds, elapsed, capacity, expected) => {
    const before = { at: 1_000, seconds: 3 };
    const after = { at: 1_000 + elapsed * 1000, seconds: 3 + seconds };
    expect(cpuPercent(before, after, capacity)).toBeCloseTo(expected, 9);
  });
});

test('an instance with fewer samples counts as much as the others', () => {
  const samples = new Map([
    ['i-1', [100, 100, 100, 100]],
    ['i-2', [0]],
  ]);
  expect(groupAverage(samples)).toBe(50);
});

test('without samples there is no datapoint, which is not zero', () => {
  expect(groupAverage(new Map())).toBeUndefined();
});
