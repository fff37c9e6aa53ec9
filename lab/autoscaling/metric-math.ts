/** A customized metric's queries (rule A3): checked when the policy is put, and what they come to in a period. */
import { validationError } from './input';
import { type Aggregate, idsIn, type Node, parse } from './metric-expression';
import type { MetricQuery } from './tracked-metric';

/** Values of one period, by the ids of their queries; undefined where nothing was reported. */
export type Values = ReadonlyMap<string, number | undefined>;

const aggregates: Readonly<Record<Aggregate, (values: readonly number[]) => number>> = {
  SUM: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length,
  MIN: (values: readonly number[]) => Math.min(...values),
  MAX: (values: readonly number[]) => Math.max(...values),
};

/**
 * Rule A3: exactly one query returns data, ids are unique, and every expression is one that can be done.
 *
 * @throws ValidationError
 */
export function checkExpressions(queries: readonly MetricQuery[]): void {
  const ids = queries.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw validationError(`Metric id ${twice} is there twice`);
  const returning = queries.filter(({ returnData }) => returnData);
  if (returning.length !== 1) {
    throw validationError(`Exactly one metric must have ReturnData true, not ${returning.length}`);
  }
  for (const query of queries) follow(queries, query, []);
}

/** Goes through all that a query's expression rests on. */
function follow(queries: readonly MetricQuery[], { id, source }: MetricQuery, path: readonly string[]): void {
  if (path.includes(id)) throw validationError(`Expression of ${id} rests on itself`);
  if ('stat' in source) return;
  for (const used of idsIn(parse(source.expression))) {
    const query = queries.find((candidate) => candidate.id === used);
    if (query === undefined)
      throw validationError(`Expression ${source.expression} names no metric: ${used}`);
    follow(queries, query, [...path, id]);
  }
}

/**
 * The value of the query that returns data.
 *
 * @param measured of this period, by the ids of the queries that are metrics
 * @param last the latest value that each query ever had, for FILL(…, REPEAT); kept up to date here
 */
export function resultOf(
  queries: readonly MetricQuery[],
  measured: Values,
  last: Map<string, number>,
): number | undefined {
  const known = new Map<string, number | undefined>();
  const valueOfQuery = (id: string): number | undefined => {
    if (known.has(id)) return known.get(id);
    const source = queries.find((query) => query.id === id)?.source;
    const value =
      source !== undefined && 'expression' in source
        ? calculate(parse(source.expression), valueOfQuery, last)
        : measured.get(id);
    known.set(id, value);
    if (value !== undefined) last.set(id, value);
    return value;
  };
  for (const { id } of queries) valueOfQuery(id);
  return valueOfQuery(queries.find(({ returnData }) => returnData)?.id ?? '');
}

/** Where an operand is missing there is no value, nor where something is divided by 0. */
function calculate(
  node: Node,
  valueOfQuery: (id: string) => number | undefined,
  last: ReadonlyMap<string, number>,
): number | undefined {
  switch (node.is) {
    case 'number':
      return node.value;
    case 'id':
      return valueOfQuery(node.id);
    case 'fill':
      return valueOfQuery(node.id) ?? (node.by === 'REPEAT' ? last.get(node.id) : node.by);
    case 'aggregate': {
      // As in CloudWatch, what is missing is left out.
      const values = node.of.flatMap((part) => calculate(part, valueOfQuery, last) ?? []);
      return values.length === 0 ? undefined : aggregates[node.name](values);
    }
    case 'operation': {
      const left = calculate(node.left, valueOfQuery, last);
      const right = calculate(node.right, valueOfQuery, last);
      if (left === undefined || right === undefined) return undefined;
      const value = operate(node.operator, left, right);
      return Number.isFinite(value) ? value : undefined;
    }
  }
}

function operate(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      return left / right;
  }
}
