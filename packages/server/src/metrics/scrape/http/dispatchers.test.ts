import { expect, test } from 'vitest';
import { isExcluded } from './dispatchers.ts';

test.each([
  ['http://example.com/', ['example.com'], true],
  ['http://sub.example.com/', ['example.com'], true],
  ['http://badexample.com/', ['example.com'], false],
  ['http://example.com/', ['.example.com'], false],
  ['http://sub.example.com/', ['.example.com'], true],
  ['http://sub.example.com/', ['*.example.com'], true],
  ['http://example.com:8080/', ['example.com:8080'], true],
  ['http://example.com/', ['example.com:8080'], false],
  ['https://example.com/', ['example.com:443'], true],
  ['http://10.1.2.3/', ['10.0.0.0/8'], true],
  ['http://11.1.2.3/', ['10.0.0.0/8'], false],
  ['http://10.1.2.3/', ['10.0.0.0/99'], false],
  ['http://[2001:db8::1]:9100/', ['2001:db8::/32'], true],
  ['http://10.1.2.3/', ['10.1.2.3'], true],
  ['http://anything/', ['*'], true],
  ['http://anything/', ['', ' other '], false],
])('%s with no_proxy %j: %s', (url, noProxy, expected) => {
  expect(isExcluded(new URL(url), noProxy)).toBe(expected);
});
