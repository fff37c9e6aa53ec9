/** The state that the Auto Scaling API describes and the control loop moves. Data only; the rules are beside it. */
import type { Cooldown } from './cooldown';
import type { LaunchChoice, MixedInstances, PurchaseOption } from './mixed-instances';
import type { ScalingPolicy } from './policies';
import type { InstanceRefresh } from './refresh/refresh';
import type { TargetGroups } from './targets';
import type { WarmPool } from './warm-pool';

/** Rule B1, less the states of hibernation and root volume replacement, which the lab has no way into. */
export type LifecycleState =
  | 'Pending'
  | 'Pending:Wait'
  | 'Pending:Proceed'
  | 'InService'
  | 'EnteringStandby'
  | 'Standby'
  | 'Terminating'
  | 'Terminating:Wait'
  | 'Terminating:Proceed'
  | 'Terminated'
  | 'Warmed:Pending'
  | 'Warmed:Pending:Wait'
  | 'Warmed:Pending:Proceed'
  | 'Warmed:Running'
  | 'Warmed:Stopped'
  | 'Warmed:Terminating'
  | 'Warmed:Terminating:Wait'
  | 'Warmed:Terminating:Proceed';

/** One region of the embedded AWS. */
export interface Region {
  readonly name: string;
  readonly accountId: string;
  readonly groups: Map<string, Group>;
  readonly targetGroups: TargetGroups;
  /** CloudWatch's alarms that name a scaling policy, as they were last seen there. */
  readonly alarms: Map<string, WatchedAlarm>;
}

export interface WatchedAlarm {
  readonly name: string;
  readonly arn: string;
  /** What any of its states invokes. */
  readonly actions: readonly string[];
}

export interface Group {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  minSize: number;
  maxSize: number;
  desiredCapacity: number;
  /** Seconds. */
  defaultCooldown: number;
  /** Seconds; unset differs from 0 (rule A13). */
  defaultInstanceWarmup: number | undefined;
  subnets: readonly Subnet[];
  launchTemplate: LaunchTemplateReference;
  /** Then `launchTemplate` is the policy's. */
  mixedInstances: MixedInstances | undefined;
  /** `EC2` or `ELB`, or both with a comma (rule B7). */
  healthCheckType: string;
  /** Seconds. */
  healthCheckGracePeriod: number;
  terminationPolicies: readonly string[];
  newInstancesProtectedFromScaleIn: boolean;
  capacityRebalance: boolean | undefined;
  /** Seconds, 0 or at least a day. */
  maxInstanceLifetime: number | undefined;
  placementGroup: string | undefined;
  instanceMaintenancePolicy: InstanceMaintenancePolicy | undefined;
  serviceLinkedRoleArn: string;
  /** Target group ARNs with the state of their attachment (rule B10). */
  readonly attachments: Map<string, AttachmentState>;
  readonly tags: Map<string, Tag>;
  readonly suspendedProcesses: Map<string, string>;
  readonly enabledMetrics: Set<string>;
  readonly hooks: Map<string, LifecycleHook>;
  readonly policies: Map<string, ScalingPolicy>;
  readonly schedules: Map<string, ScheduledAction>;
  readonly instances: Map<string, Instance>;
  /** Launches that EC2 has not answered yet, by the id of their activity. */
  readonly launches: Map<string, Launch>;
  /** Newest first. */
  readonly activities: Activity[];
  /** Datapoints of each metric that is followed, oldest first, by its key (`keyOf` in tracked-metric.ts). */
  readonly datapoints: Map<string, Datapoint[]>;
  /** Newest first. */
  readonly refreshes: InstanceRefresh[];
  /** No launch before this time: the backoff after a failed one (rule B13). */
  launchesAfter: number;
  failedLaunches: number;
  /** Zones where a launch has failed since the last that succeeded; the latest failure last (rule B12). */
  failedZones: readonly string[];
  /** Why the desired capacity last changed, until the group has that size; the first half of a cause (rule A17). */
  capacityCause: string | undefined;
  /** Set while no simple scaling policy may act (rule A15). */
  cooldown: Cooldown | undefined;
  warmPool: WarmPool | undefined;
  deleting: boolean;
}

export interface Subnet {
  readonly id: string;
  readonly zone: string;
}

export interface LaunchTemplateReference {
  readonly id: string;
  readonly name: string;
  /** As it was sent: a number, `$Latest` or `$Default` (rule F5). */
  readonly version: string;
}

/** Percent of the desired capacity: what stays ready, and what may be there, while instances are replaced. */
export interface InstanceMaintenancePolicy {
  readonly minHealthyPercentage: number;
  readonly maxHealthyPercentage: number;
}

export type AttachmentState = 'Adding' | 'Added' | 'InService' | 'Removing';

export interface Tag {
  readonly key: string;
  readonly value: string;
  readonly propagateAtLaunch: boolean;
}

export interface Launch {
  readonly activityId: string;
  readonly subnet: Subnet;
  readonly choice: LaunchChoice;
  /** It is for the warm pool, and no part of the group's capacity (rule B19). */
  readonly toWarmPool: boolean;
  /** The instance that it replaces in a wave of replacements (rule B9). */
  readonly replaces: string | undefined;
  /** The instance whose place it takes in an instance refresh. */
  readonly refreshes: string | undefined;
}

export interface Instance {
  readonly id: string;
  readonly subnet: Subnet;
  readonly instanceType: string;
  readonly imageId: string;
  readonly launchTemplate: LaunchTemplateReference;
  readonly launchedAt: number;
  readonly purchaseOption: PurchaseOption;
  /** Units of capacity that it counts; unset is 1 (rule B20). */
  readonly weight: number | undefined;
  /** The instance that it replaced in a wave of replacements (rule B9). */
  readonly replaces: string | undefined;
  /** The instance whose place it takes in an instance refresh. */
  readonly refreshes: string | undefined;
  state: LifecycleState;
  health: 'Healthy' | 'Unhealthy';
  /** Why it is unhealthy; becomes the cause of its termination. */
  healthReason: string | undefined;
  protectedFromScaleIn: boolean;
  /** Grace period and warm-up start here (rule B2). */
  inServiceAt: number | undefined;
  /** The lifecycle hook it waits for. */
  waitingFor: OpenLifecycleAction | undefined;
  /** Hooks of the present transition that are over. */
  passedHooks: string[];
  /** The activity that tells of its launch or, later, of its termination. */
  activityId: string;
  /** Taken out by a scale-in, and on its way to the warm pool (rule B19). */
  returnsToPool: boolean;
  /** The order that has gone out to stop or start it, until it is carried out. */
  powerOrdered: 'stop' | 'start' | undefined;
  /** The order to EC2 to terminate it has gone out. */
  terminationOrdered: boolean;
}

export type LifecycleTransition =
  | 'autoscaling:EC2_INSTANCE_LAUNCHING'
  | 'autoscaling:EC2_INSTANCE_TERMINATING';
export type LifecycleResult = 'CONTINUE' | 'ABANDON';

export interface LifecycleHook {
  readonly name: string;
  readonly transition: LifecycleTransition;
  /** Seconds, 30 to 7200 (rule B4). */
  readonly heartbeatTimeout: number;
  readonly defaultResult: LifecycleResult;
  readonly notificationTargetArn: string | undefined;
  readonly notificationMetadata: string | undefined;
  readonly roleArn: string | undefined;
}

export interface OpenLifecycleAction {
  readonly hook: string;
  readonly token: string;
  readonly startedAt: number;
  deadline: number;
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type AlarmDirection = 'high' | 'low';

export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly direction: AlarmDirection;
  state: AlarmState;
  /** The period, by its start, for which this alarm last invoked its policy: it does in each one (rule A9). */
  invokedFor: number | undefined;
}

export interface ScheduledAction {
  readonly name: string;
  readonly arn: string;
  readonly minSize: number | undefined;
  readonly maxSize: number | undefined;
  readonly desiredCapacity: number | undefined;
  readonly startTime: number | undefined;
  readonly endTime: number | undefined;
  /** Five cron fields. */
  readonly recurrence: string | undefined;
  readonly timeZone: string | undefined;
  /** When it acts next; undefined once it never will again. */
  nextAt: number | undefined;
}

export type ActivityStatus =
  | 'PreInService'
  | 'MidLifecycleAction'
  | 'WaitingForELBConnectionDraining'
  | 'InProgress'
  | 'Successful'
  | 'Failed'
  | 'Cancelled';

export interface Activity {
  readonly id: string;
  description: string;
  cause: string;
  readonly startTime: number;
  endTime: number | undefined;
  status: ActivityStatus;
  statusMessage: string | undefined;
  /** Percent. */
  progress: number;
  details: string;
}

export interface Datapoint {
  /** Start of the period, milliseconds since the epoch (rule G1). */
  readonly at: number;
  /** Undefined: no instance gave a sample in this period. */
  readonly value: number | undefined;
}
