/**
 * The group's rules, one pass each, in the order that matters. Called again and again with what the world looks
 * like, it moves the state on and says what is to be done out there; it does nothing out there itself.
 */
import type { Surroundings } from './action';
import { changeActivity, growing, shrinking, takenOut } from './activities';
import {
  actualCapacity,
  instancesInService,
  instancesKept,
  instancesLeaving,
  isTerminating,
} from './capacity';
import { advanceCooldown } from './cooldown';
import { enterNextHook, expireHooks } from './hooks';
import { beginTermination, instanceTerminated, moveTo } from './instances';
import { launch } from './launches';
import type { LaunchChoice } from './mixed-instances';
import type { AlarmState, Group, Instance, Region, Subnet } from './model';
import { advanceRefresh } from './refresh/advance';
import { wantedCapacity } from './refresh/refresh';
import { elbFailure, replaceExpired, replaceUnhealthy } from './replacement';
import { runSchedules } from './schedules';
import { enteredStandby } from './standby';
import { deregisterTarget, registerTarget, type Target, targetsOf } from './targets';
import { selectForTermination } from './termination-policy';
import { hasRoomInPool, returnToPool, takeFromPool, tendWarmPool } from './warm-pool';

export type MachineState = 'starting' | 'running' | 'stopped' | 'gone';

/** What the control loop sees of the world outside the model. */
export interface World extends Surroundings {
  /** An instance that is not in it is gone. */
  readonly machines: ReadonlyMap<string, MachineState>;
  /** Seconds, by target group ARN. */
  readonly deregistrationDelays: ReadonlyMap<string, number>;
  /** The port instances are registered with, by target group ARN. */
  readonly targetPorts: ReadonlyMap<string, number>;
  /** Of the alarms that instance refreshes watch, by name; one that is not in it does not exist. */
  readonly alarmStates: ReadonlyMap<string, AlarmState>;
}

export type Order =
  | {
      readonly do: 'launch';
      readonly group: Group;
      readonly activityId: string;
      readonly subnet: Subnet;
      readonly choice: LaunchChoice;
    }
  | {
      /** `stop` keeps what it has on its disk, for `start`. */
      readonly do: 'terminate' | 'stop' | 'start';
      readonly group: Group;
      readonly instance: Instance;
    };

export function reconcile(group: Group, region: Region, world: World): Order[] {
  if (group.deleting) terminateAll(group, world);
  else runSchedules(group, world);
  expireHooks(group, world);
  advanceLaunches(group, region, world);
  advanceStandby(group, region, world);
  judgeHealth(group, region, world);
  settleAttachments(group, region, world);
  advanceCooldown(group, world);
  const launches = group.deleting
    ? []
    : [
        ...replaceUnhealthy(group, world),
        ...replaceExpired(group, world),
        ...advanceRefresh(group, region, world),
        ...resize(group, world),
        ...tendWarmPool(group, world),
      ];
  const terminations = advanceTerminations(group, region, world);
  return [...launches, ...terminations];
}

/** Rule B2: hooks, then registration, then InService, which waits for the registration and not for health. */
function advanceLaunches(group: Group, region: Region, world: World): void {
  for (const instance of group.instances.values()) {
    if (instance.state === 'Pending' && world.machines.get(instance.id) === 'running') {
      instance.powerOrdered = undefined;
      enterNextHook(group, instance, 'autoscaling:EC2_INSTANCE_LAUNCHING', world);
    }
    if (instance.state === 'Pending:Proceed') {
      if (!group.suspendedProcesses.has('AddToLoadBalancer'))
        registerEverywhere(group, instance, region, world);
      instance.inServiceAt = world.now;
      moveTo(group, instance, 'InService', world);
      changeActivity(group, instance.activityId, { status: 'Successful', progress: 100 }, world);
    }
  }
}

function registerEverywhere(group: Group, instance: Instance, region: Region, world: World): void {
  for (const [arn, attachment] of group.attachments) {
    if (attachment === 'Removing') continue;
    registerTarget(region.targetGroups, arn, instance.id, world.targetPorts.get(arn) ?? 80);
  }
}

function advanceStandby(group: Group, region: Region, world: World): void {
  for (const instance of group.instances.values()) {
    if (instance.state !== 'EnteringStandby' || !drained(group, instance, region, world)) continue;
    enteredStandby(group, instance, world);
  }
}

/** Rules B7 and B8. */
function judgeHealth(group: Group, region: Region, world: World): void {
  if (group.suspendedProcesses.has('HealthCheck')) return;
  for (const instance of instancesKept(group)) {
    if (instance.health === 'Unhealthy') continue;
    if (!world.machines.has(instance.id) || world.machines.get(instance.id) === 'gone') {
      instance.health = 'Unhealthy';
      instance.healthReason = 'an EC2 health check indicating it has been terminated or stopped';
      continue;
    }
    if (inGracePeriod(group, instance, world.now)) continue;
    if (usesElbHealth(group) && failsElbHealth(group, instance, region)) {
      instance.health = 'Unhealthy';
      instance.healthReason = elbFailure;
    }
  }
}

/** The grace period runs from InService (rule B2); before that no load balancer is asked. */
export function inGracePeriod(group: Group, instance: Instance, now: number): boolean {
  return (
    instance.inServiceAt === undefined || now < instance.inServiceAt + group.healthCheckGracePeriod * 1000
  );
}

export function usesElbHealth(group: Group): boolean {
  return group.healthCheckType.split(',').includes('ELB');
}

function failsElbHealth(group: Group, instance: Instance, region: Region): boolean {
  return [...group.attachments].some(
    ([arn, attachment]) =>
      attachment === 'InService' &&
      targetsOf(region.targetGroups, arn).get(instance.id)?.state === 'unhealthy',
  );
}

/** Rule B10: Adding -> Added -> InService once an instance is healthy; Removing until the last one has drained. */
function settleAttachments(group: Group, region: Region, world: World): void {
  for (const [arn, attachment] of group.attachments) {
    const targets = targetsOf(region.targetGroups, arn);
    const own = [...group.instances.keys()].flatMap((id) => targets.get(id) ?? []);
    if (attachment === 'Adding') {
      for (const instance of instancesInService(group)) {
        registerTarget(region.targetGroups, arn, instance.id, world.targetPorts.get(arn) ?? 80);
      }
      group.attachments.set(arn, 'Added');
    } else if (attachment === 'Added' && own.some(({ state }) => state === 'healthy')) {
      group.attachments.set(arn, 'InService');
    } else if (attachment === 'Removing') {
      for (const target of own) deregister(region, arn, target, world);
      if (own.length === 0) group.attachments.delete(arn);
    }
  }
}

/** A launch that was under way when the group was deleted by force has its end too, protected or not. */
function terminateAll(group: Group, world: World): void {
  for (const instance of group.instances.values()) {
    if (isTerminating(instance)) continue;
    beginTermination(group, instance, takenOut(world.now, instance.id, undefined), world);
  }
}

function resize(group: Group, world: World): Order[] {
  const orders = grow(group, world);
  shrink(group, world);
  // What comes later has causes of its own.
  if (actualCapacity(group) === wantedCapacity(group)) group.capacityCause = undefined;
  return orders;
}

/** Rule A17: why the capacity was changed, then what became of it. */
function quoting({ capacityCause }: Group, cause: string): string {
  return capacityCause === undefined ? cause : `${capacityCause}  ${cause}`;
}

function grow(group: Group, world: World): Order[] {
  const orders: Order[] = [];
  // Each launch adds its weight.
  for (let actual = actualCapacity(group); actual < wantedCapacity(group); actual = actualCapacity(group)) {
    const cause = quoting(group, growing(world.now, actual, wantedCapacity(group)));
    const taken = takeFromPool(group, cause, world);
    const order = taken ?? launch(group, cause, world);
    if (taken === undefined && order.length === 0) break;
    orders.push(...order);
  }
  return orders;
}

function shrink(group: Group, world: World): void {
  if (group.suspendedProcesses.has('Terminate')) return;
  for (let actual = actualCapacity(group); actual > wantedCapacity(group); actual = actualCapacity(group)) {
    // Nothing whose end would leave too little.
    const dispensable = ({ weight = 1 }: Instance) => weight <= actual - wantedCapacity(group);
    const surplus = selectForTermination(group, instancesKept(group), world.now, dispensable);
    if (surplus === undefined) break;
    const cause = shrinking(world.now, surplus.id, actual, actual - (surplus.weight ?? 1));
    const returning = instancesLeaving(group).filter(({ returnsToPool }) => returnsToPool).length;
    surplus.returnsToPool = hasRoomInPool(group, returning);
    beginTermination(group, surplus, quoting(group, cause), world);
  }
}

/** Rule B3: deregister and drain, then the hooks, then EC2. */
function advanceTerminations(group: Group, region: Region, world: World): Order[] {
  const orders: Order[] = [];
  for (const instance of group.instances.values()) {
    if (instance.state === 'Warmed:Terminating') {
      enterNextHook(group, instance, 'autoscaling:EC2_INSTANCE_TERMINATING', world);
    }
    if (instance.state === 'Terminating' && drained(group, instance, region, world)) {
      changeActivity(group, instance.activityId, { status: 'InProgress', progress: 50 }, world);
      enterNextHook(group, instance, 'autoscaling:EC2_INSTANCE_TERMINATING', world);
    }
    if (instance.state === 'Terminating:Proceed' && instance.returnsToPool) {
      if (hasRoomInPool(group, 0)) returnToPool(group, instance, world);
      instance.returnsToPool = false;
    }
    if (!['Terminating:Proceed', 'Warmed:Terminating:Proceed'].includes(instance.state)) continue;
    if (!instance.terminationOrdered) {
      instance.terminationOrdered = true;
      orders.push({ do: 'terminate', group, instance });
    } else if ((world.machines.get(instance.id) ?? 'gone') === 'gone') {
      instanceTerminated(group, instance, world);
    }
  }
  return orders;
}

function drained(group: Group, instance: Instance, region: Region, world: World): boolean {
  let left = 0;
  for (const arn of group.attachments.keys()) {
    const target = targetsOf(region.targetGroups, arn).get(instance.id);
    if (target === undefined) continue;
    deregister(region, arn, target, world);
    left += 1;
  }
  if (left === 0) return true;
  changeActivity(
    group,
    instance.activityId,
    { status: 'WaitingForELBConnectionDraining', progress: 10 },
    world,
  );
  return false;
}

function deregister(region: Region, arn: string, target: Target, world: World): void {
  deregisterTarget(
    region.targetGroups,
    arn,
    target.id,
    world.now,
    world.deregistrationDelays.get(arn) ?? 300,
  );
}
