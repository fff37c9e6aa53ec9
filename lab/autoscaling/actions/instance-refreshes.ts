/** Instance refreshes: started, shown, cancelled, rolled back. */
import { AwsError } from '../../aws-error';
import { type Action, type Facts, groupNamed, groupToChange } from '../action';
import { type Input, validationError } from '../input';
import type { Group } from '../model';
import { describeRefresh } from '../refresh/describe';
import { preferencesFrom } from '../refresh/preferences';
import {
  activeRefresh,
  type InstanceRefresh,
  instancesPresent,
  presentIn,
  type RefreshPreferences,
} from '../refresh/refresh';
import { cancel, rollBack, tellRefresh } from '../refresh/transitions';
import { page } from './page';

/** Six weeks, in milliseconds: AWS shows no older ones. */
const history = 42 * 86_400_000;

export const startInstanceRefresh: Action = (input, context) => {
  const group = groupToChange(context.region, input.string('AutoScalingGroupName'));
  checkStrategy(input);
  if (activeRefresh(group) !== undefined) {
    throw new AwsError(
      'InstanceRefreshInProgress',
      'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.',
    );
  }
  const preferences = preferencesFrom(input.structure('Preferences'), group);
  const { refresh: facts } = context.facts;
  checkAlarms(preferences, context.facts);
  const reversible =
    facts?.desired !== undefined && /^\d+$/.test(group.launchTemplate.version) && !facts.imageByParameter;
  if (preferences.autoRollback && !reversible) {
    throw validationError(
      'AutoRollback needs a DesiredConfiguration, and a group whose launch template has a number as its version ' +
        'and an AMI ID as its image',
    );
  }
  const refresh: InstanceRefresh = {
    id: context.newId(),
    createdAt: context.now,
    preferences,
    desiredConfiguration: facts?.desired,
    reversible,
    status: 'Pending',
    statusReason: undefined,
    startedAt: undefined,
    endedAt: undefined,
    percentageComplete: 0,
    instancesToUpdate: 0,
    before: presentIn(group),
    outdated: outdatedBy(group, preferences, facts),
    checkpoint: 0,
    waitsUntil: undefined,
    progress: { at: context.now, percentageComplete: 0, outdatedLeft: 0 },
    rollback: undefined,
    waitsForTransitions: true,
  };
  refresh.instancesToUpdate = refresh.outdated.size;
  group.refreshes.unshift(refresh);
  tellRefresh(group, refresh, context);
  return { InstanceRefreshId: refresh.id };
};

/** Those under way first, then the newest first. */
export const describeInstanceRefreshes: Action = (input, { region, now }) => {
  const group = groupNamed(region, input.string('AutoScalingGroupName'));
  const ids = input.strings('InstanceRefreshIds');
  const shown = group.refreshes.filter(
    ({ id, endedAt }) =>
      (ids.length === 0 || ids.includes(id)) && (endedAt === undefined || endedAt > now - history),
  );
  const { items, nextToken } = page(shown, input);
  return {
    InstanceRefreshes: items.map((refresh) => describeRefresh(group, refresh)),
    NextToken: nextToken,
  };
};

export const cancelInstanceRefresh: Action = (input, context) => {
  const group = groupToChange(context.region, input.string('AutoScalingGroupName'));
  const refresh = refreshToEnd(group);
  cancel(group, refresh, input.optionalBoolean('WaitForTransitioningInstances') ?? true, context);
  return { InstanceRefreshId: refresh.id };
};

/** Rule C6. */
export const rollbackInstanceRefresh: Action = (input, context) => {
  const group = groupToChange(context.region, input.string('AutoScalingGroupName'));
  const refresh = refreshToEnd(group);
  if (refresh.rollback !== undefined) {
    throw validationError(`The instance refresh ${refresh.id} is being rolled back already`);
  }
  if (!refresh.reversible) {
    throw new AwsError(
      'IrreversibleInstanceRefresh',
      'The instance refresh has no desired configuration, or the Auto Scaling group has a launch template version ' +
        '$Latest or $Default, or one whose image is a Systems Manager parameter. It cannot be rolled back.',
    );
  }
  rollBack(group, refresh, 'A manual rollback was initiated by a user request.', context);
  return { InstanceRefreshId: refresh.id };
};

function refreshToEnd(group: Group): InstanceRefresh {
  const refresh = activeRefresh(group);
  if (refresh !== undefined && refresh.status !== 'Cancelling') return refresh;
  throw new AwsError(
    'ActiveInstanceRefreshNotFound',
    `No in progress or pending Instance Refresh found for Auto Scaling group ${group.name}`,
  );
}

function checkStrategy(input: Input): void {
  const strategy = input.optionalString('Strategy') ?? 'Rolling';
  if (strategy !== 'Rolling') {
    throw validationError(
      `The lab's Auto Scaling does not support the refresh strategy ${strategy} yet, only Rolling`,
    );
  }
  if (input.structure('DesiredConfiguration')?.has('MixedInstancesPolicy') === true) {
    throw validationError(
      "The lab's Auto Scaling does not support MixedInstancesPolicy in a DesiredConfiguration yet",
    );
  }
}

/** Rule C5: an alarm that is wrong already, or that knows nothing, refuses the start. */
function checkAlarms({ alarms }: RefreshPreferences, { alarmStates }: Facts): void {
  for (const name of alarms) {
    const state = alarmStates?.get(name);
    if (state === 'OK') continue;
    throw validationError(
      state === undefined
        ? `The CloudWatch alarm ${name} does not exist`
        : `The CloudWatch alarm ${name} is in ${state}; an instance refresh starts only while it is OK`,
    );
  }
}

/** Rule C8. What EC2 has not answered yet was ordered before, and matches nothing. */
function outdatedBy(
  group: Group,
  { skipMatching }: RefreshPreferences,
  facts: Facts['refresh'],
): ReadonlySet<string> {
  const outdated = presentIn(group);
  if (!skipMatching || facts === undefined) return outdated;
  const { id } = facts.desired ?? group.launchTemplate;
  for (const instance of instancesPresent(group)) {
    const { launchTemplate } = instance;
    if (launchTemplate.id === id && launchTemplate.version === facts.version) outdated.delete(instance.id);
  }
  return outdated;
}
