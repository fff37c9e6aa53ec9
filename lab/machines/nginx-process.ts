/** nginx of one machine: its prefix, its port, its process. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError } from '../../modules/service-error';
import type { Processes, StartedProcess } from '../host/processes';

export interface NginxOptions {
  readonly name: string;
  readonly binary: string;
  /** The folder `nginx/` of this repository. */
  readonly configuration: string;
  /** A short path of the machine's own, in which nginx's workers may read. Its folder `logs` must exist. */
  readonly prefix: string;
  /** The unix socket that the app listens on. */
  readonly appSocket: string;
  readonly workers: number;
  readonly logFile: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Between asking the system for a free port and binding it, somebody else may get it: then with another one. */
const portAttempts = 5;

/**
 * Resolves when nginx accepts connections.
 *
 * @throws ServiceError `NginxNotStarted` with the end of its log
 */
export async function startNginx(
  processes: Processes,
  options: NginxOptions,
): Promise<{ readonly process: StartedProcess; readonly port: number }> {
  const { prefix } = options;
  await cp(options.configuration, prefix, { recursive: true });
  await mkdir(join(prefix, 'local'), { recursive: true });
  await writeFile(join(prefix, 'local/upstream.conf'), `server unix:${options.appSocket} max_fails=0;\n`);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    await writeFile(join(prefix, 'local/listen.conf'), `listen 127.0.0.1:${port} default_server;\n`);
    const started = await processes.start(
      options.name,
      options.binary,
      [
        ...['-p', prefix, '-c', join(prefix, 'nginx.conf'), '-e', 'stderr'],
        ...['-g', `daemon off; worker_processes ${options.workers};`],
      ],
      { env: options.env, logFile: options.logFile },
    );
    const outcome = await listening(started, join(prefix, 'nginx.pid'));
    if (outcome === 'listening') return { process: started, port };
    const log = await endOf(options.logFile);
    if (attempt === portAttempts || !log.includes('Address already in use')) {
      throw new ServiceError('NginxNotStarted', `nginx ended with ${outcome} at its start: ${log}`);
    }
  }
}

/** nginx writes its pid file once it has bound its addresses; its port alone may be answered by somebody else. */
async function listening(started: StartedProcess, pidFile: string): Promise<string> {
  let ended: string | undefined;
  void started.ended.then((how) => {
    ended = how;
  });
  while (ended === undefined) {
    const pid = await readFile(pidFile, 'utf8').catch(() => '');
    if (pid.trim() === String(started.pid)) return 'listening';
    await sleep(10);
  }
  return ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function endOf(logFile: string): Promise<string> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  return log.trimEnd().split('\n').slice(-3).join('; ') || 'its log is empty';
}
