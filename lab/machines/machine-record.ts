/** What is written down of a machine that runs, for commands that are processes of their own: `lab shell`, `lab logs`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAlive, type ProcessIdentity } from '../host/process-identity';

export interface MachineRecord {
  readonly instanceId: string;
  readonly kind: 'process' | 'booted';
  /** Of a booted machine systemd-nspawn, of another one its app. */
  readonly process: ProcessIdentity;
  /** Absolute. */
  readonly logs: string;
  /** What programs on it find in their environment beyond the usual. */
  readonly environment: Readonly<Record<string, string>>;
}

/** @param machines the folder that holds each machine's own */
export function writeMachineRecord(machines: string, record: MachineRecord): void {
  const file = recordFile(machines, record.instanceId);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(record));
  renameSync(`${file}.new`, file);
}

export function removeMachineRecord(machines: string, instanceId: string): void {
  rmSync(recordFile(machines, instanceId), { force: true });
}

/** Those whose process lives. */
export function runningMachines(machines: string): MachineRecord[] {
  return foldersIn(machines)
    .flatMap((instanceId) => read(recordFile(machines, instanceId)) ?? [])
    .filter((record) => isAlive(record.process));
}

/** All whose logs are there, ended ones included. */
export function machineIds(machines: string): string[] {
  return foldersIn(machines).filter((instanceId) => existsSync(join(machines, instanceId, 'logs')));
}

function recordFile(machines: string, instanceId: string): string {
  return join(machines, instanceId, 'machine.json');
}

function read(file: string): MachineRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as MachineRecord;
  } catch {
    return undefined;
  }
}

function foldersIn(parent: string): string[] {
  try {
    return readdirSync(parent);
  } catch {
    return [];
  }
}
