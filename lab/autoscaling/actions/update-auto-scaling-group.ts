import { type Action, groupToChange, nothing } from '../action';
import { userRequest } from '../activities';
import { setDesiredCapacity } from '../capacity';
import { settingsFrom } from './group-settings';

export const updateAutoScalingGroup: Action = (input, context) => {
  const group = groupToChange(context.region, input.string('AutoScalingGroupName'));
  const { desiredCapacity, ...settings } = settingsFrom(input, group, context.facts);
  Object.assign(group, settings);
  const what = 'update of AutoScalingGroup constraints';
  const cause = userRequest(context.now, what, group.desiredCapacity, desiredCapacity);
  setDesiredCapacity(group, desiredCapacity, cause, context);
  return nothing;
};
