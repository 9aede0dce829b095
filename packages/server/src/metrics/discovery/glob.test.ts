import { expect, test } from 'vitest';
import { globFolder, matchesGlob } from './glob.ts';

test.each([
  ['a.json', '*.json', true],
  ['a.json', '*.yml', false],
  ['abc', 'a*c', true],
  ['abcbd', 'a*bd', true],
  ['abc', 'a?c', true],
  ['abc', 'a?', false],
  ['abc', 'a[a-c]c', true],
  ['adc', 'a[a-c]c', false],
  ['adc', 'a[^a-c]c', true],
  ['a*c', 'a\\*c', true],
  ['abc', 'a\\*c', false],
  ['abc', 'a[bc', false],
  ['', '*', true],
  ['aaa', '**a', true],
])('%s against %s: %s', (name, pattern, expected) => {
  expect(matchesGlob(name, pattern)).toBe(expected);
});

test('many stars take no longer than the lengths allow', () => {
  expect(matchesGlob('a'.repeat(2000), `${'a*'.repeat(200)}b`)).toBe(false);
});

test.each([
  ['/etc/sd/*.json', '/etc/sd'],
  ['/etc/*/x.json', '/etc'],
  ['targets.json', '.'],
])('%s is watched in %s', (pattern, folder) => {
  expect(globFolder(pattern)).toBe(folder);
});
