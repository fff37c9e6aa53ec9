import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildReport } from '../../lab/report/report';
import { sparkline } from '../../lab/report/sparkline';
import { summarize } from '../../lab/report/summary';
import { writeReport } from '../../lab/report/write-report';
import { at, first, goodStory, settings } from './story';

test('the summary opens with the outcome and says what backs it', () => {
  const text = summarize(buildReport(goodStory(), settings));
  expect(text).toMatch(/^# Rehearsal passed\n/);
  expect(text).toContain('- ✓ The group went from its minimum of 1 to 2 in service.');
  expect(text).toContain('1 → 2. CPU 92 % is above 50 %');
  expect(text).toContain('92 s: check 2.0 s, apply 87 s, between phases 3.0 s.');
});

test('boots are told where machines boot, and nowhere else', () => {
  const story = goodStory();
  expect(summarize(buildReport(story, settings))).not.toContain('## Boots');
  const phases = [
    at(65, { type: 'boot-phase', instanceId: first, phase: 'system', seconds: 3.8984 }),
    at(69, { type: 'boot-phase', instanceId: first, phase: 'packages', seconds: 4 }),
  ];
  const text = summarize(buildReport([...story, ...phases], settings));
  expect(text).toContain(`## Boots\n\n- ${first}: 7.9 s: system 3.9 s, packages 4.0 s`);
});

test('the steps of an instance refresh are told, where there was one', () => {
  const story = goodStory();
  expect(summarize(buildReport(story, settings))).not.toContain('## Instance refreshes');
  const refresh = { type: 'refresh', group: 'web', refreshId: 'r-1' } as const;
  const started = { ...refresh, status: 'InProgress', percentageComplete: 0, instancesToUpdate: 2 } as const;
  const failed = { ...started, status: 'Failed', reason: 'The alarm errors is in ALARM.' } as const;
  const report = buildReport(story.toSpliced(1, 0, at(1, started), at(2, failed)), settings);
  expect(report.refreshes).toEqual([
    { at: 1, refreshId: 'r-1', status: 'InProgress', percentageComplete: 0, instancesToUpdate: 2 },
    expect.objectContaining({ at: 2, status: 'Failed', reason: 'The alarm errors is in ALARM.' }),
  ]);
  const text = summarize(report);
  expect(text).toContain(
    '- 1.0 s: InProgress, 0 %, 2 to update.\n- 2.0 s: Failed, 0 %, 2 to update. The alarm',
  );
});

test('a failed condition is marked', () => {
  const text = summarize(buildReport(goodStory({ failed: 3 }), settings));
  expect(text).toMatch(/^# Rehearsal failed\n/);
  expect(text).toContain('- ✗ Failed requests: 3 in 1 run of ab.');
});

test('every table has as many cells in a row as in its head', () => {
  const tables = summarize(buildReport(goodStory(), settings))
    .split('\n\n')
    .filter((part) => part.startsWith('|'));
  expect(tables).toHaveLength(3);
  for (const table of tables) {
    const cells = table
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').length);
    expect(new Set(cells).size).toBe(1);
  }
});

test('a rehearsal that broke at once has a summary too', () => {
  expect(summarize(buildReport([], settings))).toContain('No request was answered.');
});

test.each([
  [[0, 50, 100], 100, 3, '▁▅█'],
  [[0, 0, 100, 0], 100, 2, '▁█'],
  [[1, 2], 2, 60, '▅█'],
  [[250], 100, 5, '█'],
  [[], 100, 5, ''],
])('%j up to %d in %d columns is %s', (values, top, width, expected) => {
  expect(sparkline(values, top, width)).toBe(expected);
});

test('both files are written whole, and a second report replaces the first', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  try {
    const directory = join(folder, '.lab');
    const report = buildReport(goodStory(), settings);
    writeReport(directory, buildReport([], settings));
    const files = writeReport(directory, report);
    expect(JSON.parse(readFileSync(files.json, 'utf8'))).toEqual(JSON.parse(JSON.stringify(report)));
    expect(existsSync(files.markdown)).toBe(true);
    expect(readdirSync(directory).sort()).toEqual(['report.json', 'report.md']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
