/** One balancer process for each load balancer that ELBv2 describes, and the targets that the model says it has. */
import { isDeepStrictEqual } from 'node:util';
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
  readonly told: Map<string, 'added' | 'draining'>;
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

  /** By target group ARN. A target group that is not in it belongs to no listener. */
  async probes(): Promise<ReadonlyMap<string, ReadonlyMap<string, ProbeResult>>> {
    const entries = [...this.#running.values()].map(
      async ({ description, balancer }) =>
        [description.configuration.targetGroupArn, await balancer.probes()] as const,
    );
    return new Map(await Promise.all(entries));
  }

  /** Tells each balancer what has changed: registered, draining, gone. */
  async syncTargets(targetGroups: TargetGroups): Promise<void> {
    for (const plane of this.#running.values()) {
      const targets = targetGroups.get(plane.description.configuration.targetGroupArn) ?? new Map();
      for (const target of targets.values()) await this.#tell(plane, target);
      for (const id of plane.told.keys()) {
        if (targets.has(id)) continue;
        plane.told.delete(id);
        await plane.balancer.removeTarget(id);
      }
    }
  }

  async stop(): Promise<void> {
    const running = [...this.#running.values()];
    this.#running.clear();
    await Promise.all(running.map(({ balancer }) => balancer.stop()));
  }

  async #tell({ balancer, told }: Running, target: Target): Promise<void> {
    const known = told.get(target.id);
    if (target.state === 'draining') {
      if (known !== 'added') return;
      told.set(target.id, 'draining');
      await balancer.drainTarget(target.id);
      return;
    }
    if (known === 'added') return;
    const address = this.addressOf(target.id, target.port);
    if (address === undefined) return;
    if (known === 'draining') await balancer.removeTarget(target.id);
    told.set(target.id, 'added');
    await balancer.addTarget(target.id, address);
  }
}
