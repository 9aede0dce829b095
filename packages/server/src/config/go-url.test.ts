import { expect, test } from 'vitest';
import { parseGoUrl } from './go-url.ts';

test.each([
  'http://a/',
  'http://u:p@a:1/x?y=%zz',
  'https://[::1]:9090',
  '/path',
  'a/b:c',
  'localhost:3128',
  'mailto:x',
  '',
  '//host/x',
  'http://a%41',
  '*',
])('%s is accepted', (text) => {
  // Percent escapes of ASCII are refused in a host, everything else here is a URL for Go.
  expect('problem' in parseGoUrl(text)).toBe(text === 'http://a%41');
});

test.each([
  [':foo', 'scheme'],
  ['1:2', 'first part'],
  ['http://a:b', 'port'],
  ['http://[::1', ']'],
  ['http://a b', 'character'],
  ['http://a/%zz', 'hex digits'],
  ['http://a\n', 'control'],
  ['http://u ser@a', 'user'],
])('%s is refused', (text, reason) => {
  const url = parseGoUrl(text);
  expect('problem' in url && url.problem).toContain(reason);
});
