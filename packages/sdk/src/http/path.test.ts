import { expect, it } from 'vitest';
import { pathOf } from './path.ts';

it.each([
  ['/a/b?token=1', '/a/b'],
  ['/', '/'],
  ['/?x', '/'],
  ['http://host:80/a?b', '/a'],
  ['https://host', '/'],
  ['*', '/'],
  ['', '/'],
])('the path of "%s" is %s', (target, path) => {
  expect(pathOf(target)).toBe(path);
});

it('is bounded', () => {
  expect(pathOf(`/${'x'.repeat(50_000)}`)).toHaveLength(2048);
});
