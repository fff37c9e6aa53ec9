/**
 * Ends a server without losing a request: the balancer has long stopped sending (the target group's deregistration
 * delay runs before SIGTERM), so what is left is what nginx holds in flight and its idle connections.
 */
import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';

/**
 * How long an idle connection is left open, in milliseconds. nginx may be writing a request to it at this very
 * moment; one that it has not used for so long it doesn't reach for in the next.
 */
const idleMilliseconds = 1_000;

/**
 * Takes no new connection, answers what is in flight, and resolves with whether all of it ended in time. Answers
 * must carry `Connection: close` from before the call on.
 */
export function drain(server: Server, milliseconds: number): Promise<'drained' | 'timed out'> {
  return new Promise((resolve) => {
    const idle = setTimeout(() => server.closeIdleConnections(), Math.min(idleMilliseconds, milliseconds));
    const deadline = setTimeout(() => {
      server.closeAllConnections();
      resolve('timed out');
    }, milliseconds);
    // Not http's own close(): that cuts idle connections at once, also those with a request under way to us.
    NetServer.prototype.close.call(server, () => {
      clearTimeout(idle);
      clearTimeout(deadline);
      resolve('drained');
    });
  });
}
