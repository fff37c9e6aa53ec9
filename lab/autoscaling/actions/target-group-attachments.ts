/** Target groups of a group, by their old name (load balancer target groups) and their new one (traffic sources). */
import { type Action, type ActionContext, groupNamed, groupToChange, nothing } from '../action';
import type { Input } from '../input';
import type { Group } from '../model';
import { existingTargetGroups, targetGroupsOf } from './create-auto-scaling-group';

/** Rule B10: an attachment made later begins at Adding. */
export const attachTargetGroups: Action = (input, { region, facts }) => {
  const group = groupToChange(region, input.string('AutoScalingGroupName'));
  for (const arn of existingTargetGroups(input, facts)) {
    if (group.attachments.get(arn) !== 'InService') group.attachments.set(arn, 'Adding');
  }
  return nothing;
};

export const detachTargetGroups: Action = (input, { region }) => {
  const group = groupToChange(region, input.string('AutoScalingGroupName'));
  for (const arn of targetGroupsOf(input)) {
    if (group.attachments.has(arn)) group.attachments.set(arn, 'Removing');
  }
  return nothing;
};

export const describeLoadBalancerTargetGroups: Action = (input, context) => ({
  LoadBalancerTargetGroups: attachmentsOf(input, context).map(([arn, state]) => ({
    LoadBalancerTargetGroupARN: arn,
    State: state,
  })),
});

export const describeTrafficSources: Action = (input, context) => ({
  TrafficSources: attachmentsOf(input, context).map(([arn, state]) => ({
    Identifier: arn,
    TrafficSource: arn,
    Type: 'elbv2',
    State: state,
  })),
});

function attachmentsOf(input: Input, { region }: ActionContext): [string, string][] {
  const group: Group = groupNamed(region, input.string('AutoScalingGroupName'));
  return [...group.attachments];
}
