import { checkExpressions, resultOf } from '../../lab/autoscaling/metric-math';
import type { MetricQuery } from '../../lab/autoscaling/tracked-metric';

const stat = {
  namespace: 'Shop',
  name: 'Orders',
  dimensions: [],
  statistic: 'Average' as const,
  unit: undefined,
};
const metric = (id: string, returnData = false): MetricQuery => ({ id, source: { stat }, returnData });
const expression = (id: string, text: string, returnData = true): MetricQuery => ({
  id,
  source: { expression: text },
  returnData,
});

const resultWith = (text: string, m1: number | undefined, m2: number | undefined, last = new Map()) => {
  const queries = [metric('m1'), metric('m2'), expression('e1', text)];
  checkExpressions(queries);
  const measured = new Map([
    ['m1', m1],
    ['m2', m2],
  ]);
  return resultOf(queries, measured, last);
};

describe('A3: an expression over other metrics', () => {
  test.each<[string, number | undefined, number | undefined, number | undefined]>([
    ['m1 / m2', 10, 4, 2.5],
    ['m1 - m2 - 1', 10, 4, 5],
    ['m1 + m2 * 2', 10, 4, 18],
    ['(m1 + m2) * 2', 10, 4, 28],
    ['-m1 + 0.5', 10, 4, -9.5],
    ['m1 / m2', 10, 0, undefined],
    ['m1 / m2', 10, undefined, undefined],
    ['m1 / FILL(m2, 1)', 10, undefined, 10],
    ['FILL(m2, REPEAT) + m1', 10, undefined, undefined],
    ['SUM([m1, m2])', 10, 4, 14],
    ['AVG([m1, m2, 1])', 10, 4, 5],
    ['MIN([m1, m2])', 10, 4, 4],
    ['MAX([m1, m2])', 10, undefined, 10],
    ['SUM([m1, m2])', undefined, undefined, undefined],
  ])('%s with m1 = %p and m2 = %p is %p', (text, m1, m2, expected) => {
    expect(resultWith(text, m1, m2)).toBe(expected);
  });

  test('FILL(m, REPEAT) goes on with the last value there was', () => {
    const last = new Map();
    expect(resultWith('FILL(m1, REPEAT) * 2', 3, undefined, last)).toBe(6);
    expect(resultWith('FILL(m1, REPEAT) * 2', undefined, undefined, last)).toBe(6);
  });

  test('expressions rest on one another in any order', () => {
    const queries = [expression('e1', 'e2 * 2'), expression('e2', 'm1 + 1', false), metric('m1')];
    checkExpressions(queries);
    expect(resultOf(queries, new Map([['m1', 3]]), new Map())).toBe(8);
  });
});

describe('A3: refused is', () => {
  test.each<[string, MetricQuery[], string]>([
    ['two that return data', [metric('m1', true), expression('e1', 'm1')], 'Exactly one metric'],
    ['none that does', [metric('m1')], 'Exactly one metric'],
    ['an id twice', [metric('m1', true), metric('m1')], 'm1 is there twice'],
    ['an id that names nothing', [expression('e1', 'm7')], 'names no metric: m7'],
    ['an expression on itself', [expression('e1', 'e2'), expression('e2', 'e1', false)], 'rests on itself'],
    ['another function', [expression('e1', 'RATE(m1)'), metric('m1')], 'does not support'],
    ['a search', [expression('e1', "SEARCH('a', 'Sum', 60)")], 'does not support'],
    ['a parenthesis left open', [expression('e1', '(m1 + 1'), metric('m1')], 'at its end'],
    ['what stands behind the end', [expression('e1', 'm1 m1'), metric('m1')], 'at m1'],
    ['nothing at all', [expression('e1', '')], 'at its end'],
  ])('%s', (_what, queries, message) => {
    expect(() => checkExpressions(queries)).toThrow(message);
  });
});
