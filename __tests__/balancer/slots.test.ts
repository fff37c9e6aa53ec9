import { nextSlot } from '../../lab/balancer/slots';

/** Four slots over 4 s, HAProxy started at 1,000,000: slot 1 is checked at 0, 4, 8 s, slot 2 at 1, 5, 9 s. */
const startedAt = 1_000_000;
const unused = [1, 2, 3, 4].map((slot) => ({ slot, usedBefore: false }));
const at = (seconds: number, free = unused) =>
  nextSlot(free, startedAt + seconds * 1000, startedAt, 4_000, 4);

test.each([
  { seconds: 0, slot: 2 },
  { seconds: 0.9, slot: 2 },
  // Too late to enable the one whose turn comes in 20 ms.
  { seconds: 0.98, slot: 3 },
  { seconds: 3.5, slot: 1 },
  { seconds: 4.5, slot: 2 },
  { seconds: 402.5, slot: 4 },
])('$seconds s after the start the next to be checked is slot $slot', ({ seconds, slot }) => {
  expect(at(seconds)).toBe(slot);
});

test('a slot that is taken is passed over', () => {
  expect(
    at(
      0.5,
      [unused[0], unused[3]].filter((use) => use !== undefined),
    ),
  ).toBe(4);
});

test('a slot that was used, whose turn is not known any more, comes last', () => {
  const free = unused.map(({ slot }) => ({ slot, usedBefore: slot !== 1 }));
  expect(at(0.5, free)).toBe(1);
});

test('with no slot free there is none', () => {
  expect(at(1, [])).toBeUndefined();
});
