import { type Action, groupToChange, nothing } from '../action';
import { userRequest } from '../activities';
import { setDesiredCapacity } from '../capacity';
import { type Input, validationError } from '../input';
import type { Group } from '../model';
import { activeRefresh } from '../refresh/refresh';
import { settingsFrom } from './group-settings';

export const updateAutoScalingGroup: Action = (input, context) => {
  const group = groupToChange(context.region, input.string('AutoScalingGroupName'));
  checkConfiguration(input, group);
  const { desiredCapacity, ...settings } = settingsFrom(input, group, context.facts);
  Object.assign(group, settings);
  const what = 'update of AutoScalingGroup constraints';
  const cause = userRequest(context.now, what, group.desiredCapacity, desiredCapacity);
  setDesiredCapacity(group, desiredCapacity, cause, context);
  return nothing;
};

/** Rule C7. */
function checkConfiguration(input: Input, group: Group): void {
  const names = ['LaunchTemplate', 'LaunchConfigurationName', 'MixedInstancesPolicy'];
  if (!names.some((name) => input.has(name))) return;
  if (activeRefresh(group)?.desiredConfiguration === undefined) return;
  throw validationError(
    'An active instance refresh with a desired configuration exists. All configuration options derived from the ' +
      'desired configuration are not available for update while the instance refresh is active.',
  );
}
