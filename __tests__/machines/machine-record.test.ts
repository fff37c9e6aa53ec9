import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, type ProcessIdentity } from '../../lab/host/process-identity';
import {
  type MachineRecord,
  removeMachineRecord,
  runningMachines,
  writeMachineRecord,
} from '../../lab/machines/machine-record';

let machines: string;
beforeEach(() => {
  machines = mkdtempSync(join(tmpdir(), 'machines-'));
});
afterEach(() => rmSync(machines, { recursive: true }));

const self = identify(process.pid) as ProcessIdentity;
const record: MachineRecord = {
  instanceId: 'i-1',
  kind: 'booted',
  process: self,
  logs: '/logs',
  environment: {},
};

test('a machine is found by its record for as long as its process lives', () => {
  writeMachineRecord(machines, record);
  writeMachineRecord(machines, {
    ...record,
    instanceId: 'i-2',
    process: { ...self, startTime: 'another boot' },
  });
  expect(runningMachines(machines)).toEqual([record]);
  removeMachineRecord(machines, 'i-1');
  expect(runningMachines(machines)).toEqual([]);
});

test('without a lab there are none', () => {
  expect(runningMachines(join(machines, 'nowhere'))).toEqual([]);
});
