/**
 * The life of the process: read the environment, listen, get ready, serve, drain, end. Exit code 0 after a stop
 * that was asked for, 1 for anything else, with one log line that says why.
 */
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import pino, { type Logger } from 'pino';
import { createApplication } from './application';
import { type Configuration, readConfiguration } from './configuration';
import { drain } from './drain';
import { watchForInterruption } from './interruption';
import { Lifecycle } from './lifecycle';
import { describe, listen } from './listen';
import { Metrics } from './metrics';
import { OverloadJudge, watchEventLoop } from './overload';
import type { Service } from './service';
import { Turns } from './turns';

/**
 * Milliseconds. Above nginx's upstream keepalive_timeout, 60 s: so it is nginx that closes an idle connection, and
 * never the app one that nginx is about to use.
 */
const keepAliveTimeout = 72_000;
/** Milliseconds for a request's head, and for the whole of it; nginx has read both before it asks. */
const headersTimeout = 60_000;
const requestTimeout = 120_000;

/** Runs the service until it is told to stop. Ends the process itself, whatever happens. */
export function serve(service: Service): void {
  const logger = pino({
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
  });
  process.once('uncaughtException', (error) => end(logger, error, 'uncaught exception'));
  process.once('unhandledRejection', (error) => end(logger, error, 'unhandled rejection'));
  start(service, logger).catch((error: unknown) => end(logger, error, 'could not start'));
}

async function start(service: Service, baseLogger: Logger): Promise<void> {
  const configuration = readConfiguration(process.env, process.pid);
  const { instanceId, worker } = configuration;
  const logger = baseLogger.child({ instanceId, worker }, { level: configuration.logLevel });
  const lifecycle = new Lifecycle();
  const overload = new OverloadJudge(configuration.overloadDelayMilliseconds);
  const turns = new Turns();
  watchEventLoop(overload, turns, (shedding) =>
    logger.warn({ shedding }, shedding ? 'overloaded: requests are shed' : 'no longer overloaded'),
  );
  const app = createApplication({
    configuration,
    logger,
    lifecycle,
    overload,
    turns,
    metrics: new Metrics(worker),
    service,
  });
  const server = createServer({ headersTimeout, requestTimeout, keepAliveTimeout }, app.callback());
  stopOnSignal(configuration, lifecycle, server, logger);
  if (configuration.interruptionFile !== undefined) {
    watchForInterruption(configuration.interruptionFile, () => {
      lifecycle.interrupt();
      logger.warn('EC2 will interrupt this instance: /readyz answers 503 from now on');
    });
  }
  await listen(server, configuration.listenOn);
  logger.info(`listening on ${describe(configuration.listenOn)}`);
  await service.prepare?.();
  lifecycle.becomeReady();
  if (configuration.readyFile !== undefined) writeFileSync(configuration.readyFile, '');
  logger.info('ready');
}

function stopOnSignal(
  configuration: Configuration,
  lifecycle: Lifecycle,
  server: Server,
  logger: Logger,
): void {
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (lifecycle.state === 'draining') {
      logger.warn(`${signal} again: ending at once`);
      process.exit(1);
    }
    lifecycle.drain();
    logger.info(`${signal}: draining`);
    const outcome = await drain(server, configuration.drainSeconds * 1_000);
    if (outcome === 'drained') logger.info('drained');
    else logger.warn(`requests were still in flight after ${configuration.drainSeconds} s, and were cut`);
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Nothing that was in memory can be trusted any more; systemd starts a fresh process. */
function end(log: Logger, error: unknown, message: string): never {
  log.fatal({ err: error }, message);
  process.exit(1);
}
