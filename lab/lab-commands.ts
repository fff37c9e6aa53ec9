/** The embedded AWS by itself, in a process of its own: up, down, and whether it runs. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError } from '../modules/service-error';
import { aborted } from './aborted';
import type { EventStream } from './events';
import { claimLab, endLab, readLab } from './host/lock';
import { assertFree } from './host/ports';
import { Processes } from './host/processes';
import type { MachineKind } from './machines/choice';
import { prepare } from './prepare';
import { readServiceContext } from './synthesize';

export interface LabUpOptions {
  readonly directory: string;
  readonly projectDirectory: string;
  readonly speed: number;
  /** @default `booted` where this host can do it, else `process` */
  readonly machines?: MachineKind;
  /** Port of the AWS endpoint; a free one unless set. */
  readonly port?: number;
}

export interface LabUp {
  readonly environment: Readonly<Record<string, string>>;
  /** Of the AWS endpoint. */
  readonly url: string;
}

/** Milliseconds for the background process to say that it is up; it takes about 3 s. */
const upTimeout = 60_000;

/**
 * @param signal ends it before the lab is up; nothing runs afterwards
 * @throws ServiceError `LabBusy`, `PortInUse`, `LabFolderUnusable`, `LabNotStarted` with the reason and the place of
 *   the log; the signal's reason
 */
export async function labUp(options: LabUpOptions, events: EventStream, signal: AbortSignal): Promise<LabUp> {
  const { directory, projectDirectory, port, machines } = options;
  const { emit } = events;
  const { service } = readServiceContext(projectDirectory, {}).settings;
  if (port !== undefined) await assertFree({ host: '127.0.0.1', port }, '--port');
  // What takes long or needs the user is done here, where it can be seen; the background process finds it ready.
  const claim = await claimLab({ directory, command: 'lab up', emit });
  emit({ type: 'phase', phase: 'check', state: 'started' });
  const processes = new Processes(claim.recordFile);
  try {
    const prepared = await prepare({
      directory,
      projectDirectory,
      processes,
      emit,
      machines,
      service,
      signal,
    });
    await Promise.race([prepared.imagesReady, aborted(signal)]);
  } finally {
    await processes.stopAll();
    await claim.release();
  }
  signal.throwIfAborted();
  emit({ type: 'phase', phase: 'check', state: 'finished' });
  emit({ type: 'phase', phase: 'start', state: 'started' });
  const up = await startInBackground(options, signal);
  emit({ type: 'phase', phase: 'start', state: 'finished' });
  return up;
}

async function startInBackground(options: LabUpOptions, signal: AbortSignal): Promise<LabUp> {
  const logFile = join(options.directory, 'logs', 'lab.log');
  mkdirSync(join(options.directory, 'logs'), { recursive: true });
  const logBegin = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  const log = openSync(logFile, 'a');
  const child = spawn(
    process.execPath,
    [...process.execArgv, join(__dirname, 'lab-process.ts'), JSON.stringify(options)],
    {
      cwd: options.projectDirectory,
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  child.unref();
  let exitCode: number | null | undefined;
  child.once('exit', (code) => {
    exitCode = code;
  });
  const deadline = Date.now() + upTimeout;
  while (Date.now() < deadline && exitCode === undefined && !signal.aborted) {
    const lab = readLab(options.directory);
    if (lab.running && lab.owner?.pid === child.pid && lab.environment !== undefined) {
      return { environment: lab.environment, url: lab.environment.AWS_ENDPOINT_URL ?? '' };
    }
    await sleep(100);
  }
  // It ends in order, with all that it has started, before this command does.
  child.kill('SIGTERM');
  const last = Date.now() + upTimeout;
  while (exitCode === undefined && Date.now() < last) await sleep(50);
  signal.throwIfAborted();
  const reason = /^error (\w+: .*)$/m.exec(readFileSync(logFile).subarray(logBegin).toString('utf8'))?.[1];
  throw new ServiceError(
    'LabNotStarted',
    `The embedded AWS did not come up${reason === undefined ? '' : ` (${reason})`}; its log is ${logFile}`,
  );
}

/** Milliseconds for the lab to end in order: a rehearsal drains its instances and destroys what it applied first. */
const downTimeout = 240_000;

/** Asks the lab that runs to end, and sees to it that nothing of it is left. */
export async function labDown({ directory }: { directory: string }): Promise<{ stopped: string[] }> {
  return { stopped: await endLab(directory, downTimeout) };
}

export async function labStatus({ directory }: { directory: string }): Promise<{
  running: boolean;
  since?: string;
  environment?: Readonly<Record<string, string>>;
}> {
  const { running, since, environment } = readLab(directory);
  return running ? { running, since, environment } : { running };
}
