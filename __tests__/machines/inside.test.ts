import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, type ProcessIdentity } from '../../lab/host/process-identity';
import { logsOf, shellOn } from '../../lab/machines/inside';
import { type MachineRecord, writeMachineRecord } from '../../lab/machines/machine-record';

let machines: string;
beforeEach(() => {
  machines = mkdtempSync(join(tmpdir(), 'machines-'));
});
afterEach(() => rmSync(machines, { recursive: true }));

function machine(
  instanceId: string,
  kind: MachineRecord['kind'],
  logs: readonly string[],
  runs = true,
): void {
  const folder = join(machines, instanceId, 'logs');
  mkdirSync(folder, { recursive: true });
  for (const name of logs) writeFileSync(join(folder, name), '');
  const self = identify(process.pid) as ProcessIdentity;
  const founder = runs ? self : { ...self, startTime: 'another boot' };
  writeMachineRecord(machines, { instanceId, kind, process: founder, logs: folder, environment: {} });
}

describe('a shell', () => {
  test('on an instance that does not run is refused, and those that run are named', () => {
    machine('i-1', 'booted', []);
    machine('i-2', 'booted', [], false);
    expect(() => shellOn(machines, 'i-2', [], undefined)).toThrow(
      expect.objectContaining({
        code: 'InstanceUnknown',
        message: 'No instance i-2 runs here; of those there are: i-1',
      }),
    );
  });

  test('without a lab says that there is none', () => {
    expect(() => shellOn(machines, 'i-1', [], undefined)).toThrow(/of those there are: none$/);
  });

  test('on processes leads to their logs', () => {
    machine('i-1', 'process', []);
    expect(() => shellOn(machines, 'i-1', [], undefined)).toThrow(
      expect.objectContaining({ code: 'ShellUnavailable', message: expect.stringContaining('lab logs i-1') }),
    );
  });
});

describe('logs', () => {
  test("of processes are each program's own, from the beginning", () => {
    machine('i-1', 'process', ['nginx.log', 'app.log']);
    expect(logsOf(machines, 'i-1', false).map(({ name, args }) => [name, args.slice(0, -1)])).toEqual([
      ['app', ['-n', '+1']],
      ['nginx', ['-n', '+1']],
    ]);
  });

  test('are followed where that is asked for', () => {
    machine('i-1', 'process', ['app.log']);
    expect(logsOf(machines, 'i-1', true)[0]?.args).toContain('-F');
  });

  test('of a machine that has ended are its console alone', () => {
    machine('i-1', 'booted', ['console.log'], false);
    expect(logsOf(machines, 'i-1', false).map(({ name }) => name)).toEqual(['console']);
  });

  test('of an unknown instance are refused, and those that have some are named', () => {
    machine('i-1', 'booted', ['console.log'], false);
    expect(() => logsOf(machines, 'i-9', false)).toThrow(/of those there are: i-1$/);
  });
});
