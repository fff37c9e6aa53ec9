/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html */
import { parseQuery } from '../query-protocol';
import type { AttemptedAction, AttemptedRequest, ResourceFacts } from './attempted-request';

const onGroup = new Set(['CompleteLifecycleAction', 'RecordLifecycleActionHeartbeat']);
/** Described is everything or nothing: these know no resources. */
const onEverything = new Set([
  'DescribeAutoScalingGroups',
  'DescribeAutoScalingInstances',
  'DescribeLifecycleHooks',
]);

export function autoScalingAttempts(
  { body, region, accountId }: AttemptedRequest,
  { groupArn }: ResourceFacts,
): AttemptedAction[] | undefined {
  const { Action, AutoScalingGroupName: name } = parseQuery(body.toString('utf8'));
  if (typeof Action !== 'string') return undefined;
  if (onEverything.has(Action)) return [{ action: `autoscaling:${Action}`, resource: '*' }];
  if (!onGroup.has(Action) || typeof name !== 'string') return undefined;
  // A group that isn't there has no id yet; the policy decides by the name.
  const none = `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/${name}`;
  return [{ action: `autoscaling:${Action}`, resource: groupArn(name) ?? none }];
}
