/**
 * Which actions on which resources a request is, in IAM's terms: what instances call. A request that is not here is
 * not let through. https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
import {
  type AttemptedAction,
  type AttemptedRequest,
  operationOf,
  type ResourceFacts,
} from './attempted-request';
import { autoScalingAttempts } from './auto-scaling-attempts';
import { logsAttempts } from './logs-attempts';
import { s3Attempts } from './s3-attempts';
import { ssmAttempts } from './ssm-attempts';

/** Undefined: it is not known which permission this needs. Where there are several actions, each must be allowed. */
export function attemptsOf(
  request: AttemptedRequest,
  facts: ResourceFacts,
): readonly AttemptedAction[] | undefined {
  switch (request.service) {
    case 's3':
      return s3Attempts(request);
    case 'autoscaling':
      return autoScalingAttempts(request, facts);
    case 'ssm':
      return ssmAttempts(request);
    case 'logs':
      return logsAttempts(request);
    case 'ssmmessages':
    case 'ec2messages':
      return anywhere(request);
    default:
      return undefined;
  }
}

/** Services whose actions know no resources. */
function anywhere({ service, headers }: AttemptedRequest): AttemptedAction[] | undefined {
  const operation = operationOf(headers['x-amz-target']);
  return operation === undefined ? undefined : [{ action: `${service}:${operation}`, resource: '*' }];
}
