/**
 * The part of CloudWatch's metric math that the lab does: numbers, ids, + - * / and parentheses, FILL, and SUM, AVG, MIN
 * and MAX of a list. Everything else is refused when the policy is put.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
import { validationError } from './input';

const aggregates = ['SUM', 'AVG', 'MIN', 'MAX'] as const;
export type Aggregate = (typeof aggregates)[number];

export type Node =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'id'; readonly id: string }
  | { readonly is: 'fill'; readonly id: string; readonly by: number | 'REPEAT' }
  | { readonly is: 'operation'; readonly operator: string; readonly left: Node; readonly right: Node }
  | { readonly is: 'aggregate'; readonly name: Aggregate; readonly of: readonly Node[] };

/** @throws ValidationError for what is not in the part that the lab does */
export function parse(expression: string): Node {
  const tokens = expression.match(/\d+(\.\d+)?|[A-Za-z_]\w*|\S/g) ?? [];
  let next = 0;
  const unsupported = (): never => {
    throw validationError(
      `The lab does not support the expression ${expression} (at ${tokens[next] ?? 'its end'}); it does ` +
        `+ - * / ( ), FILL(m, REPEAT), FILL(m, 0) and SUM, AVG, MIN, MAX of a list such as [m1, m2]`,
    );
  };
  const take = (wanted: string): boolean => {
    if (tokens[next] !== wanted) return false;
    next += 1;
    return true;
  };
  const expect = (wanted: string): void => {
    if (!take(wanted)) unsupported();
  };
  const number = (): number => {
    if (!/^\d/.test(tokens[next] ?? '')) unsupported();
    next += 1;
    return Number(tokens[next - 1]);
  };
  const id = (): string => {
    // Ids begin with a small letter, functions don't.
    if (!/^[a-z]\w*$/.test(tokens[next] ?? '')) unsupported();
    next += 1;
    return tokens[next - 1] ?? '';
  };
  const chain = (operators: readonly string[], operand: () => Node): Node => {
    let left = operand();
    for (let operator = tokens[next]; operator !== undefined && operators.includes(operator); ) {
      next += 1;
      left = { is: 'operation', operator, left, right: operand() };
      operator = tokens[next];
    }
    return left;
  };
  const sum = (): Node => chain(['+', '-'], () => chain(['*', '/'], factor));
  const fill = (): Node => {
    expect('(');
    const filled = id();
    expect(',');
    const by = take('REPEAT') ? 'REPEAT' : number();
    expect(')');
    return { is: 'fill', id: filled, by };
  };
  const list = (name: Aggregate): Node => {
    expect('(');
    expect('[');
    const of = [sum()];
    while (take(',')) of.push(sum());
    expect(']');
    expect(')');
    return { is: 'aggregate', name, of };
  };
  const factor = (): Node => {
    const token = tokens[next] ?? '';
    if (take('-'))
      return { is: 'operation', operator: '-', left: { is: 'number', value: 0 }, right: factor() };
    if (take('FILL')) return fill();
    const aggregate = aggregates.find(take);
    if (aggregate !== undefined) return list(aggregate);
    if (take('(')) {
      const inner = sum();
      expect(')');
      return inner;
    }
    return /^\d/.test(token) ? { is: 'number', value: number() } : { is: 'id', id: id() };
  };
  const whole = sum();
  if (next < tokens.length) unsupported();
  return whole;
}

export function idsIn(node: Node): string[] {
  switch (node.is) {
    case 'number':
      return [];
    case 'operation':
      return [...idsIn(node.left), ...idsIn(node.right)];
    case 'aggregate':
      return node.of.flatMap(idsIn);
    default:
      return [node.id];
  }
}
