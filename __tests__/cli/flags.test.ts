import { checkRehearseFlags, type NumberFlag, parseNumberFlag, type RehearseFlags } from '../../cli/flags';

test.each<[NumberFlag, string, number]>([
  ['--requests', '1', 1],
  ['--requests', '10000000', 10_000_000],
  ['--concurrency', '20000', 20_000],
  ['--cpu-target', '10', 10],
  ['--cpu-target', '12.5', 12.5],
  ['--speed', '1', 1],
  ['--speed', '2.5', 2.5],
  ['--port', '65535', 65_535],
])('%s %s is taken', (flag, value, expected) => {
  expect(parseNumberFlag(flag, value)).toBe(expected);
});

test.each<[NumberFlag, string, string]>([
  ['--requests', '0', 'a whole number from 1 to 10000000'],
  ['--requests', '1.5', 'a whole number from 1 to 10000000'],
  ['--requests', '1e3', 'a whole number from 1 to 10000000'],
  ['--requests', '', 'a whole number from 1 to 10000000'],
  ['--requests', ' 5', 'a whole number from 1 to 10000000'],
  ['--concurrency', '20001', 'a whole number from 1 to 20000'],
  ['--cpu-target', '0', 'a number from 1 to 100'],
  ['--cpu-target', '101', 'a number from 1 to 100'],
  ['--cpu-target', '50%', 'a number from 1 to 100'],
  ['--min', '-1', 'a whole number from 1 to 20'],
  ['--max', '21', 'a whole number from 1 to 20'],
  ['--speed', '61', 'a number from 1 to 60'],
  ['--speed', 'fast', 'a number from 1 to 60'],
  ['--port', '80', 'a whole number from 1024 to 65535'],
])('%s %j is refused with the flag, the value and the range', (flag, value, range) => {
  expect(() => parseNumberFlag(flag, value)).toThrow(
    expect.objectContaining({
      code: 'FlagInvalid',
      message: `${flag} is ${JSON.stringify(value)}; give ${range}`,
    }),
  );
});

const flags: RehearseFlags = { requests: 1000, speed: 10, expect: 'scales' };

test.each<[Partial<RehearseFlags>, RegExp]>([
  [{ concurrency: 1001 }, /--concurrency is 1001, above --requests 1000/],
  [{ min: 3, max: 2 }, /--min is 3, above --max 2/],
  [{ min: 2, max: 2 }, /--min and --max are both 2/],
  [{ bake: true, machines: 'process' }, /--bake makes an image that machines boot from/],
  [{ bake: true, expect: 'stays' }, /--expect stays adds none/],
])('%j contradicts itself', (change, message) => {
  expect(() => checkRehearseFlags({ ...flags, ...change })).toThrow(message);
});

test.each<Partial<RehearseFlags>>([
  {},
  { concurrency: 1000 },
  { min: 2 },
  { min: 1, max: 2 },
  { min: 2, max: 2, expect: 'stays' },
  { bake: true, machines: 'booted' },
])('%j goes together', (change) => {
  expect(() => checkRehearseFlags({ ...flags, ...change })).not.toThrow();
});
