/** An instance refresh as state, section C of the rules. Data, and what is read off it; the rules are beside it. */
import { capacityOf, instancesKept, isTerminating } from '../capacity';
import type { Group, Instance, Launch, LaunchTemplateReference, Region } from '../model';

/** Rule C3. */
export type InstanceRefreshStatus =
  | 'Pending'
  | 'InProgress'
  | 'Baking'
  | 'Successful'
  | 'Failed'
  | 'Cancelling'
  | 'Cancelled'
  | 'RollbackInProgress'
  | 'RollbackSuccessful'
  | 'RollbackFailed';

/** Rule C1. Times are seconds on AWS's clock. */
export interface RefreshPreferences {
  readonly minHealthyPercentage: number;
  /** Unset differs from 100 (rule C2). */
  readonly maxHealthyPercentage: number | undefined;
  readonly instanceWarmup: number;
  readonly checkpointPercentages: readonly number[];
  readonly checkpointDelay: number | undefined;
  readonly skipMatching: boolean;
  readonly autoRollback: boolean;
  readonly scaleInProtectedInstances: 'Refresh' | 'Ignore' | 'Wait';
  readonly standbyInstances: 'Terminate' | 'Ignore' | 'Wait';
  /** Names of CloudWatch alarms. */
  readonly alarms: readonly string[];
  readonly bakeTime: number | undefined;
}

export interface InstanceRefresh {
  readonly id: string;
  readonly createdAt: number;
  readonly preferences: RefreshPreferences;
  /** Becomes the group's when the refresh succeeds (rule C7). */
  readonly desiredConfiguration: LaunchTemplateReference | undefined;
  /** Rule C6: it can be rolled back. */
  readonly reversible: boolean;
  status: InstanceRefreshStatus;
  statusReason: string | undefined;
  startedAt: number | undefined;
  endedAt: number | undefined;
  percentageComplete: number;
  instancesToUpdate: number;
  /**
   * Who was there when it began, or when its rollback did: ids of instances, and those of the activities of launches
   * that EC2 had not answered yet.
   */
  before: ReadonlySet<string>;
  /** Those among them that are to be replaced. */
  outdated: ReadonlySet<string>;
  /** The highest checkpoint that is reached, percent. */
  checkpoint: number;
  /** The delay after a checkpoint, or the bake time, lasts until then. */
  waitsUntil: number | undefined;
  /** When it last came closer to its end, and how close it has come: what an hour without is counted from (rule C5). */
  progress: { at: number; percentageComplete: number; outdatedLeft: number };
  rollback: Rollback | undefined;
  /** Cancelling waits for launches and terminations that are under way. */
  waitsForTransitions: boolean;
}

/** What there was when the rollback began. */
export interface Rollback {
  readonly reason: string;
  readonly startedAt: number;
  readonly percentageComplete: number;
  readonly instancesToUpdate: number;
  /** Instances to replace again. */
  readonly instances: number;
}

const active: ReadonlySet<InstanceRefreshStatus> = new Set([
  'Pending',
  'InProgress',
  'Baking',
  'Cancelling',
  'RollbackInProgress',
]);

export function activeRefresh(group: Group): InstanceRefresh | undefined {
  return group.refreshes.find(({ status }) => active.has(status));
}

/** Rule C7: what is launched while a refresh has a desired configuration; a rollback goes back to the group's. */
export function launchTemplateInUse(group: Group): LaunchTemplateReference {
  const refresh = activeRefresh(group);
  return refresh?.rollback === undefined
    ? (refresh?.desiredConfiguration ?? group.launchTemplate)
    : group.launchTemplate;
}

/** Ids that tell an instance, or its launch, from those that come later. */
export function presentIn(group: Group): Set<string> {
  return new Set([...instancesPresent(group).map(({ id }) => id), ...group.launches.keys()]);
}

/** Those in standby and in the warm pool too: a refresh replaces them as well (rules C1, B19). */
export function instancesPresent(group: Group): Instance[] {
  return [...group.instances.values()].filter((instance) => !isTerminating(instance));
}

export function isIn(ids: ReadonlySet<string>, { id, activityId }: Instance): boolean {
  return ids.has(id) || ids.has(activityId);
}

/** Instances and launches that wait beside the one whose place they will take. */
export function standbys(group: Group): (Instance | Launch)[] {
  const kept = instancesKept(group);
  const ids = new Set(kept.map(({ id }) => id));
  return [...kept, ...group.launches.values()].filter(
    ({ refreshes }) => refreshes !== undefined && ids.has(refreshes),
  );
}

/** What the group should have now: while a refresh launches first, more than it is to have in the end (rule C2). */
export function wantedCapacity(group: Group): number {
  if (activeRefresh(group) === undefined) return group.desiredCapacity;
  const beside = standbys(group).map((standby) => ('choice' in standby ? standby.choice : standby));
  return group.desiredCapacity + capacityOf(beside);
}

/** The alarms that would end a refresh (rule C5). */
export function watchedAlarms(region: Region): string[] {
  return [...region.groups.values()].flatMap((group) => activeRefresh(group)?.preferences.alarms ?? []);
}
