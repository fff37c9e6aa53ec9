/** Instances that somebody runs by themselves, outside any group: their machines follow what is done to them in EC2. */
import type { MachineFleet } from '../machines/fleet';
import type { MachineDisks, MachineSpec } from '../machines/machine';
import type { Compute } from './compute';

export interface StandaloneOptions {
  readonly compute: Pick<Compute, 'specs' | 'shutdownBehavior' | 'stop' | 'terminate'>;
  readonly fleet: Pick<MachineFleet, 'launch' | 'stop' | 'terminate' | 'gone'>;
  readonly disks: MachineDisks;
  readonly onFailure: (error: unknown) => void;
}

type Wish = 'run' | 'stop' | 'terminate';

interface Standalone {
  readonly spec: MachineSpec;
  /** What was last asked for it. */
  wish: Wish;
  /** Its machine has ended, or could not start. */
  ended: boolean;
}

export class StandaloneInstances {
  readonly #instances = new Map<string, Standalone>();
  /** Work that outlasts the request that asked for it. */
  readonly #underWay = new Set<Promise<void>>();

  constructor(private readonly options: StandaloneOptions) {}

  has(instanceId: string): boolean {
    return this.#instances.has(instanceId);
  }

  /** Its machine does not run; its disk is as it left it. */
  isStopped(instanceId: string): boolean {
    return this.#instances.get(instanceId)?.ended === true;
  }

  /** EC2 has just run them. */
  async launched(instanceIds: readonly string[]): Promise<void> {
    for (const spec of await this.options.compute.specs(instanceIds)) {
      const instance: Standalone = { spec, wish: 'run', ended: true };
      this.#instances.set(spec.instanceId, instance);
      this.#start(instance);
    }
  }

  /** EC2 calls them running again. */
  started(instanceIds: readonly string[]): void {
    for (const instance of this.#known(instanceIds)) {
      instance.wish = 'run';
      if (instance.ended) this.#start(instance);
    }
  }

  /** Their machines end first; EC2 calls them stopped when they have. */
  stop(instanceIds: readonly string[]): void {
    for (const instance of this.#known(instanceIds)) {
      instance.wish = 'stop';
      this.#meanwhile(this.options.fleet.stop(instance.spec.instanceId));
    }
  }

  /** EC2 calls them terminated; their machines end, and their disks are removed. */
  terminated(instanceIds: readonly string[]): void {
    for (const instance of this.#known(instanceIds)) {
      instance.wish = 'terminate';
      const { instanceId } = instance.spec;
      this.#instances.delete(instanceId);
      this.#meanwhile(this.#terminate(instanceId));
    }
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #known(instanceIds: readonly string[]): Standalone[] {
    return instanceIds.flatMap((id) => this.#instances.get(id) ?? []);
  }

  #start(instance: Standalone): void {
    const { fleet, onFailure } = this.options;
    instance.ended = false;
    fleet.launch(instance.spec, { mayEnd: true });
    // Not awaited at the end of the lab: it runs for as long as the machine does.
    fleet
      .gone(instance.spec.instanceId)
      .then(() => this.#ended(instance))
      .catch(onFailure);
  }

  async #ended(instance: Standalone): Promise<void> {
    instance.ended = true;
    if (instance.wish === 'terminate') return;
    const { compute } = this.options;
    const { instanceId } = instance.spec;
    const behavior = instance.wish === 'stop' ? 'stop' : await compute.shutdownBehavior(instanceId);
    if (behavior === 'stop') return compute.stop(instanceId);
    await compute.terminate(instanceId);
    this.terminated([instanceId]);
  }

  async #terminate(instanceId: string): Promise<void> {
    await this.options.fleet.terminate(instanceId);
    // The fleet may have forgotten a machine that ended long ago; its disk is there all the same.
    await this.options.disks.discard(instanceId);
  }

  #meanwhile(work: Promise<void>): void {
    const settled: Promise<void> = work
      .catch(this.options.onFailure)
      .finally(() => this.#underWay.delete(settled));
    this.#underWay.add(settled);
  }
}
