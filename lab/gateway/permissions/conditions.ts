/**
 * Condition operators. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * One that is not here is no condition that holds: whoever asks is told so, and refused.
 */
import { BlockList, isIPv4 } from 'node:net';
import { type Context, matchesPattern, matchesWithVariables, substitute } from './patterns';
import type { Condition } from './policy';

export class OperatorUnknown extends Error {}

/** One value of the request against one of the policy. */
type Comparison = (value: string, wanted: string, context: Context) => boolean;

const onVariables =
  (compare: (value: string, wanted: string) => boolean): Comparison =>
  (value, wanted, context) => {
    const substituted = substitute(wanted, context);
    return substituted !== undefined && compare(value, substituted);
  };

const equal = onVariables((value, wanted) => value === wanted);
const equalIgnoringCase = onVariables((value, wanted) => value.toLowerCase() === wanted.toLowerCase());
const numeric = (compare: (a: number, b: number) => boolean) =>
  onVariables((value, wanted) => value !== '' && compare(Number(value), Number(wanted)));
const dated = (compare: (a: number, b: number) => boolean) =>
  onVariables((value, wanted) => compare(toTime(value), toTime(wanted)));

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: equal,
  StringEqualsIgnoreCase: equalIgnoringCase,
  StringLike: matches,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: equalIgnoringCase,
  NumericEquals: numeric((a, b) => a === b),
  NumericLessThan: numeric((a, b) => a < b),
  NumericLessThanEquals: numeric((a, b) => a <= b),
  NumericGreaterThan: numeric((a, b) => a > b),
  NumericGreaterThanEquals: numeric((a, b) => a >= b),
  DateEquals: dated((a, b) => a === b),
  DateLessThan: dated((a, b) => a < b),
  DateLessThanEquals: dated((a, b) => a <= b),
  DateGreaterThan: dated((a, b) => a > b),
  DateGreaterThanEquals: dated((a, b) => a >= b),
  IpAddress: onVariables(isWithin),
};

/** Those that hold where their counterpart does not. */
const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
};

/** @throws OperatorUnknown */
export function holds({ operator, key, values: wanted }: Condition, context: Context): boolean {
  const [, set, name = '', ifExists] =
    /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/.exec(operator) ?? [];
  const values = context.get(key.toLowerCase());
  // `"Null": { key: "true" }`: the key must not be there.
  if (name === 'Null') return wanted.some((one) => (one.toLowerCase() === 'true') === (values === undefined));
  const negated = Object.hasOwn(negations, name);
  const positive = negated ? (negations[name] ?? '') : name;
  const compare = Object.hasOwn(comparisons, positive) ? comparisons[positive] : undefined;
  if (compare === undefined) throw new OperatorUnknown(`the lab knows no condition operator ${operator}`);
  if (values === undefined) return ifExists !== undefined || negated || set === 'ForAllValues';
  const holdsFor = (value: string) => wanted.some((one) => compare(value, one, context)) !== negated;
  return set === 'ForAllValues' ? values.every(holdsFor) : values.some(holdsFor);
}

function matches(value: string, wanted: string, context: Context): boolean {
  return matchesWithVariables(wanted, value, context);
}

/** Each of the six parts by itself: a `*` does not reach over a colon, but in the last. */
function matchesArn(value: string, wanted: string, context: Context): boolean {
  const substituted = substitute(wanted, context);
  if (substituted === undefined) return false;
  const [has, wants] = [arnParts(value), arnParts(substituted)];
  return (
    has.length === wants.length && wants.every((pattern, part) => matchesPattern(pattern, has[part] ?? ''))
  );
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** ISO 8601, or seconds since the epoch. */
function toTime(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function isWithin(address: string, range: string): boolean {
  const [network = '', prefix = '32'] = range.split('/');
  if (!isIPv4(address) || !isIPv4(network)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix));
  return list.check(address);
}
