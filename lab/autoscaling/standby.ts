/** Rule B18: an instance in standby keeps running, gets no requests and no health checks, and counts for nothing. */
import type { Surroundings } from './action';
import { changeActivity, startStandbyActivity } from './activities';
import { setDesiredCapacity } from './capacity';
import { moveTo } from './instances';
import type { Group, Instance } from './model';

/** It drains first. @param decrement whether the group gets smaller by it; else another one is launched */
export function enterStandby(
  group: Group,
  instance: Instance,
  cause: string,
  decrement: boolean,
  around: Surroundings,
): void {
  const { desiredCapacity } = group;
  if (decrement) setDesiredCapacity(group, desiredCapacity - (instance.weight ?? 1), cause, around);
  instance.activityId = startStandbyActivity(group, instance, 'to', cause, around).id;
  moveTo(group, instance, 'EnteringStandby', around);
}

/** It has drained. */
export function enteredStandby(group: Group, instance: Instance, around: Surroundings): void {
  instance.inServiceAt = undefined;
  changeActivity(group, instance.activityId, { status: 'Successful', progress: 100 }, around);
  moveTo(group, instance, 'Standby', around);
}

/** Without hooks (rule B6); then it is registered, and its grace period and warm-up begin. */
export function exitStandby(group: Group, instance: Instance, cause: string, around: Surroundings): void {
  setDesiredCapacity(group, group.desiredCapacity + (instance.weight ?? 1), cause, around);
  instance.activityId = startStandbyActivity(group, instance, 'out of', cause, around).id;
  moveTo(group, instance, 'Pending:Proceed', around);
}
