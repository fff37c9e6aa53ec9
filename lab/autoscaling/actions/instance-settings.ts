/** SetInstanceHealth and SetInstanceProtection: what a user says of single instances. */
import { type Action, groupToChange, instanceWithId, nothing } from '../action';
import { validationError } from '../input';
import { inGracePeriod } from '../reconcile';

/** Rule B8: within the grace period it only counts with ShouldRespectGracePeriod=false. */
export const setInstanceHealth: Action = (input, { region, now }) => {
  const { group, instance } = instanceWithId(region, input.string('InstanceId'));
  const health = input.string('HealthStatus');
  if (health !== 'Healthy' && health !== 'Unhealthy') {
    throw validationError('Instance health status must be Healthy or Unhealthy');
  }
  const respectsGrace = input.optionalBoolean('ShouldRespectGracePeriod') ?? true;
  if (health === 'Unhealthy' && respectsGrace && inGracePeriod(group, instance, now)) return nothing;
  instance.health = health;
  instance.healthReason = health === 'Unhealthy' ? 'a user health-check' : undefined;
  return nothing;
};

export const setInstanceProtection: Action = (input, { region }) => {
  const group = groupToChange(region, input.string('AutoScalingGroupName'));
  const ids = input.strings('InstanceIds');
  const stranger = ids.find((id) => !group.instances.has(id));
  if (stranger !== undefined) {
    throw validationError(`The instance ${stranger} is not part of Auto Scaling group ${group.name}.`);
  }
  for (const id of ids) {
    const instance = group.instances.get(id);
    if (instance !== undefined) {
      instance.protectedFromScaleIn = input.optionalBoolean('ProtectedFromScaleIn') === true;
    }
  }
  return nothing;
};
