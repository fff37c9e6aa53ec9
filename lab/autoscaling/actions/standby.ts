/** EnterStandby and ExitStandby: rule B18. */
import type { QueryOutput } from '../../gateway/query-protocol';
import { type Action, groupToChange } from '../action';
import { userRequest } from '../activities';
import { capacityOf } from '../capacity';
import { describeActivity } from '../describe';
import { type Input, validationError } from '../input';
import type { Group, Instance, LifecycleState } from '../model';
import { enterStandby, exitStandby } from '../standby';

export const enterStandbyByHand: Action = (input, context) => {
  const group = groupToChange(context.region, input.string('AutoScalingGroupName'));
  const decrement = input.boolean('ShouldDecrementDesiredCapacity');
  const instances = named(input, group, 'InService');
  const left = group.desiredCapacity - (decrement ? capacityOf(instances) : 0);
  if (left < group.minSize) {
    throw validationError(
      `AutoScalingGroup ${group.name} has min size = ${group.minSize}, max size = ${group.maxSize}, and desired ` +
        `size = ${group.desiredCapacity}. To place into standby ${instances.length} more instance, please update ` +
        'the AutoScalingGroup sizes appropriately.',
    );
  }
  for (const instance of instances) {
    const { desiredCapacity } = group;
    const to = desiredCapacity - (decrement ? (instance.weight ?? 1) : 0);
    const what = `moved instance ${instance.id} to standby,`;
    enterStandby(group, instance, userRequest(context.now, what, desiredCapacity, to), decrement, context);
  }
  return activitiesOf(group, instances);
};

export const exitStandbyByHand: Action = (input, context) => {
  const group = groupToChange(context.region, input.string('AutoScalingGroupName'));
  const instances = named(input, group, 'Standby');
  const wanted = group.desiredCapacity + capacityOf(instances);
  if (wanted > group.maxSize) {
    throw validationError(
      `AutoScalingGroup ${group.name} has max size = ${group.maxSize} and desired size = ${group.desiredCapacity}. ` +
        `To take ${instances.length} more instance out of standby, please update the AutoScalingGroup sizes ` +
        'appropriately.',
    );
  }
  for (const instance of instances) {
    const { desiredCapacity } = group;
    const to = desiredCapacity + (instance.weight ?? 1);
    const what = `moved instance ${instance.id} out of standby,`;
    exitStandby(group, instance, userRequest(context.now, what, desiredCapacity, to), context);
  }
  return activitiesOf(group, instances);
};

/** @throws ValidationError for one that is not of the group, or not in this state */
function named(input: Input, group: Group, state: LifecycleState): Instance[] {
  const ids = input.strings('InstanceIds');
  if (ids.length === 0) throw validationError('At least one instance id is required');
  return ids.map((id) => {
    const instance = group.instances.get(id);
    if (instance === undefined) {
      throw validationError(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
    }
    if (instance.state !== state) {
      throw validationError(`The instance ${id} is not in ${state}, but in ${instance.state}.`);
    }
    return instance;
  });
}

function activitiesOf(group: Group, instances: readonly Instance[]): QueryOutput {
  const ids = instances.map(({ activityId }) => activityId);
  return {
    Activities: group.activities
      .filter(({ id }) => ids.includes(id))
      .map((activity) => describeActivity(group, activity)),
  };
}
