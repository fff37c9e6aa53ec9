/** The group's activity history: each launch and termination, why it happened and how it went. */
import type { Surroundings } from './action';
import type { Activity, ActivityStatus, Group, Instance, Subnet } from './model';

/** AWS keeps six weeks of history; a bound keeps a long-lived lab small. */
const keptActivities = 1_000;

const inSentence = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

export function userRequest(now: number, what: string, from: number, to: number): string {
  return `At ${inSentence(now)} a user request ${what} changing the desired capacity from ${from} to ${to}.`;
}

/** Rule A17. */
export function alarmTriggered(now: number, alarm: string, policy: string, from: number, to: number): string {
  return (
    `At ${inSentence(now)} a monitor alarm ${alarm} in state ALARM triggered policy ${policy} ` +
    `changing the desired capacity from ${from} to ${to}.`
  );
}

export function policyExecuted(now: number, policy: string, from: number, to: number): string {
  return userRequest(now, `executed policy ${policy}`, from, to);
}

export function scheduleTriggered(now: number, name: string, from: number, to: number): string {
  return (
    `At ${inSentence(now)} a scheduled action ${name} was executed ` +
    `changing the desired capacity from ${from} to ${to}.`
  );
}

export function growing(now: number, from: number, to: number): string {
  return (
    `At ${inSentence(now)} an instance was started in response to a difference between desired and actual ` +
    `capacity, increasing the capacity from ${from} to ${to}.`
  );
}

/** Rule A17. */
export function shrinking(now: number, instanceId: string, from: number, to: number): string {
  return (
    `At ${inSentence(now)} an instance was taken out of service in response to a difference between desired and ` +
    `actual capacity, shrinking the capacity from ${from} to ${to}.  ` +
    `At ${inSentence(now)} instance ${instanceId} was selected for termination.`
  );
}

/** @param shrunkFrom the capacity, where it becomes one smaller with the instance */
export function takenOut(now: number, instanceId: string, shrunkFrom: number | undefined): string {
  const shrunk =
    shrunkFrom === undefined ? '' : `, shrinking the capacity from ${shrunkFrom} to ${shrunkFrom - 1}`;
  return `At ${inSentence(now)} instance ${instanceId} was taken out of service in response to a user request${shrunk}.`;
}

export function replacing(now: number, reason: string): string {
  return `At ${inSentence(now)} an instance was taken out of service in response to ${reason}.`;
}

export function startedForUnhealthy(now: number): string {
  return `At ${inSentence(now)} an instance was started in response to an unhealthy instance needing to be replaced.`;
}

export function launchedForRefresh(now: number): string {
  return `At ${inSentence(now)} an instance was launched in response to an instance refresh.`;
}

export function takenOutForRefresh(now: number, instanceId: string): string {
  return (
    `At ${inSentence(now)} an instance was taken out of service in response to an instance refresh.  ` +
    `At ${inSentence(now)} instance ${instanceId} was selected for termination.`
  );
}

export function startLaunchActivity(
  group: Group,
  subnet: Subnet,
  cause: string,
  around: Surroundings,
): Activity {
  return start(group, 'Launching a new EC2 instance', 'PreInService', cause, subnet, around);
}

export function startStandbyActivity(
  group: Group,
  instance: Instance,
  where: 'to' | 'out of',
  cause: string,
  around: Surroundings,
): Activity {
  const description = `Moving EC2 instance ${where} Standby: ${instance.id}`;
  return start(group, description, 'InProgress', cause, instance.subnet, around);
}

export function startedForLifetime(now: number): string {
  return `At ${inSentence(now)} an instance was started in response to an instance that has reached the maximum instance lifetime.`;
}

/** @param from how many the warm pool has */
export function startPoolActivity(now: number, from: number, to: number): string {
  const [what, how] = to > from ? ['started', 'increasing'] : ['taken out of service', 'shrinking'];
  return (
    `At ${inSentence(now)} an instance was ${what} in response to a difference between desired and actual ` +
    `capacity of the warm pool, ${how} it from ${from} to ${to}.`
  );
}

export function takenFromPool(
  group: Group,
  instance: Instance,
  cause: string,
  around: Surroundings,
): Activity {
  const description = `Launching a new EC2 instance from warm pool: ${instance.id}`;
  return start(group, description, 'PreInService', cause, instance.subnet, around);
}

export function startTerminationActivity(
  group: Group,
  instance: Instance,
  cause: string,
  around: Surroundings,
): Activity {
  const description = `Terminating EC2 instance: ${instance.id}`;
  return start(group, description, 'InProgress', cause, instance.subnet, around);
}

function start(
  group: Group,
  description: string,
  status: ActivityStatus,
  cause: string,
  subnet: Subnet,
  around: Surroundings,
): Activity {
  const activity: Activity = {
    id: around.newId(),
    description,
    cause,
    startTime: around.now,
    endTime: undefined,
    status,
    statusMessage: undefined,
    progress: 0,
    details: JSON.stringify({ 'Subnet ID': subnet.id, 'Availability Zone': subnet.zone }),
  };
  group.activities.unshift(activity);
  group.activities.length = Math.min(group.activities.length, keptActivities);
  tell(group, activity, around);
  return activity;
}

export function changeActivity(
  group: Group,
  activityId: string,
  change: { status: ActivityStatus; progress: number; statusMessage?: string; description?: string },
  around: Surroundings,
): void {
  const activity = group.activities.find(({ id }) => id === activityId);
  if (activity === undefined || activity.endTime !== undefined || activity.status === change.status) return;
  Object.assign(activity, change);
  if (change.progress === 100) activity.endTime = around.now;
  tell(group, activity, around);
}

function tell(group: Group, activity: Activity, around: Surroundings): void {
  around.emit({
    type: 'activity',
    group: group.name,
    activityId: activity.id,
    description: activity.description,
    cause: activity.cause,
    status: activity.status,
    ...(activity.statusMessage === undefined ? {} : { statusMessage: activity.statusMessage }),
  });
}
