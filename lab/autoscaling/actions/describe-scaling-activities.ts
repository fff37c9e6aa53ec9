import type { Action } from '../action';
import { describeActivity } from '../describe';
import { page } from './page';

/** Newest first. The history of a group that is gone went with it. */
export const describeScalingActivities: Action = (input, { region }) => {
  const groupName = input.optionalString('AutoScalingGroupName');
  const ids = input.strings('ActivityIds');
  const activities = [...region.groups.values()]
    .filter(({ name }) => groupName === undefined || name === groupName)
    .flatMap((group) => group.activities.map((activity) => ({ group, activity })))
    .filter(({ activity }) => ids.length === 0 || ids.includes(activity.id));
  const { items, nextToken } = page(activities, input);
  return {
    Activities: items.map(({ group, activity }) => describeActivity(group, activity)),
    NextToken: nextToken,
  };
};
