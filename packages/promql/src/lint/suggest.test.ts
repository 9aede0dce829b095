import { expect, test } from 'vitest';
import { editDistance, nearest } from './suggest.ts';

test.each([
  ['abc', 'abc', 0],
  ['abc', 'abd', 1],
  ['abc', 'ab', 1],
  ['', 'ab', 2],
  ['kitten', 'sitting', 3],
  ['http_request_total', 'http_requests_total', 1],
])('between %j and %j are %i edits', (a, b, distance) => {
  expect(editDistance(a, b, 10)).toBe(distance);
  expect(editDistance(b, a, 10)).toBe(distance);
});

test('what is farther than the limit is only known to be', () => {
  expect(editDistance('abcdefgh', 'zyxwvuts', 2)).toBeGreaterThan(2);
  expect(editDistance('a', 'abcdef', 2)).toBeGreaterThan(2);
});

test('the nearest of a hundred thousand names is found, and none when none is near', () => {
  const names = new Set(Array.from({ length: 100_000 }, (_, i) => `metric_number_${i}_with_a_long_name_total`));
  names.add('http_requests_total');
  expect(nearest('htp_requests_total', names)).toBe('http_requests_total');
  expect(nearest('something_else_entirely', names)).toBeUndefined();
  expect(nearest('ab', names)).toBeUndefined();
  expect(nearest('x'.repeat(10_000), names)).toBeUndefined();
});
