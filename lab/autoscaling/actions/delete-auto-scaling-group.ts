import { AwsError } from '../../aws-error';
import { type Action, groupNamed, nothing } from '../action';
import { userRequest } from '../activities';
import { isTerminating, setDesiredCapacity } from '../capacity';
import { beginTermination } from '../instances';

/**
 * Rule F4. Without ForceDelete a group that has instances is refused; with it they are terminated, past all hooks
 * (rule B6), and the group goes when the last one is gone.
 */
export const deleteAutoScalingGroup: Action = (input, context) => {
  const group = groupNamed(context.region, input.string('AutoScalingGroupName'));
  const isEmpty = group.instances.size === 0 && group.launches.size === 0;
  if (isEmpty) {
    context.region.groups.delete(group.name);
    return nothing;
  }
  if (input.optionalBoolean('ForceDelete') !== true) {
    throw new AwsError(
      'ResourceInUse',
      'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) ' +
        'still in the group.',
    );
  }
  group.deleting = true;
  group.minSize = 0;
  group.maxSize = 0;
  const cause = userRequest(context.now, 'deleted the AutoScalingGroup', group.desiredCapacity, 0);
  setDesiredCapacity(group, 0, cause, context);
  group.hooks.clear();
  for (const instance of group.instances.values()) {
    if (!isTerminating(instance)) beginTermination(group, instance, cause, context);
  }
  return nothing;
};
