/** How the API shows the state: each shape once. What is unset is left out, or Terraform sees a change (rule F5). */
import type { QueryOutput } from '../gateway/query-protocol';
import { zoneDistribution } from './actions/group-settings';
import { describeMixedInstances } from './actions/mixed-instances-policy';
import { describeWarmPoolConfiguration } from './actions/warm-pools';
import { isWarmed } from './capacity';
import { describeLaunchTemplate } from './describe-launch-template';
import { globalTimeout } from './hooks';
import type { Activity, Group, Instance, LifecycleHook, ScheduledAction, Tag } from './model';
import { pooled } from './warm-pool';

const time = (milliseconds: number | undefined): Date | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds);

export function describeGroup(group: Group): QueryOutput {
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    ...(group.mixedInstances === undefined
      ? { LaunchTemplate: describeLaunchTemplate(group.launchTemplate) }
      : { MixedInstancesPolicy: describeMixedInstances(group.mixedInstances, group.launchTemplate) }),
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desiredCapacity,
    DefaultCooldown: group.defaultCooldown,
    DefaultInstanceWarmup: group.defaultInstanceWarmup,
    AvailabilityZones: [...new Set(group.subnets.map(({ zone }) => zone))].sort(),
    AvailabilityZoneDistribution: { CapacityDistributionStrategy: zoneDistribution },
    VPCZoneIdentifier: group.subnets.map(({ id }) => id).join(','),
    TargetGroupARNs: [...group.attachments.keys()],
    TrafficSources: [...group.attachments.keys()].map((arn) => ({ Identifier: arn, Type: 'elbv2' })),
    LoadBalancerNames: [],
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: group.healthCheckGracePeriod,
    Instances: [...group.instances.values()].filter((instance) => !isWarmed(instance)).map(describeInstance),
    WarmPoolConfiguration: group.warmPool && describeWarmPoolConfiguration(group.warmPool),
    WarmPoolSize: group.warmPool && pooled(group).length,
    CreatedTime: time(group.createdAt),
    SuspendedProcesses: [...group.suspendedProcesses].map(([name, reason]) => ({
      ProcessName: name,
      SuspensionReason: reason,
    })),
    EnabledMetrics: [...group.enabledMetrics].map((metric) => ({ Metric: metric, Granularity: '1Minute' })),
    Status: group.deleting ? 'Delete in progress' : undefined,
    Tags: [...group.tags.values()].map((tag) => describeTag(group, tag)),
    TerminationPolicies: group.terminationPolicies.length === 0 ? ['Default'] : group.terminationPolicies,
    NewInstancesProtectedFromScaleIn: group.newInstancesProtectedFromScaleIn,
    ServiceLinkedRoleARN: group.serviceLinkedRoleArn,
    CapacityRebalance: group.capacityRebalance,
    MaxInstanceLifetime: group.maxInstanceLifetime,
    PlacementGroup: group.placementGroup,
    InstanceMaintenancePolicy: group.instanceMaintenancePolicy && {
      MinHealthyPercentage: group.instanceMaintenancePolicy.minHealthyPercentage,
      MaxHealthyPercentage: group.instanceMaintenancePolicy.maxHealthyPercentage,
    },
  };
}

export function describeInstance(instance: Instance): QueryOutput {
  return {
    InstanceId: instance.id,
    InstanceType: instance.instanceType,
    AvailabilityZone: instance.subnet.zone,
    LifecycleState: instance.state,
    HealthStatus: instance.health,
    LaunchTemplate: describeLaunchTemplate(instance.launchTemplate),
    ProtectedFromScaleIn: instance.protectedFromScaleIn,
    WeightedCapacity: instance.weight === undefined ? undefined : String(instance.weight),
  };
}

export function describeTag(group: Group, tag: Tag): QueryOutput {
  return {
    ResourceId: group.name,
    ResourceType: 'auto-scaling-group',
    Key: tag.key,
    Value: tag.value,
    PropagateAtLaunch: tag.propagateAtLaunch,
  };
}

export function describeActivity(group: Group, activity: Activity): QueryOutput {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: time(activity.startTime),
    EndTime: time(activity.endTime),
    StatusCode: activity.status,
    StatusMessage: activity.statusMessage,
    Progress: activity.progress,
    Details: activity.details,
  };
}

export function describeHook(group: Group, hook: LifecycleHook): QueryOutput {
  return {
    LifecycleHookName: hook.name,
    AutoScalingGroupName: group.name,
    LifecycleTransition: hook.transition,
    HeartbeatTimeout: hook.heartbeatTimeout,
    GlobalTimeout: globalTimeout(hook.heartbeatTimeout),
    DefaultResult: hook.defaultResult,
    NotificationTargetARN: hook.notificationTargetArn,
    NotificationMetadata: hook.notificationMetadata,
    RoleARN: hook.roleArn,
  };
}

export function describeSchedule(group: Group, schedule: ScheduledAction): QueryOutput {
  return {
    AutoScalingGroupName: group.name,
    ScheduledActionName: schedule.name,
    ScheduledActionARN: schedule.arn,
    MinSize: schedule.minSize,
    MaxSize: schedule.maxSize,
    DesiredCapacity: schedule.desiredCapacity,
    StartTime: time(schedule.startTime ?? schedule.nextAt),
    EndTime: time(schedule.endTime),
    Recurrence: schedule.recurrence,
    TimeZone: schedule.timeZone,
  };
}
