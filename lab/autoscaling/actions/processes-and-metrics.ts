/** What a group does by itself, switched off and on: its processes (rule B16) and its metrics (rule G2). */
import { type Action, groupToChange, nothing } from '../action';
import { validationError } from '../input';
import { evaluatePolicies } from '../scaling';

const processes = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
];

const metrics = [
  'GroupMinSize',
  'GroupMaxSize',
  'GroupDesiredCapacity',
  'GroupInServiceInstances',
  'GroupPendingInstances',
  'GroupStandbyInstances',
  'GroupTerminatingInstances',
  'GroupTotalInstances',
  'GroupInServiceCapacity',
  'GroupPendingCapacity',
  'GroupStandbyCapacity',
  'GroupTerminatingCapacity',
  'GroupTotalCapacity',
  'WarmPoolMinSize',
  'WarmPoolDesiredCapacity',
  'WarmPoolWarmedCapacity',
  'WarmPoolPendingCapacity',
  'WarmPoolTerminatingCapacity',
  'WarmPoolTotalCapacity',
  'GroupAndWarmPoolDesiredCapacity',
  'GroupAndWarmPoolTotalCapacity',
];

export const suspendProcesses: Action = (input, { region, now }) => {
  const group = groupToChange(region, input.string('AutoScalingGroupName'));
  for (const name of named(input.strings('ScalingProcesses'), processes, 'process type')) {
    group.suspendedProcesses.set(name, `User suspended at ${new Date(now).toISOString()}`);
  }
  return nothing;
};

export const resumeProcesses: Action = (input, context) => {
  const group = groupToChange(context.region, input.string('AutoScalingGroupName'));
  const resumed = named(input.strings('ScalingProcesses'), processes, 'process type').filter((name) =>
    group.suspendedProcesses.delete(name),
  );
  if (resumed.includes('AlarmNotification')) evaluatePolicies(group, context);
  return nothing;
};

export const enableMetricsCollection: Action = (input, { region }) => {
  const group = groupToChange(region, input.string('AutoScalingGroupName'));
  if (input.string('Granularity') !== '1Minute') throw validationError('Granularity must be 1Minute');
  for (const name of named(input.strings('Metrics'), metrics, 'metric')) group.enabledMetrics.add(name);
  return nothing;
};

export const disableMetricsCollection: Action = (input, { region }) => {
  const group = groupToChange(region, input.string('AutoScalingGroupName'));
  for (const name of named(input.strings('Metrics'), metrics, 'metric')) group.enabledMetrics.delete(name);
  return nothing;
};

/** None named means all of them. */
function named(names: readonly string[], known: readonly string[], what: string): readonly string[] {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw validationError(`Unrecognized ${what}: ${unknown}`);
  return names.length === 0 ? known : names;
}
