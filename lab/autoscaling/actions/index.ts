/** The actions of the Auto Scaling API that the lab serves, by their names on the wire. */
import type { Action } from '../action';
import { createAutoScalingGroup } from './create-auto-scaling-group';
import { deleteAutoScalingGroup } from './delete-auto-scaling-group';
import { describeAutoScalingGroups, describeAutoScalingInstances } from './describe-auto-scaling-groups';
import { describeScalingActivities } from './describe-scaling-activities';
import {
  cancelInstanceRefresh,
  describeInstanceRefreshes,
  rollbackInstanceRefresh,
  startInstanceRefresh,
} from './instance-refreshes';
import { setInstanceHealth, setInstanceProtection } from './instance-settings';
import {
  completeLifecycleAction,
  deleteLifecycleHook,
  describeLifecycleHooks,
  putLifecycleHook,
  recordLifecycleActionHeartbeat,
} from './lifecycle-hooks';
import {
  disableMetricsCollection,
  enableMetricsCollection,
  resumeProcesses,
  suspendProcesses,
} from './processes-and-metrics';
import { deletePolicy, describePolicies, executePolicyByHand, putScalingPolicy } from './scaling-policies';
import {
  deleteScheduledAction,
  describeScheduledActions,
  putScheduledUpdateGroupAction,
} from './scheduled-actions';
import { setDesiredCapacity } from './set-desired-capacity';
import { enterStandbyByHand, exitStandbyByHand } from './standby';
import { createOrUpdateTags, deleteTags, describeTags } from './tags';
import {
  attachTargetGroups,
  describeLoadBalancerTargetGroups,
  describeTrafficSources,
  detachTargetGroups,
} from './target-group-attachments';
import { terminateInstanceInAutoScalingGroup } from './terminate-instance-in-auto-scaling-group';
import { updateAutoScalingGroup } from './update-auto-scaling-group';
import { deleteWarmPool, describeWarmPool, putWarmPool } from './warm-pools';

export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['CreateAutoScalingGroup', createAutoScalingGroup],
  ['UpdateAutoScalingGroup', updateAutoScalingGroup],
  ['DeleteAutoScalingGroup', deleteAutoScalingGroup],
  ['DescribeAutoScalingGroups', describeAutoScalingGroups],
  ['DescribeAutoScalingInstances', describeAutoScalingInstances],
  ['DescribeScalingActivities', describeScalingActivities],
  ['SetDesiredCapacity', setDesiredCapacity],
  ['TerminateInstanceInAutoScalingGroup', terminateInstanceInAutoScalingGroup],
  ['SetInstanceHealth', setInstanceHealth],
  ['SetInstanceProtection', setInstanceProtection],
  ['EnterStandby', enterStandbyByHand],
  ['ExitStandby', exitStandbyByHand],
  ['SuspendProcesses', suspendProcesses],
  ['ResumeProcesses', resumeProcesses],
  ['EnableMetricsCollection', enableMetricsCollection],
  ['DisableMetricsCollection', disableMetricsCollection],
  ['CreateOrUpdateTags', createOrUpdateTags],
  ['DeleteTags', deleteTags],
  ['DescribeTags', describeTags],
  ['AttachLoadBalancerTargetGroups', attachTargetGroups],
  ['DetachLoadBalancerTargetGroups', detachTargetGroups],
  ['DescribeLoadBalancerTargetGroups', describeLoadBalancerTargetGroups],
  ['AttachTrafficSources', attachTargetGroups],
  ['DetachTrafficSources', detachTargetGroups],
  ['DescribeTrafficSources', describeTrafficSources],
  ['PutLifecycleHook', putLifecycleHook],
  ['DescribeLifecycleHooks', describeLifecycleHooks],
  ['DeleteLifecycleHook', deleteLifecycleHook],
  ['CompleteLifecycleAction', completeLifecycleAction],
  ['RecordLifecycleActionHeartbeat', recordLifecycleActionHeartbeat],
  ['PutScalingPolicy', putScalingPolicy],
  ['DescribePolicies', describePolicies],
  ['DeletePolicy', deletePolicy],
  ['ExecutePolicy', executePolicyByHand],
  ['PutWarmPool', putWarmPool],
  ['DescribeWarmPool', describeWarmPool],
  ['DeleteWarmPool', deleteWarmPool],
  ['PutScheduledUpdateGroupAction', putScheduledUpdateGroupAction],
  ['DescribeScheduledActions', describeScheduledActions],
  ['DeleteScheduledAction', deleteScheduledAction],
  ['StartInstanceRefresh', startInstanceRefresh],
  ['DescribeInstanceRefreshes', describeInstanceRefreshes],
  ['CancelInstanceRefresh', cancelInstanceRefresh],
  ['RollbackInstanceRefresh', rollbackInstanceRefresh],
]);
