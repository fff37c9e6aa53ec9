/** Carries out what the model's rules ask for, in EC2 and with machines. Orders outlast the turn that gave them. */
import type { Surroundings } from './autoscaling/action';
import { instanceLaunched, launchFailed } from './autoscaling/instances';
import type { Instance } from './autoscaling/model';
import type { Order } from './autoscaling/reconcile';
import type { Compute } from './cloud/compute';
import type { MachineFleet } from './machines/fleet';

export interface OrdersOptions {
  readonly compute: Compute;
  readonly fleet: MachineFleet;
  readonly surroundings: () => Surroundings;
  readonly onFailure: (error: unknown) => void;
  /** An order has been carried out, or has failed. */
  readonly onDone: () => void;
}

export class Orders {
  readonly #underWay = new Set<Promise<void>>();

  constructor(private readonly options: OrdersOptions) {}

  carryOut(order: Order): void {
    const settled: Promise<void> = this.#done(order).finally(() => {
      this.#underWay.delete(settled);
      this.options.onDone();
    });
    this.#underWay.add(settled);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #done(order: Order): Promise<void> {
    const { compute, fleet } = this.options;
    switch (order.do) {
      case 'launch':
        return this.#launch(order);
      case 'terminate':
        return this.#terminate(order.instance);
      case 'stop':
        return this.#orEnd(order.instance, async (id) => {
          // The machine first: what EC2 calls stopped has no machine that runs.
          await fleet.powerOff(id);
          await compute.stop(id);
        });
      case 'start':
        return this.#orEnd(order.instance, async (id) => {
          await compute.start(id);
          fleet.start(id);
        });
    }
  }

  async #launch({ group, activityId, subnet, choice }: Order & { do: 'launch' }): Promise<void> {
    const { compute, fleet, surroundings } = this.options;
    try {
      const { launched, spec } = await compute.run(group, subnet, choice);
      fleet.launch(spec);
      instanceLaunched(group, activityId, launched, surroundings());
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      launchFailed(group, activityId, `Launching a new EC2 instance failed. ${message}`, surroundings());
    }
  }

  async #terminate(instance: Instance): Promise<void> {
    try {
      // EC2 first: the instance leaves the group when its machine has ended, and must not outlive that in EC2.
      await this.options.compute.terminate(instance.id);
      await this.options.fleet.stop(instance.id);
    } catch (error) {
      // The order goes out again at the next turn.
      instance.terminationOrdered = false;
      this.options.onFailure(error);
    }
  }

  /** The machine of one that can't be stopped or started ends, and the group replaces it. */
  async #orEnd(instance: Instance, change: (id: string) => Promise<void>): Promise<void> {
    try {
      await change(instance.id);
    } catch (error) {
      this.options.onFailure(error);
      await this.options.fleet.stop(instance.id);
    }
  }
}
