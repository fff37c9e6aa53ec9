/**
 * Where the process stands in its life. It goes one way only: an app that drains will not be ready again, nor one
 * whose instance EC2 is about to interrupt, which still answers until it is told to stop.
 *
 * Overload is no state here on purpose: were `/readyz` to fail under load, the group would terminate its hottest
 * instances just when it needs them.
 */
export type LifecycleState = 'starting' | 'ready' | 'interrupted' | 'draining';

export class Lifecycle {
  #state: LifecycleState = 'starting';

  get state(): LifecycleState {
    return this.#state;
  }

  /** What the app needed is there. Does nothing when a stop was asked for meanwhile. */
  becomeReady(): void {
    if (this.#state === 'starting') this.#state = 'ready';
  }

  /** EC2 gave notice: the load balancer is to send elsewhere. */
  interrupt(): void {
    if (this.#state !== 'draining') this.#state = 'interrupted';
  }

  drain(): void {
    this.#state = 'draining';
  }
}
