/**
 * The service's own routes: put yours here. What surrounds them (health, draining, overload, metrics, errors) is
 * in application.ts and needs no attention.
 *
 * - To refuse a request with a message that its sender may read: `context.throw(404, 'no such order', { expose: true })`.
 *   Any other error is answered with a bare 500 and logged.
 * - `context.log` is a logger whose lines carry the request's trace id.
 */
import { makePage } from './page';
import type { Service } from './service';

export const service: Service = {
  addRoutes(router, configuration) {
    const page = makePage(configuration);

    router.get('/', (context) => {
      context.set('Cache-Control', 'no-store');
      context.vary('Accept');
      // Programs that take anything, curl among them, get JSON; browsers ask for HTML before anything else.
      if (context.accepts('json', 'html') === 'html') {
        context.type = 'html';
        context.body = page.html;
      } else {
        context.type = 'json';
        context.body = page.json;
      }
    });
  },
};
