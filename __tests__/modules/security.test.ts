import type { Control } from '../support/security/control';
import { controls } from '../support/security/controls';
import { synthesizeService } from './synthesize';

const byDefault = controls.filter(({ notByDefault }) => notByDefault === undefined);
const otherwise = controls.filter(({ notByDefault }) => notByDefault !== undefined);
const metBySettings = otherwise.flatMap((control) =>
  control.notByDefault?.metBy === undefined ? [] : [{ ...control, ...control.notByDefault.metBy }],
);

/** Each time anew, since some tests change it. */
const standard = () => synthesizeService();

test.each(byDefault)('$id holds by default: $title', ({ holds }) => {
  expect(holds(standard())).toBe(true);
});

test.each(otherwise)('$id, of which a reason says why it does not hold by default, does not', ({ holds }) => {
  expect(holds(standard())).toBe(false);
});

test.each(metBySettings)('$id holds with $words', ({ holds, props }) => {
  expect(holds(synthesizeService(props))).toBe(true);
});

const meeting = ({ notByDefault }: Control) => notByDefault?.metBy?.props ?? {};

test.each(byDefault.concat(otherwise.filter(({ notByDefault }) => notByDefault?.metBy !== undefined)))(
  '$id is seen to be broken where it is',
  (control) => {
    const configuration = synthesizeService(meeting(control));
    control.weaken(configuration);
    expect(control.holds(configuration)).toBe(false);
  },
);

test('no control is listed twice, and there are as many as were once', () => {
  expect(new Set(controls.map(({ id }) => id)).size).toBe(controls.length);
  expect(controls.length).toBeGreaterThanOrEqual(48);
});
