/** Counting a group's instances, and changing its desired capacity with a cause that the history can quote. */
import type { Surroundings } from './action';
import type { Group, Instance, LifecycleState } from './model';

const terminating: ReadonlySet<LifecycleState> = new Set([
  'Terminating',
  'Terminating:Wait',
  'Terminating:Proceed',
  'Terminated',
]);

export function isTerminating(instance: Instance): boolean {
  return terminating.has(instance.state);
}

export function instancesInService(group: Group): Instance[] {
  return [...group.instances.values()].filter(({ state }) => state === 'InService');
}

/** What counts towards the desired capacity: all that launch or serve. */
export function instancesKept(group: Group): Instance[] {
  return [...group.instances.values()].filter((instance) => !isTerminating(instance));
}

/** In units: an instance counts its weight (rule B20). */
export function capacityOf(instances: readonly Pick<Instance, 'weight'>[]): number {
  return instances.reduce((sum, { weight = 1 }) => sum + weight, 0);
}

/** The actual capacity, launches that EC2 has not answered yet included. */
export function actualCapacity(group: Group): number {
  const launching = [...group.launches.values()].map(({ choice }) => choice);
  return capacityOf([...instancesKept(group), ...launching]);
}

export function clampToLimits(group: Group, capacity: number): number {
  return Math.min(group.maxSize, Math.max(group.minSize, capacity));
}

export function setDesiredCapacity(group: Group, desired: number, cause: string, around: Surroundings): void {
  if (desired === group.desiredCapacity) return;
  group.desiredCapacity = desired;
  group.capacityCause = cause;
  tellCapacity(group, around);
}

export function tellCapacity(group: Group, around: Surroundings): void {
  around.emit({
    type: 'capacity',
    group: group.name,
    desired: group.desiredCapacity,
    inService: instancesInService(group).length,
  });
}
