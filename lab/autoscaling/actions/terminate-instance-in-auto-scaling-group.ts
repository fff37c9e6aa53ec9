import { type Action, instanceWithId } from '../action';
import { isTerminating, setDesiredCapacity } from '../capacity';
import { describeActivity } from '../describe';
import { validationError } from '../input';
import { beginTermination } from '../instances';

/** With ShouldDecrementDesiredCapacity the group stays one smaller; without it the instance is replaced. */
export const terminateInstanceInAutoScalingGroup: Action = (input, context) => {
  const { group, instance } = instanceWithId(context.region, input.string('InstanceId'));
  const decrement = input.optionalBoolean('ShouldDecrementDesiredCapacity') === true;
  if (decrement && group.desiredCapacity <= group.minSize) {
    throw validationError(
      'Currently, desiredSize equals minSize ' +
        `(${group.minSize}). Terminating instance without replacement will violate group's min size constraint. ` +
        "Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.",
    );
  }
  if (!isTerminating(instance)) {
    const at = `${new Date(context.now).toISOString().slice(0, 19)}Z`;
    const cause = `At ${at} instance ${instance.id} was taken out of service in response to a user request.`;
    if (decrement) setDesiredCapacity(group, group.desiredCapacity - 1, cause, context);
    beginTermination(group, instance, cause, context);
  }
  const activity = group.activities.find(({ id }) => id === instance.activityId);
  return activity === undefined ? {} : { Activity: describeActivity(group, activity) };
};
