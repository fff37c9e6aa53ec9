/** The order in which a request meets what answers it. */
import Koa, { type Middleware } from 'koa';
import Router from 'koa-router';
import type { Logger } from 'pino';
import type { Configuration } from './configuration';
import { answerHealth } from './health';
import type { Lifecycle } from './lifecycle';
import type { Metrics } from './metrics';
import { type OverloadJudge, retryAfterSeconds } from './overload';
import type { Service } from './service';
import type { Turns } from './turns';

declare module 'koa' {
  interface BaseContext {
    /** Lines carry the request's trace id, the balancer's `X-Amzn-Trace-Id`. */
    readonly log: Logger;
  }
}

export interface Parts {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics: Metrics;
  readonly overload: Pick<OverloadJudge, 'shedding'>;
  readonly turns: Pick<Turns, 'enter'>;
  readonly service: Pick<Service, 'addRoutes'>;
}

export function createApplication(parts: Parts): Koa {
  const { configuration, logger, lifecycle, metrics, overload, turns } = parts;
  const router = new Router();
  parts.service.addRoutes(router, configuration);

  // nginx overwrites X-Forwarded-For, -Proto and -Host, so what they say of the client may be believed.
  const app = new Koa({ proxy: true });
  giveRequestsALogger(app, logger);
  app.on('error', logError);
  app.use(closeConnectionsWhenDraining(lifecycle));
  app.use(answerHealth(lifecycle, metrics));
  app.use(measure(metrics));
  app.use(shed(overload, metrics));
  app.use(takeTurns(turns));
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;

  function logError(error: HttpError, context?: Koa.Context): void {
    if (error.expose) return;
    const log = context?.log ?? logger;
    const request = context && { method: context.method, path: context.path };
    // The client went away while it was being answered; nothing here is broken.
    if (clientGone.has(error.code ?? ''))
      log.debug({ error: error.code, request }, 'client closed the connection');
    else log.error({ err: error, request }, 'request failed');
  }
}

interface HttpError extends Error {
  readonly expose?: boolean;
  readonly status?: number;
  readonly code?: string;
}

const clientGone: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Made on first use: most requests log nothing. */
function giveRequestsALogger(app: Koa, logger: Logger): void {
  const made = new WeakMap<object, Logger>();
  Object.defineProperty(app.context, 'log', {
    get(this: Koa.Context) {
      let log = made.get(this.req);
      if (log === undefined) {
        log = logger.child({ traceId: this.get('X-Amzn-Trace-Id') || undefined });
        made.set(this.req, log);
      }
      return log;
    },
  });
}

/**
 * Tells nginx to open another connection for its next request, so that this one can end. Looked at after the
 * answer was made, so that requests already in flight at the signal say it too.
 */
function closeConnectionsWhenDraining(lifecycle: Lifecycle): Middleware {
  return async (context, next) => {
    try {
      await next();
    } finally {
      if (lifecycle.state === 'draining') context.res.shouldKeepAlive = false;
    }
  };
}

function measure(metrics: Metrics): Middleware {
  return async (context, next) => {
    const start = performance.now();
    let status = 500;
    metrics.requestStarted();
    try {
      await next();
      status = context.status;
    } catch (error) {
      status = (error as HttpError).status ?? 500;
      throw error;
    } finally {
      metrics.requestEnded(status, (performance.now() - start) / 1_000);
    }
  };
}

function shed(overload: Parts['overload'], metrics: Metrics): Middleware {
  return (context, next) => {
    if (!overload.shedding) return next();
    metrics.requestShed();
    // Set rather than thrown: a shed request has to cost as little as can be, and an error costs its stack.
    context.status = 503;
    context.set('Retry-After', String(retryAfterSeconds));
    context.body = 'overloaded\n';
    return Promise.resolve();
  };
}

function takeTurns(turns: Parts['turns']): Middleware {
  return (_context, next) => turns.enter()?.then(next) ?? next();
}
