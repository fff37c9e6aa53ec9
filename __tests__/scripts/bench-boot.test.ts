import { figuresOf, goalsOf, type Run, type Runs } from '../../scripts/bench-boot/figures';
import { type Marks, segmentsOf, toldPhases } from '../../scripts/bench-boot/timeline';

const marks: Marks = {
  machine: 100,
  systemd: 100.5,
  cloudInit: 101,
  phases: [
    { program: 'install', phase: 'packages', seconds: 4, at: 107 },
    { program: 'activate', phase: 'fetch', seconds: 1, at: 109 },
  ],
  firstAnswer: 110,
};
const sum = (segments: readonly { seconds: number }[]) =>
  segments.reduce((total, { seconds }) => total + seconds, 0);

test('a boot is a row of segments without a hole, from the machine’s start to the first 200', () => {
  expect(segmentsOf(marks)).toEqual([
    { name: 'machine starts', seconds: 0.5 },
    { name: 'systemd', seconds: 0.5 },
    { name: 'cloud-init', seconds: 2 },
    { name: 'install: packages', seconds: 4 },
    { name: 'between phases', seconds: 1 },
    { name: 'activate: fetch', seconds: 1 },
    { name: 'activate: start', seconds: 1 },
  ]);
});

test('what is still going on at the first 200 ends with it, and what comes later is not counted', () => {
  const segments = segmentsOf({ ...marks, firstAnswer: 105 });
  expect(segments.at(-1)).toEqual({ name: 'install: packages', seconds: 2 });
  expect(sum(segments)).toBe(5);
});

test('with nothing to do, cloud-init is the last segment', () => {
  expect(segmentsOf({ ...marks, phases: [] }).map(({ name }) => name)).toEqual([
    'machine starts',
    'systemd',
    'cloud-init',
  ]);
});

test('marks that clocks put in another order leave no segment below nothing', () => {
  const segments = segmentsOf({ ...marks, systemd: 99.9, cloudInit: 100.2 });
  expect(segments.every(({ seconds }) => seconds > 0)).toBe(true);
  expect(sum(segments)).toBe(10);
});

test('phases are read off a console, and belong to install until it says that it is done', () => {
  const console = [
    '[  12.3] cloud-init[138]: koa-boot: phase=units seconds=0.031 at=1795572661.724',
    '[  12.4] cloud-init[138]: koa-boot: installed',
    '[  12.5] koa-boot[940]: koa-boot: phase=units seconds=0.353 at=1795572662.511',
    'koa-boot: s3://bucket/key: answered 403; trying again',
  ].join('\n');
  expect(toldPhases(console)).toEqual([
    { program: 'install', phase: 'units', seconds: 0.031, at: 1_795_572_661.724 },
    { program: 'activate', phase: 'units', seconds: 0.353, at: 1_795_572_662.511 },
  ]);
  expect(toldPhases('koa-boot: phase=fetch seconds=0.1 at=3')).toMatchObject([{ program: 'activate' }]);
});

const run = (seconds: number, ...segments: Run['segments']): Run => ({ seconds, segments });
const runs = (change: Partial<Runs>): Runs => ({
  idle: [run(3)],
  stock: [run(15)],
  baked: [run(4)],
  ...change,
});
const missed = (of: Runs) => goalsOf(figuresOf(of)).flatMap(({ name, passed }) => (passed ? [] : name));

test.each([
  ['boots at the bounds', {}, []],
  ['a stock image above 15 s', { stock: [run(15.1)] }, ['stock']],
  ['a baked image above 4 s', { baked: [run(4.1)] }, ['baked']],
  ['an idle root however slow', { idle: [run(99)] }, []],
  ['no boot at all', { stock: [] }, ['stock']],
])('%s', (_what, change, expected) => {
  expect(missed(runs(change))).toEqual(expected);
});

test('of several boots the median counts, of each segment too; one that a boot did not have took it no time', () => {
  const stock = [run(9, { name: 'a', seconds: 1 }), run(1, { name: 'a', seconds: 5 }), run(5)];
  expect(figuresOf(runs({ stock })).stock).toEqual({ seconds: 5, segments: [{ name: 'a', seconds: 1 }] });
});
