import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contextOf, type SettingsFlags } from '../../lab/rehearsal-settings';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'project-'));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function settings(capacity: object, flags: Partial<SettingsFlags> = {}) {
  const service = { name: 'shop', region: 'eu-central-1', ...capacity };
  writeFileSync(join(project, 'cdktf.json'), JSON.stringify({ context: { service } }));
  return () => contextOf({ projectDirectory: project, expectation: 'scales', ...flags }).settings.service;
}

const oneToTwo = { minCapacity: 1, maxCapacity: 2 };

test('flags are laid over the service', () => {
  expect(settings(oneToTwo, { min: 2, max: 4 })()).toMatchObject({ minCapacity: 2, maxCapacity: 4 });
});

test.each<[string, object, Partial<SettingsFlags>, string]>([
  ['--max at the minCapacity', oneToTwo, { max: 1 }, 'both capacities are 1'],
  ['--min at the maxCapacity', oneToTwo, { min: 2 }, 'both capacities are 2'],
  ['a service of one size', { minCapacity: 3, maxCapacity: 3 }, {}, 'both capacities are 3'],
  ['--min above the maxCapacity', oneToTwo, { min: 3 }, '--min is 3, above maxCapacity 2'],
  ['--max below the minCapacity', { minCapacity: 4 }, { max: 3 }, '--max is 3, below minCapacity 4'],
  [
    'a service that nothing scales',
    { cpuTarget: 'none', scaling: { withoutPolicy: true } },
    {},
    'scaling.withoutPolicy; say --expect stays',
  ],
  ['more instances than the balancer has slots', { maxCapacity: 33 }, {}, 'room for 32 targets'],
])('%s is wrong usage, told before anything is started', (_, capacity, flags, words) => {
  const message = expect.stringContaining(words);
  expect(settings(capacity, flags)).toThrow(expect.objectContaining({ code: 'FlagInvalid', message }));
});

test('what is not to scale may have one size', () => {
  expect(settings(oneToTwo, { max: 1, expectation: 'stays' })()).toMatchObject({ maxCapacity: 1 });
});

test('a cdktf.json that is wrong by itself is no wrong flag', () => {
  expect(settings({ minCapacity: 3, maxCapacity: 2 }, { max: 2 })).toThrow(
    expect.objectContaining({ code: 'CapacityInverted' }),
  );
});
