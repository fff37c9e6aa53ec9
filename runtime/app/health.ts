/** The paths for balancers, operators and Prometheus. Answered before anything else, and never shed. */
import type { Middleware } from 'koa';
import type { Lifecycle } from './lifecycle';
import type { Metrics } from './metrics';

/**
 * - `/healthz`: the process is alive.
 * - `/readyz`: 200 when ready, 503 with the state while starting, interrupted or draining.
 * - `/metrics`: for this host only. nginx refuses it; it is read on the app's own socket.
 *
 * The raw URL is compared, not the path Koa makes of it: nginx refuses exactly `/metrics`, so nothing that nginx
 * lets through because it is spelled otherwise may count as `/metrics` here.
 */
export function answerHealth(lifecycle: Lifecycle, metrics: Metrics): Middleware {
  return async (context, next) => {
    switch (context.req.url) {
      case '/healthz':
        context.body = 'alive\n';
        break;
      case '/readyz':
        context.status = lifecycle.state === 'ready' ? 200 : 503;
        context.body = `${lifecycle.state}\n`;
        break;
      case '/metrics':
        context.type = metrics.registry.contentType;
        context.body = await metrics.registry.metrics();
        break;
      default:
        return next();
    }
    context.set('Cache-Control', 'no-store');
  };
}
