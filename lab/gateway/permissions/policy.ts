/** A policy document of IAM, read into one form. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */

export interface Policy {
  /** By which a reason names it. */
  readonly name: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Matcher;
  readonly resources: Matcher;
  /** Undefined in a policy of a role, which is its own principal. */
  readonly principals: Principals | undefined;
  readonly conditions: readonly Condition[];
}

/** Patterns with `*` and `?`. */
export interface Matcher {
  readonly patterns: readonly string[];
  /** `NotAction`, `NotResource`: all but these. */
  readonly negated: boolean;
}

export interface Principals extends Matcher {}

export interface Condition {
  /** As written: `StringEquals`, `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export class PolicyUnreadable extends Error {}

/** @throws PolicyUnreadable */
export function parsePolicy(name: string, document: string): Policy {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch (error) {
    throw new PolicyUnreadable(`policy ${name} is no JSON: ${(error as Error).message}`);
  }
  const { Statement } = record(name, parsed);
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  return { name, statements: statements.map((statement) => readStatement(name, record(name, statement))) };
}

function readStatement(name: string, statement: Readonly<Record<string, unknown>>): Statement {
  const { Effect: effect } = statement;
  if (effect !== 'Allow' && effect !== 'Deny')
    throw new PolicyUnreadable(
      `policy ${name} has the effect ${JSON.stringify(effect)}; it is Allow or Deny`,
    );
  const actions = matcher(name, statement, 'Action');
  if (actions === undefined) throw new PolicyUnreadable(`policy ${name} has a statement without an action`);
  return {
    effect,
    actions,
    // A trust policy has none: its resource is the role.
    resources: matcher(name, statement, 'Resource') ?? { patterns: ['*'], negated: false },
    principals: principals(name, statement),
    conditions: conditions(name, statement.Condition),
  };
}

function matcher(
  name: string,
  statement: Readonly<Record<string, unknown>>,
  element: 'Action' | 'Resource',
): Matcher | undefined {
  const negated = statement[element] === undefined;
  const value = statement[negated ? `Not${element}` : element];
  return value === undefined ? undefined : { patterns: strings(name, value), negated };
}

function principals(name: string, statement: Readonly<Record<string, unknown>>): Principals | undefined {
  const negated = statement.Principal === undefined;
  const value = negated ? statement.NotPrincipal : statement.Principal;
  if (value === undefined) return undefined;
  if (value === '*') return { patterns: ['*'], negated };
  const byKind = Object.values(record(name, value));
  return { patterns: byKind.flatMap((named) => strings(name, named)), negated };
}

function conditions(name: string, block: unknown): Condition[] {
  if (block === undefined) return [];
  return Object.entries(record(name, block)).flatMap(([operator, keys]) =>
    Object.entries(record(name, keys)).map(([key, values]) => ({
      operator,
      key,
      values: strings(name, values),
    })),
  );
}

function record(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new PolicyUnreadable(`policy ${name} has ${JSON.stringify(value)} where an object belongs`);
}

function strings(name: string, value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.every((one) => ['string', 'number', 'boolean'].includes(typeof one))) return list.map(String);
  throw new PolicyUnreadable(`policy ${name} has ${JSON.stringify(value)} where text belongs`);
}
