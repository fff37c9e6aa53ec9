/**
 * May this principal do this to that? Denied unless something allows it; a Deny counts more than any Allow.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
import { holds, OperatorUnknown } from './conditions';
import { type Context, matchesPattern, matchesWithVariables } from './patterns';
import type { Matcher, Policy, Statement } from './policy';

export interface Attempt {
  /** `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
  readonly principal: Principal;
  readonly context: Context;
}

export interface Principal {
  /** `arn:aws:sts::…:assumed-role/<role>/<instance id>`. */
  readonly sessionArn: string;
  /** `arn:aws:iam::…:role/<role>`. */
  readonly roleArn: string;
  readonly accountId: string;
}

export interface Policies {
  /** Of the role, inline and attached. */
  readonly identity: readonly Policy[];
  /** The most that they may allow; undefined sets no bound. */
  readonly boundary: Policy | undefined;
  /** Of the resource itself. */
  readonly resource: Policy | undefined;
}

export type Decision =
  | { readonly allowed: true }
  /** `because …`, as AWS ends its message. */
  | { readonly allowed: false; readonly reason: string };

export function evaluate(attempt: Attempt, { identity, boundary, resource }: Policies): Decision {
  try {
    const bounds = boundary === undefined ? [] : [boundary];
    const resources = resource === undefined ? [] : [resource];
    if (says('Deny', identity, attempt)) return denied('with an explicit deny in an identity-based policy');
    if (says('Deny', bounds, attempt)) return denied('with an explicit deny in a permissions boundary');
    if (says('Deny', resources, attempt)) return denied('with an explicit deny in a resource-based policy');
    if (says('Allow', resources, attempt)) return { allowed: true };
    if (!says('Allow', identity, attempt))
      return denied(`because no identity-based policy allows the ${attempt.action} action`);
    if (boundary !== undefined && !says('Allow', bounds, attempt))
      return denied(`because no permissions boundary allows the ${attempt.action} action`);
    return { allowed: true };
  } catch (error) {
    if (!(error instanceof OperatorUnknown)) throw error;
    return denied(`because ${error.message}`);
  }
}

function denied(reason: string): Decision {
  return { allowed: false, reason };
}

function says(effect: Statement['effect'], policies: readonly Policy[], attempt: Attempt): boolean {
  return policies.some(({ statements }) =>
    statements.some((statement) => statement.effect === effect && applies(statement, attempt)),
  );
}

/** @throws OperatorUnknown, by the first condition that can't be judged of a statement that would else apply */
function applies(statement: Statement, { action, resource, principal, context }: Attempt): boolean {
  return (
    // Actions are compared without regard to case.
    is(statement.actions, (pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase())) &&
    is(statement.resources, (pattern) => matchesWithVariables(pattern, resource, context)) &&
    (statement.principals === undefined ||
      is(statement.principals, (named) => isPrincipal(named, principal))) &&
    statement.conditions.every((condition) => holds(condition, context))
  );
}

function is({ patterns, negated }: Matcher, matches: (pattern: string) => boolean): boolean {
  return patterns.some(matches) !== negated;
}

/** A principal is named whole: `*` alone stands for everybody, and is no wildcard within an ARN. */
function isPrincipal(named: string, { sessionArn, roleArn, accountId }: Principal): boolean {
  return ['*', sessionArn, roleArn, accountId, `arn:aws:iam::${accountId}:root`].includes(named);
}
