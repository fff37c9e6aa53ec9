import type { Group, Instance } from '../../lab/autoscaling/model';
import { selectForTermination } from '../../lab/autoscaling/termination-policy';

const now = Date.parse('2026-11-24T12:00:00Z');
const minutes = 60_000;

/** @param age minutes since launch */
function instance(
  id: string,
  zone: string,
  {
    age = 10,
    version = '1',
    isProtected = false,
  }: { age?: number; version?: string; isProtected?: boolean } = {},
): Instance {
  return {
    id,
    subnet: { id: `subnet-${zone}`, zone },
    launchedAt: now - age * minutes,
    launchTemplate: { id: 'lt-1', name: 'web', version },
    protectedFromScaleIn: isProtected,
  } as Instance;
}

const chosen = (terminationPolicies: readonly string[], candidates: readonly Instance[]) =>
  selectForTermination({ terminationPolicies } as Group, candidates, now)?.id;

describe('the zone with most instances gives one up first (rule B11)', () => {
  test.each<[string, string[], Instance[], string | undefined]>([
    [
      'whatever the policy',
      ['OldestInstance'],
      [
        instance('i-1', 'a', { age: 90 }),
        instance('i-2', 'b', { age: 20 }),
        instance('i-3', 'b', { age: 10 }),
      ],
      'i-2',
    ],
    [
      'protected instances make a zone full as well',
      ['OldestInstance'],
      [
        instance('i-1', 'a', { age: 90 }),
        instance('i-2', 'b', { age: 20, isProtected: true }),
        instance('i-3', 'b', { age: 10 }),
      ],
      'i-3',
    ],
    [
      'a zone of protected instances alone gives nobody up',
      [],
      [
        instance('i-1', 'a'),
        instance('i-2', 'b', { isProtected: true }),
        instance('i-3', 'b', { isProtected: true }),
      ],
      'i-1',
    ],
    [
      'B14: with all of them protected nobody goes',
      [],
      [instance('i-1', 'a', { isProtected: true })],
      undefined,
    ],
    ['of none, nobody', [], [], undefined],
  ])('%s', (_title, policies, candidates, expected) => {
    expect(chosen(policies, candidates)).toBe(expected);
  });
});

describe('within the zone the policies decide, in their order', () => {
  const old = instance('i-old', 'a', { age: 130, version: '3' });
  const late = instance('i-late', 'a', { age: 58, version: '2' });
  const fresh = instance('i-fresh', 'a', { age: 5, version: '10' });

  test.each<[string, string[], string]>([
    ['by default the oldest launch template version', [], 'i-late'],
    ['and the same where Default is named', ['Default'], 'i-late'],
    ['the oldest instance', ['OldestInstance'], 'i-old'],
    ['the newest instance', ['NewestInstance'], 'i-fresh'],
    ['the oldest launch template, by number and not by text', ['OldestLaunchTemplate'], 'i-late'],
    ['the one closest to its next hour', ['ClosestToNextInstanceHour'], 'i-late'],
    [
      'a policy that has nothing to compare leaves it to the next',
      ['AllocationStrategy', 'OldestInstance'],
      'i-old',
    ],
  ])('%s', (_title, policies, expected) => {
    expect(chosen(policies, [fresh, old, late])).toBe(expected);
  });

  test('of the same version, the one closest to its next hour', () => {
    const candidates = [instance('i-1', 'a', { age: 70 }), instance('i-2', 'a', { age: 55 })];
    expect(chosen([], candidates)).toBe('i-2');
  });

  test('an instance that has just begun an hour is the furthest from its next', () => {
    const candidates = [instance('i-1', 'a', { age: 60 + 0.5 / 60 }), instance('i-2', 'a', { age: 30 })];
    expect(chosen(['ClosestToNextInstanceHour'], candidates)).toBe('i-2');
  });

  test('equals are told apart by their ids, so that the choice is always the same', () => {
    expect(chosen(['OldestInstance'], [instance('i-2', 'a'), instance('i-1', 'a')])).toBe('i-1');
  });
});
