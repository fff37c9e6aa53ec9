import { AwsError } from '../../aws-error';
import { type Action, groupToChange, nothing } from '../action';
import { userRequest } from '../activities';
import { setDesiredCapacity as change, launchesUnderWay } from '../capacity';
import { validationError } from '../input';

export const setDesiredCapacity: Action = (input, context) => {
  const group = groupToChange(context.region, input.string('AutoScalingGroupName'));
  const desired = input.integer('DesiredCapacity');
  if (desired > group.maxSize) {
    throw validationError(
      `New SetDesiredCapacity value ${desired} is above max value ${group.maxSize} for the AutoScalingGroup.`,
    );
  }
  if (desired < group.minSize) {
    throw validationError(
      `New SetDesiredCapacity value ${desired} is below min value ${group.minSize} for the AutoScalingGroup.`,
    );
  }
  const launching = launchesUnderWay(group).length > 0;
  if (launching && input.optionalBoolean('HonorCooldown') === true) {
    throw new AwsError('ScalingActivityInProgress', 'Scaling activity is in progress');
  }
  const cause = userRequest(
    context.now,
    'explicitly set group desired capacity',
    group.desiredCapacity,
    desired,
  );
  change(group, desired, cause, context);
  return nothing;
};
