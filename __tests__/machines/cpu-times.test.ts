import { cpuSecondsOfGroups, parsePsLine, parseStat } from '../../lab/machines/cpu-times';

test.each([
  [
    'its own time and that of the children it waited for',
    '77 (nginx) S 1 76 76 0 -1 4194624 100 0 0 0 150 50 30 20 20 0 1 0 12345 5 6',
    { group: 76, ticks: 250 },
  ],
  [
    'a name with brackets and spaces is skipped',
    '78 (a) b (c) R 1 9 9 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 1 1 1',
    { group: 9, ticks: 3 },
  ],
])('/proc/<pid>/stat: %s', (_title, stat, expected) => {
  expect(parseStat(stat)).toEqual(expected);
});

test.each([
  ['  501   0:02.34', { group: 501, seconds: 2.34 }],
  ['    1  12:00.50', { group: 1, seconds: 720.5 }],
  ['  501   1:00:02.00', { group: 501, seconds: 3602 }],
  ['', undefined],
])('ps: %j', (line, expected) => {
  expect(parsePsLine(line)).toEqual(expected);
});

test('no group uses no time', async () => {
  expect(await cpuSecondsOfGroups(new Set())).toBe(0);
});
