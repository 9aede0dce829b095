/** Retry-After in its two forms, and what is none. */
import { expect, test } from 'vitest';
import { parseRetryAfter } from './http-post.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');

test.each([
  [undefined, undefined],
  ['', undefined],
  ['soon', undefined],
  ['0', 0],
  [' 3 ', 3000],
  ['99999999999', 300_000],
  ['Sat, 21 Nov 2026 10:00:07 GMT', 7000],
  ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
])('%o is %o ms', (value, expected) => {
  expect(parseRetryAfter(value, NOW)).toBe(expected);
});
