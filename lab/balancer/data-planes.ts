/** One balancer process for each load balancer that ELBv2 describes, and the targets that the model says it has. */
import { isDeepStrictEqual } from 'node:util';
import { ServiceError } from '../../modules/service-error';
import type { Target, TargetGroups } from '../autoscaling/targets';
import type { DataPlaneDescription, LoadBalancing } from '../cloud/load-balancing';
import type { Address } from '../machines/machine';
import type { Balancer, BalancerConfiguration, ProbeResult } from './balancer';

export type StartBalancer = (configuration: BalancerConfiguration) => Promise<Balancer>;

export interface DataPlane {
  readonly arn: string;
  readonly description: DataPlaneDescription;
  readonly balancer: Balancer;
}

interface Running extends DataPlane {
  /** What the balancer has been told of each target. */
  readonly told: Map<string, { readonly as: 'added' | 'draining'; readonly port: number }>;
}

export class DataPlanes {
  readonly #running = new Map<string, Running>();

  constructor(
    private readonly start: StartBalancer,
    /** Where the instance listens; undefined while it has no machine. */
    private readonly addressOf: (instanceId: string, port: number) => Address | undefined,
  ) {}

  get all(): readonly DataPlane[] {
    return [...this.#running.values()];
  }

  /** Starts, restarts and stops balancers until they are what ELBv2 describes. */
  async follow({ dataPlanes }: LoadBalancing): Promise<void> {
    for (const [arn, running] of this.#running) {
      const wanted = dataPlanes.get(arn);
      const same =
        wanted !== undefined && isDeepStrictEqual(wanted.configuration, running.description.configuration);
      if (same) continue;
      this.#running.delete(arn);
      await running.balancer.stop();
    }
    for (const [arn, description] of dataPlanes) {
      if (this.#running.has(arn)) continue;
      const balancer = await this.start(description.configuration);
      this.#running.set(arn, { arn, description, balancer, told: new Map() });
    }
  }

  /**
   * By target group ARN. A target group that is not in it belongs to no listener.
   *
   * @throws ServiceError `BalancerEnded` once for a balancer that ended by itself; it runs again by then
   */
  async probes(): Promise<ReadonlyMap<string, ReadonlyMap<string, ProbeResult>>> {
    const entries = [...this.#running.values()].map(
      async (plane) => [plane.description.configuration.targetGroupArn, await this.#probesOf(plane)] as const,
    );
    return new Map(await Promise.all(entries));
  }

  /** Tells each balancer what has changed: registered, draining, gone. One it refuses holds up no other. */
  async syncTargets(targetGroups: TargetGroups): Promise<void> {
    const failures: unknown[] = [];
    const attempt = (change: Promise<void>) => change.catch((error: unknown) => void failures.push(error));
    for (const plane of this.#running.values()) {
      const targets = targetGroups.get(plane.description.configuration.targetGroupArn) ?? new Map();
      for (const target of targets.values()) await attempt(this.#tell(plane, target));
      for (const id of plane.told.keys()) {
        if (!targets.has(id)) await attempt(this.#remove(plane, id));
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  async stop(): Promise<void> {
    const running = [...this.#running.values()];
    this.#running.clear();
    await Promise.all(running.map(({ balancer }) => balancer.stop()));
  }

  async #probesOf(plane: Running): Promise<ReadonlyMap<string, ProbeResult>> {
    try {
      return await plane.balancer.probes();
    } catch (error) {
      if (!nobodyListens(error)) throw error;
      const { arn, description } = plane;
      await plane.balancer.stop();
      const balancer = await this.start(description.configuration);
      this.#running.set(arn, { arn, description, balancer, told: new Map() });
      throw new ServiceError(
        'BalancerEnded',
        `The load balancer ${description.configuration.loadBalancerName} had ended by itself and was started again`,
        { cause: error },
      );
    }
  }

  async #remove({ balancer, told }: Running, id: string): Promise<void> {
    await balancer.removeTarget(id);
    told.delete(id);
  }

  async #tell(plane: Running, target: Target): Promise<void> {
    const { balancer, told } = plane;
    const known = told.get(target.id);
    if (target.state === 'draining') {
      if (known?.as !== 'added') return;
      await balancer.drainTarget(target.id);
      told.set(target.id, { as: 'draining', port: known.port });
      return;
    }
    if (known?.as === 'added' && known.port === target.port) return;
    const address = this.addressOf(target.id, target.port);
    if (address === undefined) return;
    if (known !== undefined) await this.#remove(plane, target.id);
    await balancer.addTarget(target.id, address);
    told.set(target.id, { as: 'added', port: target.port });
  }
}

/** Its socket is left and refuses, or is gone: the process has ended. One that is merely slow times out. */
function nobodyListens(error: unknown): boolean {
  const cause: unknown = error instanceof ServiceError ? error.cause : undefined;
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  return code === 'ECONNREFUSED' || code === 'ENOENT';
}
