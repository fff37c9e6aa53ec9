/** Counting a group's instances, and changing its desired capacity with a cause that the history can quote. */
import type { Surroundings } from './action';
import type { Group, Instance, Launch, LifecycleState } from './model';

const terminating: ReadonlySet<LifecycleState> = new Set([
  'Terminating',
  'Terminating:Wait',
  'Terminating:Proceed',
  'Terminated',
  'Warmed:Terminating',
  'Warmed:Terminating:Wait',
  'Warmed:Terminating:Proceed',
]);

export function isTerminating(instance: Instance): boolean {
  return terminating.has(instance.state);
}

/** In the warm pool, or on its way out of it: no part of the group's capacity (rule B19). */
export function isWarmed({ state }: Instance): boolean {
  return state.startsWith('Warmed:');
}

/** Of the group itself. */
export function instancesLeaving(group: Group): Instance[] {
  return [...group.instances.values()].filter((instance) => isTerminating(instance) && !isWarmed(instance));
}

/** Launches for the group itself that EC2 has not answered yet. */
export function launchesUnderWay(group: Group): Launch[] {
  return [...group.launches.values()].filter(({ toWarmPool }) => !toWarmPool);
}

export function instancesInService(group: Group): Instance[] {
  return [...group.instances.values()].filter(({ state }) => state === 'InService');
}

const onStandby: ReadonlySet<LifecycleState> = new Set(['EnteringStandby', 'Standby']);

/** What counts towards the desired capacity: all that launch or serve. */
export function instancesKept(group: Group): Instance[] {
  return [...group.instances.values()].filter(
    (instance) => !isTerminating(instance) && !isWarmed(instance) && !onStandby.has(instance.state),
  );
}

/** In units: an instance counts its weight (rule B20). */
export function capacityOf(instances: readonly Pick<Instance, 'weight'>[]): number {
  return instances.reduce((sum, { weight = 1 }) => sum + weight, 0);
}

/** The actual capacity, launches that EC2 has not answered yet included. */
export function actualCapacity(group: Group): number {
  const launching = launchesUnderWay(group).map(({ choice }) => choice);
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
