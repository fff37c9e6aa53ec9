/**
 * One lab per folder. `.lab/lab.json` says who has it, since when and where it is reached; what it has started is
 * written beside it. Whoever comes after a lab that was killed ends what is left of it first.
 */
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError } from '../../modules/service-error';
import type { Emit } from '../events';
import { removeRemains } from '../machines/booted/remains';
import { identify, isAlive, type ProcessIdentity } from './process-identity';
import { Processes, signalQuietly } from './processes';
import { removeShortFoldersIn } from './short-folder';

interface LabRecord {
  readonly owner: ProcessIdentity;
  /** `rehearsal` or `lab up`. */
  readonly command: string;
  /** ISO 8601. */
  readonly since: string;
  /** Once it is up. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface LabClaim {
  /** Where the processes that are started for this lab are written down. */
  readonly recordFile: string;
  /** Tells others how this lab is reached. */
  publish(environment: Readonly<Record<string, string>>): void;
  release(): Promise<void>;
}

export interface ClaimOptions {
  readonly directory: string;
  readonly command: string;
  readonly emit: Emit;
}

/** @throws ServiceError `LabBusy` while another lab runs in this folder */
export async function claimLab({ directory, command, emit }: ClaimOptions): Promise<LabClaim> {
  const record = recordOfThisProcess(command);
  try {
    mkdirSync(directory, { recursive: true });
    takeOver(directory, record);
  } catch (cause) {
    throw unusable(directory, cause);
  }
  const left = await cleanUp(directory);
  if (left.length > 0) {
    const text = `An earlier lab was killed; ended what it left: ${left.join(', ')}`;
    emit({ type: 'notice', level: 'warning', text });
  }
  return {
    recordFile: processRecord(directory),
    publish: (environment) => replace(lockFile(directory), { ...record, environment }),
    release: async () => rmSync(lockFile(directory), { force: true }),
  };
}

export interface LabState {
  readonly running: boolean;
  readonly owner?: ProcessIdentity;
  readonly command?: string;
  readonly since?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export function readLab(directory: string): LabState {
  const record = readRecord(directory);
  return record === undefined || !isAlive(record.owner) ? { running: false } : { running: true, ...record };
}

/**
 * Asks the lab's owner to end and waits; then ends whatever of the lab is left.
 *
 * @returns what was ended, by name; empty when nothing ran
 */
export async function endLab(directory: string, timeoutMilliseconds: number): Promise<string[]> {
  const record = readRecord(directory);
  const running = record !== undefined && isAlive(record.owner);
  if (running) {
    signalQuietly(record.owner.pid, 'SIGTERM');
    const deadline = Date.now() + timeoutMilliseconds;
    while (isAlive(record.owner) && Date.now() < deadline) await sleep(50);
    if (isAlive(record.owner)) signalQuietly(record.owner.pid, 'SIGKILL');
    while (isAlive(record.owner)) await sleep(50);
  }
  const left = await cleanUpUnlessTaken(directory);
  return running ? [record.command, ...left] : left;
}

/** As a claim of its own: a lab that began meanwhile keeps its processes and its record. */
async function cleanUpUnlessTaken(directory: string): Promise<string[]> {
  if (!existsSync(directory)) return [];
  try {
    takeOver(directory, recordOfThisProcess('lab down'));
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'LabBusy') return [];
    throw unusable(directory, error);
  }
  try {
    return await cleanUp(directory);
  } finally {
    rmSync(lockFile(directory), { force: true });
  }
}

function unusable(directory: string, cause: unknown): ServiceError {
  if (cause instanceof ServiceError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ServiceError('LabFolderUnusable', `${directory} can't be written to: ${reason}`, { cause });
}

function recordOfThisProcess(command: string): LabRecord {
  const owner = identify(process.pid);
  if (owner === undefined) throw new Error('this process cannot be identified');
  return { owner, command, since: new Date().toISOString() };
}

/** Only where there is no record, or one of a process that is gone. */
function takeOver(directory: string, record: LabRecord): void {
  const file = lockFile(directory);
  for (let tries = 0; tries < 3; tries += 1) {
    if (createWhole(file, record)) return;
    const other = readRecord(directory);
    if (other !== undefined && isAlive(other.owner)) throw busy(directory, other);
    removeVoid(file);
  }
  throw new ServiceError('LabBusy', `Another lab is being started in ${directory}; try again`);
}

/** A link to a file that is whole already: a newly made one could be read, and judged void, while still empty. */
function createWhole(file: string, record: LabRecord): boolean {
  const whole = `${file}.${process.pid}`;
  writeFileSync(whole, JSON.stringify(record));
  try {
    linkSync(whole, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(whole, { force: true });
  }
}

/** Put aside before it is removed: between look and removal another lab may have made the folder its own. */
function removeVoid(file: string): void {
  const aside = `${file}.void.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const record = parseRecord(aside);
  if (record !== undefined && isAlive(record.owner)) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

function busy(directory: string, { command, owner, since }: LabRecord): ServiceError {
  return new ServiceError(
    'LabBusy',
    `A ${command} (process ${owner.pid}) has run in ${directory} since ${since}; end it with Ctrl-C where it runs, ` +
      'or with npm run lab:down',
  );
}

/** Ends the processes a killed lab recorded and removes what its machines and balancers had elsewhere. */
async function cleanUp(directory: string): Promise<string[]> {
  const ended = await Processes.stopRecorded(processRecord(directory));
  for (const kind of ['machines', 'balancers']) removeShortFoldersIn(join(directory, kind));
  return [...ended, ...(await removeRemains(directory))];
}

function readRecord(directory: string): LabRecord | undefined {
  return parseRecord(lockFile(directory));
}

function parseRecord(file: string): LabRecord | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever edits the file, or writes another one in its place, has made no lab of it. */
function isRecord(value: unknown): value is LabRecord {
  const { owner, command, since } = (value ?? {}) as Partial<LabRecord>;
  return (
    typeof owner?.pid === 'number' &&
    typeof owner.startTime === 'string' &&
    typeof command === 'string' &&
    typeof since === 'string'
  );
}

function replace(file: string, record: LabRecord): void {
  writeFileSync(`${file}.new`, JSON.stringify(record));
  renameSync(`${file}.new`, file);
}

function lockFile(directory: string): string {
  return join(directory, 'lab.json');
}

/** Where the processes that are started for the lab in this folder are written down. */
export function processRecord(directory: string): string {
  return join(directory, 'run', 'processes.jsonl');
}
