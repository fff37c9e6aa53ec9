/** Instances that somebody runs by themselves, outside any group: their machines follow what is done to them in EC2. */
import type { MachineFleet } from '../machines/fleet';
import type { Machine, MachineSpec } from '../machines/machine';
import type { Compute } from './compute';

export interface StandaloneOptions {
  readonly compute: Pick<Compute, 'specs' | 'shutdownBehavior' | 'stop' | 'terminate'>;
  readonly fleet: Pick<MachineFleet, 'launch' | 'launched'>;
  readonly onFailure: (error: unknown) => void;
}

interface Standalone {
  readonly spec: MachineSpec;
  /** Undefined until it has started, and where it could not. */
  machine: Machine | undefined;
  /** Resolves when its machine has ended, or could not start, and EC2 knows. */
  over: Promise<void>;
  ended: boolean;
  /** EC2 was asked to stop it, or to terminate it. */
  asked: 'stop' | 'terminate' | undefined;
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
      const instance: Standalone = {
        spec,
        machine: undefined,
        over: Promise.resolve(),
        ended: true,
        asked: undefined,
      };
      this.#instances.set(spec.instanceId, instance);
      this.#start(instance);
    }
  }

  /** EC2 calls them running again. */
  started(instanceIds: readonly string[]): void {
    for (const instance of this.#known(instanceIds)) if (instance.ended) this.#start(instance);
  }

  /** Their machines end first; EC2 calls them stopped when they have. */
  stop(instanceIds: readonly string[]): void {
    for (const instance of this.#known(instanceIds)) {
      instance.asked = 'stop';
      this.#meanwhile(this.#powerOff(instance));
    }
  }

  /** EC2 calls them terminated; their machines end, and their disks are removed. */
  terminated(instanceIds: readonly string[]): void {
    for (const instance of this.#known(instanceIds)) {
      instance.asked = 'terminate';
      this.#instances.delete(instance.spec.instanceId);
      this.#meanwhile(this.#remove(instance));
    }
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Resolves when all are gone, disks and all: for the end of the lab. */
  async removeAll(): Promise<void> {
    this.terminated([...this.#instances.keys()]);
    await this.settled();
  }

  #known(instanceIds: readonly string[]): Standalone[] {
    return instanceIds.flatMap((id) => this.#instances.get(id) ?? []);
  }

  #start(instance: Standalone): void {
    instance.ended = false;
    instance.asked = undefined;
    this.options.fleet.launch(instance.spec, { mayEnd: true });
    instance.over = this.#follow(instance).catch(this.options.onFailure);
  }

  async #follow(instance: Standalone): Promise<void> {
    const { compute, fleet } = this.options;
    const { instanceId } = instance.spec;
    instance.machine = await fleet.launched(instanceId);
    await instance.machine?.ended;
    instance.ended = true;
    if (instance.asked === 'terminate') return;
    const behavior = instance.asked ?? (await compute.shutdownBehavior(instanceId));
    if (behavior === 'stop') return compute.stop(instanceId);
    await compute.terminate(instanceId);
    this.terminated([instanceId]);
  }

  async #powerOff({ spec, over }: Standalone): Promise<void> {
    const machine = await this.options.fleet.launched(spec.instanceId);
    await machine?.powerOff();
    await over;
  }

  async #remove(instance: Standalone): Promise<void> {
    // The fleet forgets a machine that has ended; its disk is there all the same.
    const machine = instance.machine ?? (await this.options.fleet.launched(instance.spec.instanceId));
    await machine?.stop();
  }

  #meanwhile(work: Promise<void>): void {
    const settled: Promise<void> = work
      .catch(this.options.onFailure)
      .finally(() => this.#underWay.delete(settled));
    this.#underWay.add(settled);
  }
}
