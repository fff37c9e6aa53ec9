/** How the API shows an instance refresh. */
import type { QueryOutput } from '../../gateway/query-protocol';
import { describeLaunchTemplate } from '../describe-launch-template';
import type { Group } from '../model';
import type { InstanceRefresh, RefreshPreferences } from './refresh';

export function describeRefresh(group: Group, refresh: InstanceRefresh): QueryOutput {
  const { desiredConfiguration, rollback } = refresh;
  return {
    InstanceRefreshId: refresh.id,
    AutoScalingGroupName: group.name,
    Status: refresh.status,
    StatusReason: refresh.statusReason,
    StartTime: time(refresh.startedAt),
    EndTime: time(refresh.endedAt),
    PercentageComplete: refresh.percentageComplete,
    InstancesToUpdate: rollback?.instancesToUpdate ?? refresh.instancesToUpdate,
    Strategy: 'Rolling',
    Preferences: describePreferences(refresh.preferences),
    DesiredConfiguration: desiredConfiguration && {
      LaunchTemplate: describeLaunchTemplate(desiredConfiguration),
    },
    RollbackDetails: rollback && {
      RollbackReason: rollback.reason,
      RollbackStartTime: time(rollback.startedAt),
      PercentageCompleteOnRollback: rollback.percentageComplete,
      InstancesToUpdateOnRollback: rollback.instancesToUpdate,
    },
  };
}

function describePreferences(preferences: RefreshPreferences): QueryOutput {
  const { checkpointPercentages, alarms } = preferences;
  return {
    MinHealthyPercentage: preferences.minHealthyPercentage,
    MaxHealthyPercentage: preferences.maxHealthyPercentage,
    InstanceWarmup: preferences.instanceWarmup,
    CheckpointPercentages: checkpointPercentages.length === 0 ? undefined : checkpointPercentages,
    CheckpointDelay: preferences.checkpointDelay,
    SkipMatching: preferences.skipMatching,
    AutoRollback: preferences.autoRollback,
    ScaleInProtectedInstances: preferences.scaleInProtectedInstances,
    StandbyInstances: preferences.standbyInstances,
    AlarmSpecification: alarms.length === 0 ? undefined : { Alarms: alarms },
    BakeTime: preferences.bakeTime,
  };
}

function time(milliseconds: number | undefined): Date | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds);
}
