import { parseExpr } from '@sightline/promql';
import { expect, test } from 'vitest';
import { isCertainlyEmpty } from './emptiness.ts';

/** Only the series of `there` exist. */
function isEmpty(query: string): boolean {
  return isCertainlyEmpty(parseExpr(query, { enableExperimental: true }), (matchers) =>
    matchers.some(({ value }) => value === 'there'),
  );
}

test.each([
  'gone',
  'sum by (a) (rate(gone[5m]))',
  'gone > 5',
  '2 * (gone)',
  '-gone',
  'topk(3, gone)',
  'histogram_quantile(0.9, sum by (le) (rate(gone[5m])))',
  'max_over_time(rate(gone[1m])[5m:1m])',
  'gone and gone',
  'gone or gone',
])('%s is empty without its series', (query) => {
  expect(isEmpty(query)).toBe(true);
});

test.each([
  'there',
  'absent(gone)',
  'absent_over_time(gone[5m])',
  'gone or there',
  'gone or vector(0)',
  'gone + there',
  'there unless gone',
  'vector(1)',
  'time()',
  'scalar(gone)',
  'label_replace(gone, "a", "b", "c", "(")',
  'count_values("bad label", gone)',
  'gone + on() fill(0) there',
  'hour()',
])('%s is not said to be empty', (query) => {
  expect(isEmpty(query)).toBe(false);
});
