import { canRedraw, isColoured } from '../../cli/view/terminal';

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ TERM: 'dumb' }, true, false],
  [{ CI: 'true' }, false, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
])('with %j, colours on a terminal (%j): %j', (env, isTTY, expected) => {
  expect(isColoured(env, isTTY)).toBe(expected);
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ TERM: 'dumb' }, true, false],
  [{ CI: 'true' }, true, false],
  [{ CI: 'false' }, true, true],
  [{ NO_COLOR: '1' }, true, true],
  [{ FORCE_COLOR: '1' }, false, false],
])('with %j, redrawing on a terminal (%j): %j', (env, isTTY, expected) => {
  expect(canRedraw(env, isTTY)).toBe(expected);
});
