import { type Choice, chooseMachines, type Host, withoutBoot } from '../../lab/machines/choice';

const able: Host = { platform: 'linux', isRoot: true, architecture: 'amd64' };

test.each<[string, Partial<Host>, 'amd64' | 'arm64', Choice['kind']]>([
  ['root on Linux', {}, 'amd64', 'booted'],
  ['a user on Linux', { isRoot: false }, 'amd64', 'process'],
  ['macOS', { platform: 'darwin' }, 'amd64', 'process'],
  ['another architecture than the instances', {}, 'arm64', 'process'],
])('unless asked for, %s', (_, host, architecture, kind) => {
  const choice = chooseMachines(undefined, { ...able, ...host }, architecture);
  expect(choice.kind).toBe(kind);
  // That machines don't boot is told with its reason.
  expect(choice.reason === undefined).toBe(kind === 'booted');
});

test('processes asked for are no surprise, and nothing is told', () => {
  expect(chooseMachines('process', able, 'amd64')).toEqual({ kind: 'process' });
});

test('machines asked to boot boot or are refused, with the reason', () => {
  expect(chooseMachines('booted', able, 'amd64')).toEqual({ kind: 'booted' });
  expect(() => chooseMachines('booted', { ...able, isRoot: false }, 'amd64')).toThrow(
    expect.objectContaining({ code: 'BootedMachinesUnavailable', message: expect.stringContaining('root') }),
  );
});

test('what shows only when it is tried is told, or refused where machines were asked to boot', () => {
  expect(withoutBoot(undefined, 'no overlay')).toEqual({ kind: 'process', reason: 'no overlay' });
  expect(() => withoutBoot('booted', 'no overlay')).toThrow(/no overlay/);
});
