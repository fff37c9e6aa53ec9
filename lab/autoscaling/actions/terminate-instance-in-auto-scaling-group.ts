import { type Action, instanceWithId } from '../action';
import { takenOut } from '../activities';
import { isTerminating, isWarmed, setDesiredCapacity } from '../capacity';
import { describeActivity } from '../describe';
import { validationError } from '../input';
import { beginTermination } from '../instances';

/** With ShouldDecrementDesiredCapacity the group stays one smaller; without it the instance is replaced. */
export const terminateInstanceInAutoScalingGroup: Action = (input, context) => {
  const { group, instance } = instanceWithId(context.region, input.string('InstanceId'));
  // Of the warm pool, none is part of the desired capacity.
  const decrement = input.boolean('ShouldDecrementDesiredCapacity') && !isWarmed(instance);
  if (decrement && group.desiredCapacity <= group.minSize) {
    throw validationError(
      'Currently, desiredSize equals minSize ' +
        `(${group.minSize}). Terminating instance without replacement will violate group's min size constraint. ` +
        "Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.",
    );
  }
  if (!isTerminating(instance)) {
    const { desiredCapacity } = group;
    const cause = takenOut(context.now, instance.id, decrement ? desiredCapacity : undefined);
    if (decrement)
      setDesiredCapacity(
        group,
        Math.max(group.minSize, desiredCapacity - (instance.weight ?? 1)),
        cause,
        context,
      );
    beginTermination(group, instance, cause, context);
  }
  const activity = group.activities.find(({ id }) => id === instance.activityId);
  return activity === undefined ? {} : { Activity: describeActivity(group, activity) };
};
