/** What the app carries: the one interface between it and your own code. */
import type Router from 'koa-router';
import type { Configuration } from './configuration';

export interface Service {
  /**
   * Runs before the app is ready: connect here to what the routes need. Until it resolves, `/readyz` answers 503
   * and the balancer sends nothing; if it rejects, the app ends and its instance is replaced.
   *
   * @default - ready at once
   */
  prepare?(): Promise<void>;
  addRoutes(router: Router, configuration: Configuration): void;
}
