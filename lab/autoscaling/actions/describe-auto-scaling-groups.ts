import type { Action } from '../action';
import { describeGroup, describeInstance } from '../describe';
import { validationError } from '../input';
import { page } from './page';

/** Groups that are not there are left out of the answer, not an error (rule F9). */
export const describeAutoScalingGroups: Action = (input, { region }) => {
  if (input.has('Filters')) {
    throw validationError(
      "The lab's Auto Scaling does not support Filters; name groups in AutoScalingGroupNames",
    );
  }
  const names = input.strings('AutoScalingGroupNames');
  const groups = [...region.groups.values()].filter(({ name }) => names.length === 0 || names.includes(name));
  const { items, nextToken } = page(groups, input);
  return { AutoScalingGroups: items.map(describeGroup), NextToken: nextToken };
};

export const describeAutoScalingInstances: Action = (input, { region }) => {
  const ids = input.strings('InstanceIds');
  const all = [...region.groups.values()].flatMap((group) =>
    [...group.instances.values()].map((instance) => ({ group, instance })),
  );
  const { items, nextToken } = page(
    all.filter(({ instance }) => ids.length === 0 || ids.includes(instance.id)),
    input,
  );
  return {
    AutoScalingInstances: items.map(({ group, instance }) => ({
      ...describeInstance(instance),
      HealthStatus: instance.health.toUpperCase(),
      AutoScalingGroupName: group.name,
    })),
    NextToken: nextToken,
  };
};
