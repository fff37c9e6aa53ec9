/** The HAProxy process behind a balancer: started, waited for, stopped, with nothing left of it. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, isIP } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError } from '../../modules/service-error';
import type { Processes, StartedProcess } from '../host/processes';
import { makeShortFolder, removeShortFolder } from '../host/short-folder';
import type { Address } from '../machines/machine';
import type { BalancerConfiguration } from './balancer';
import { haproxyConfiguration } from './haproxy-configuration';
import { RuntimeSocket } from './runtime-socket';

export interface HaproxyOptions {
  readonly processes: Processes;
  /** Path of HAProxy 2.4 or later, or its name on PATH. */
  readonly haproxyBinary: string;
  /** For `haproxy.cfg` and `haproxy.log`; made if it isn't there. */
  readonly directory: string;
  readonly listen: Address;
  /** The network namespace in which the targets are; HAProxy needs root then. @default - the host's own */
  readonly namespace?: string;
  readonly configuration: BalancerConfiguration;
}

export interface HaproxyProcess {
  readonly socket: RuntimeSocket;
  /** Milliseconds since the epoch, just before HAProxy was started. */
  readonly startedAt: number;
  stop(): Promise<void>;
}

/** Milliseconds; HAProxy takes about 80. */
const readyTimeout = 10_000;

export async function startHaproxy(options: HaproxyOptions): Promise<HaproxyProcess> {
  const { listen, directory, configuration } = options;
  refuseBadAddress(listen);
  const link = join(directory, 'run');
  const socketFolder = makeShortFolder(link);
  try {
    const socketPath = join(socketFolder, 'admin');
    const rendered = haproxyConfiguration(configuration, listen, socketPath, options.namespace);
    await refuseTakenPort(listen);
    const file = join(directory, 'haproxy.cfg');
    const logFile = join(directory, 'haproxy.log');
    writeFileSync(file, rendered);
    const logBegin = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
    const startedAt = Date.now();
    // -db: in the foreground. No master process (-W): that is for reloads, which lose what was set at run time.
    const started = await options.processes.start(
      `load balancer ${configuration.loadBalancerName}`,
      options.haproxyBinary,
      ['-db', '-f', file],
      { env: { PATH: process.env.PATH ?? '' }, logFile },
    );
    const socket = new RuntimeSocket(socketPath);
    await ready(socket, started, listen, logBegin);
    return {
      socket,
      startedAt,
      stop: async () => {
        await started.stop({ signal: 'SIGTERM', graceMilliseconds: 2_000 });
        removeShortFolder(link);
      },
    };
  } catch (error) {
    removeShortFolder(link);
    throw error;
  }
}

/** Also why a stop right after the start is safe: HAProxy that gets SIGTERM while it starts leaves its port open. */
async function ready(
  socket: RuntimeSocket,
  started: StartedProcess,
  listen: Address,
  logBegin: number,
): Promise<void> {
  let ended: string | undefined;
  void started.ended.then((how) => {
    ended = how;
  });
  const deadline = Date.now() + readyTimeout;
  while (true) {
    if (ended !== undefined) throw notStarted(ended, started.logFile, listen, logBegin);
    try {
      await socket.run('show info');
      return;
    } catch (cause) {
      if (Date.now() > deadline) {
        await started.stop({ graceMilliseconds: 0 });
        throw new ServiceError(
          'BalancerNotReady',
          `HAProxy did not answer within ${readyTimeout / 1000} s of its start; its log is ${started.logFile}.`,
          { cause },
        );
      }
    }
    await sleep(10);
  }
}

function notStarted(ended: string, logFile: string, listen: Address, logBegin: number): ServiceError {
  const log = readFileSync(logFile).subarray(logBegin).toString('utf8');
  // The port was free a moment before, so somebody took it in between.
  if (/cannot bind socket \(Address already in use\)/.test(log)) return portInUse(listen);
  const alert = /^\[ALERT\].*?: (.*)$/m.exec(log)?.[1] ?? 'without a reason';
  return new ServiceError(
    'BalancerNotStarted',
    `HAProxy ended at its start with ${ended}: ${alert}. Its log is ${logFile}.`,
  );
}

function refuseBadAddress({ host, port }: Address): void {
  if (isIP(host) === 4 && Number.isInteger(port) && port >= 1 && port <= 65535) return;
  throw new ServiceError(
    'InvalidListenAddress',
    `The load balancer can't listen on ${host}:${port}; give an IPv4 address and a port from 1 to 65535.`,
  );
}

function refuseTakenPort(listen: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EADDRINUSE'
          ? portInUse(listen)
          : new ServiceError(
              'PortNotUsable',
              `The load balancer can't listen on ${listen.host}:${listen.port}: ${cause.message}.`,
              { cause },
            ),
      ),
    );
    probe.listen(listen.port, listen.host, () => probe.close(() => resolve()));
  });
}

function portInUse({ host, port }: Address): ServiceError {
  return new ServiceError(
    'PortInUse',
    `The load balancer's port ${port} on ${host} is in use; stop the program that listens there, or choose another port.`,
  );
}
