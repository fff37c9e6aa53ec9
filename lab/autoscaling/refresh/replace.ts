/** One step of replacing: who goes now, and who comes, within the bounds of rule C2. */
import { launchedForRefresh, takenOutForRefresh } from '../activities';
import { actualCapacity, capacityOf } from '../capacity';
import { beginTermination } from '../instances';
import { canLaunch, launch } from '../launches';
import type { Group, Instance } from '../model';
import type { Order, World } from '../reconcile';
import type { Census } from './census';
import { leeway } from './leeway';
import { type InstanceRefresh, standbys } from './refresh';

/** @param budget how many more units may be replaced: a checkpoint may ask to stop before the last (rule C4) */
export function replaceDue(
  group: Group,
  refresh: InstanceRefresh,
  census: Census,
  budget: number,
  world: World,
): Order[] {
  const { surplus, deficit } = leeway(
    group.desiredCapacity,
    refresh.preferences,
    Math.max(1, ...census.due.map(({ weight = 1 }) => weight)),
  );
  const steps = new Steps(group, census, world);
  steps.terminate(budget, deficit);
  steps.launch(budget, surplus);
  // After those that serve (rule B19).
  if (census.due.length === 0) steps.terminateSpare();
  return steps.orders;
}

class Steps {
  readonly orders: Order[] = [];
  /** Units whose replacement began with these steps. */
  begun = 0;
  readonly #gone = new Set<Instance>();

  constructor(
    private readonly group: Group,
    private readonly census: Census,
    private readonly world: World,
  ) {}

  terminate(budget: number, deficit: number): void {
    const { group, census, world } = this;
    if (group.suspendedProcesses.has('Terminate')) return;
    const fewest = group.desiredCapacity - deficit;
    let ready = capacityOf([...census.ready]);
    for (const instance of inOrder(group, census)) {
      const readyWithout = ready - (census.ready.has(instance) ? (instance.weight ?? 1) : 0);
      if (readyWithout < fewest) continue;
      const isSurplus = actualCapacity(group) > group.desiredCapacity && isInPair(group, instance);
      if (!isSurplus && (deficit === 0 || this.begun >= budget || !canLaunch(group, world))) continue;
      beginTermination(group, instance, takenOutForRefresh(world.now, instance.id), world);
      this.#gone.add(instance);
      ready = readyWithout;
      if (!isSurplus) this.#launchFor(instance);
    }
  }

  launch(budget: number, surplus: number): void {
    const { group, census } = this;
    const most = group.desiredCapacity + surplus;
    const stoodByFor = new Set(standbys(group).map(({ refreshes }) => refreshes));
    const alone = census.due.filter((instance) => !this.#gone.has(instance) && !stoodByFor.has(instance.id));
    for (const instance of byAge(alone)) {
      if (this.begun >= budget || actualCapacity(group) >= most) break;
      this.#launchFor(instance);
    }
  }

  terminateSpare(): void {
    const { group, census, world } = this;
    if (group.suspendedProcesses.has('Terminate')) return;
    for (const instance of census.spare) {
      beginTermination(group, instance, takenOutForRefresh(world.now, instance.id), world);
    }
  }

  #launchFor(instance: Instance): void {
    const orders = launch(this.group, launchedForRefresh(this.world.now), this.world, {
      refreshes: instance.id,
    });
    this.orders.push(...orders);
    if (orders.length > 0) this.begun += instance.weight ?? 1;
  }
}

/** It stands by for another, or another for it. */
function isInPair(group: Group, instance: Instance): boolean {
  return standbys(group).some((standby) => standby === instance || standby.refreshes === instance.id);
}

/**
 * Those that stand by themselves and are not wanted any more (a rollback's), then those that are relieved, then those
 * that serve nobody; the oldest first.
 */
function inOrder(group: Group, { due, ready }: Census): readonly Instance[] {
  const waiting = standbys(group);
  const relieved = new Set(waiting.map(({ refreshes }) => refreshes));
  const rank = (instance: Instance) => {
    if (waiting.includes(instance)) return 0;
    if (relieved.has(instance.id)) return 1;
    return ready.has(instance) ? 3 : 2;
  };
  return byAge(due).sort((one, other) => rank(one) - rank(other));
}

function byAge(instances: readonly Instance[]): Instance[] {
  return [...instances].sort((one, other) => one.launchedAt - other.launchedAt);
}

/**
 * A refresh that ends early leaves two for one place: the one that is not proven goes. (Inferred: AWS says only that
 * nothing replaced is taken back.)
 */
export function settleStandbys(group: Group, { ready }: Census, world: World): void {
  for (const standby of standbys(group)) {
    if (!('id' in standby)) continue;
    const replaced = group.instances.get(standby.refreshes ?? '');
    const surplus = ready.has(standby) && replaced !== undefined ? replaced : standby;
    beginTermination(group, surplus, takenOutForRefresh(world.now, surplus.id), world);
  }
}
