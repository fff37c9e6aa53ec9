/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
import { type AttemptedAction, type AttemptedRequest, jsonOf, operationOf } from './attempted-request';

export function ssmAttempts(request: AttemptedRequest): AttemptedAction[] | undefined {
  const operation = operationOf(request.headers['x-amz-target']);
  const input = jsonOf(request.body);
  if (operation === undefined || input === undefined) return undefined;
  const on = (...resources: string[]) =>
    resources.map((resource) => ({ action: `ssm:${operation}`, resource }));
  const { Name: name, Names: names, Path: path, InstanceId: instanceId } = input;
  switch (operation) {
    case 'GetParameter':
      return typeof name === 'string' ? on(parameterArn(name, request)) : undefined;
    case 'GetParameters':
      return Array.isArray(names) && names.length > 0 && names.every((one) => typeof one === 'string')
        ? on(...names.map((one: string) => parameterArn(one, request)))
        : undefined;
    case 'GetParametersByPath':
      return typeof path === 'string' ? on(parameterArn(path, request)) : undefined;
    case 'UpdateInstanceInformation':
      return typeof instanceId === 'string'
        ? on(`arn:aws:ec2:${request.region}:${request.accountId}:instance/${instanceId}`)
        : undefined;
    default:
      return undefined;
  }
}

/** `/a/b:3` and `/a/b:label` are the parameter `/a/b`; a name without a slash is written with one in ARNs. */
function parameterArn(name: string, { region, accountId }: AttemptedRequest): string {
  if (name.startsWith('arn:')) return name;
  const [plain = ''] = name.split(':');
  return `arn:aws:ssm:${region}:${accountId}:parameter/${plain.replace(/^\//, '')}`;
}
