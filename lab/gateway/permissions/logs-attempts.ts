/** CloudWatch Logs, as its agent calls it. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html */
import { type AttemptedAction, type AttemptedRequest, jsonOf, operationOf } from './attempted-request';

const onGroup = new Set(['CreateLogGroup', 'CreateLogStream', 'DescribeLogStreams', 'PutRetentionPolicy']);

export function logsAttempts(request: AttemptedRequest): AttemptedAction[] | undefined {
  const operation = operationOf(request.headers['x-amz-target']);
  const input = jsonOf(request.body);
  if (operation === undefined || input === undefined) return undefined;
  const action = `logs:${operation}`;
  const groups = `arn:aws:logs:${request.region}:${request.accountId}:log-group:`;
  const { logGroupName: group, logStreamName: stream } = input;
  if (operation === 'DescribeLogGroups') return [{ action, resource: `${groups}*` }];
  if (typeof group !== 'string') return undefined;
  if (onGroup.has(operation)) return [{ action, resource: `${groups}${group}:*` }];
  return operation === 'PutLogEvents' && typeof stream === 'string'
    ? [{ action, resource: `${groups}${group}:log-stream:${stream}` }]
    : undefined;
}
