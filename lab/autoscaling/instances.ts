/** One instance's way through its lifecycle: the moves themselves, and what is told of them. */
import type { Surroundings } from './action';
import { changeActivity, startTerminationActivity } from './activities';
import { isWarmed, tellCapacity } from './capacity';
import type { Group, Instance, LifecycleState } from './model';

export function moveTo(group: Group, instance: Instance, state: LifecycleState, around: Surroundings): void {
  if (instance.state === state) return;
  const servedBefore = instance.state === 'InService';
  instance.state = state;
  around.emit({
    type: 'instance',
    group: group.name,
    instanceId: instance.id,
    zone: instance.subnet.zone,
    imageId: instance.imageId,
    state,
  });
  if (servedBefore || state === 'InService') tellCapacity(group, around);
}

/** What EC2 answered to a launch. */
export interface LaunchedInstance {
  readonly id: string;
  readonly instanceType: string;
  readonly imageId: string;
  readonly launchTemplate: Instance['launchTemplate'];
}

export function instanceLaunched(
  group: Group,
  activityId: string,
  launched: LaunchedInstance,
  around: Surroundings,
): void {
  const launch = group.launches.get(activityId);
  if (launch === undefined) return;
  group.launches.delete(activityId);
  group.failedLaunches = 0;
  group.failedZones = [];
  const instance: Instance = {
    ...launched,
    subnet: launch.subnet,
    launchedAt: around.now,
    purchaseOption: launch.choice.purchaseOption,
    weight: launch.choice.weight,
    replaces: launch.replaces,
    refreshes: launch.refreshes,
    state: launch.toWarmPool ? 'Warmed:Pending' : 'Pending',
    health: 'Healthy',
    healthReason: undefined,
    protectedFromScaleIn: group.newInstancesProtectedFromScaleIn,
    inServiceAt: undefined,
    waitingFor: undefined,
    passedHooks: [],
    activityId,
    returnsToPool: false,
    powerOrdered: undefined,
    terminationOrdered: false,
  };
  group.instances.set(instance.id, instance);
  const activity = group.activities.find(({ id }) => id === activityId);
  const into = launch.toWarmPool ? ' into warm pool' : '';
  if (activity !== undefined) activity.description = `Launching a new EC2 instance${into}: ${instance.id}`;
  around.emit({
    type: 'instance',
    group: group.name,
    instanceId: instance.id,
    zone: instance.subnet.zone,
    imageId: instance.imageId,
    state: instance.state,
  });
}

/** Longest wait between two tries of a launch that keeps failing, seconds (our choice; AWS does not publish its). */
const longestBackoff = 60;

/** Rule B13: the activity fails, and the next try waits longer each time. */
export function launchFailed(group: Group, activityId: string, message: string, around: Surroundings): void {
  const launch = group.launches.get(activityId);
  if (launch === undefined) return;
  group.launches.delete(activityId);
  const { zone } = launch.subnet;
  group.failedZones = [...group.failedZones.filter((other) => other !== zone), zone];
  group.failedLaunches += 1;
  group.launchesAfter = around.now + Math.min(longestBackoff, 2 ** group.failedLaunches) * 1000;
  changeActivity(group, activityId, { status: 'Failed', progress: 100, statusMessage: message }, around);
}

/** Rule B3: the way out begins with deregistration, and the group's history says why. */
export function beginTermination(
  group: Group,
  instance: Instance,
  cause: string,
  around: Surroundings,
): void {
  changeActivity(
    group,
    instance.activityId,
    { status: 'Cancelled', progress: 100, statusMessage: 'The instance is being terminated' },
    around,
  );
  instance.activityId = startTerminationActivity(group, instance, cause, around).id;
  instance.passedHooks = [];
  instance.waitingFor = undefined;
  instance.powerOrdered = undefined;
  moveTo(group, instance, isWarmed(instance) ? 'Warmed:Terminating' : 'Terminating', around);
}

/** EC2 has the instance no longer: the end of its story. */
export function instanceTerminated(group: Group, instance: Instance, around: Surroundings): void {
  moveTo(group, instance, 'Terminated', around);
  changeActivity(group, instance.activityId, { status: 'Successful', progress: 100 }, around);
  group.instances.delete(instance.id);
}
