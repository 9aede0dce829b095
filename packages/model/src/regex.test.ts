import { describe, expect, it, test } from 'vitest';
import { compileAnchored, compileSearch, RegexError } from './regex.ts';

describe('compileAnchored', () => {
  test.each([
    ['a|b', 'a', true],
    ['a|b', 'ab', false],
    ['.*', '', true],
    ['.+', '', false],
    ['.+.+', 'a', false],
    ['foo.*', 'foobar', true],
    ['foo.+', 'foo', false],
    ['.*bar', 'foobar', true],
    ['.+bar', 'bar', false],
    ['.+a.+', 'aaa', true],
    ['.+a.+', 'ab', false],
    ['.+a.+', 'aab', true],
    ['a.c', 'a\nc', true],
    ['(?i)FOO', 'foo', true],
    ['a\\.b', 'a.b', true],
    ['a\\.b', 'axb', false],
    ['x{2,3}', 'xxxx', false],
    ['', '', true],
    ['', 'a', false],
    ['a||b', '', true],
  ])('%s on %j is %s', (source, text, expected) => {
    expect(compileAnchored(source).test(text)).toBe(expected);
  });

  test('a pattern that backtracks for ever elsewhere answers at once', () => {
    const regex = compileAnchored('(a*)*b');
    expect(regex.test('a'.repeat(5_000))).toBe(false);
  });

  test.each(['(', '[a', 'a**', '(?=x)', '\\1'])('%s is refused', (source) => {
    expect(() => compileAnchored(source)).toThrow(RegexError);
  });

  test('expands groups as Go does', () => {
    const regex = compileAnchored('(.*):(?P<port>.*)');
    expect(regex.expand('host:80', '$1-${2}')).toBe('host-80');
    expect(regex.expand('host:80', '$1_x')).toBe('');
    expect(regex.expand('host:80', '${1}_x$$')).toBe('host_x$');
    expect(regex.expand('host:80', '${port}')).toBe('80');
    expect(regex.expand('host', '$1')).toBeUndefined();
  });
});

describe('compileSearch', () => {
  it.each([
    ['b+', 'abbcb', 'x', 'axcx'],
    ['a*', 'baac', 'x', 'xbxcx'],
    ['', 'été', '-', '-é-t-é-'],
    ['(\\w)(\\d)', 'a1 b2', '$2${1}', '1a 2b'],
    ['(?P<n>b)', 'abc', '<${n}$$$x>', 'a<b$>c'],
    ['^a', 'aa', 'b', 'ba'],
    ['.', 'a\nb', 'x', 'x\nx'],
    ['z', 'abc', 'x', 'abc'],
    ['b', 'abc', '<${constructor}$toString>', 'a<>c'],
  ])('replaces every %s in %j', (source, text, template, expected) => {
    expect(compileSearch(source).replaceAll(text, template)).toBe(expected);
  });

  it('stops a replacement that grows beyond its bound', () => {
    const replace = () => compileSearch('').replaceAll('a'.repeat(10_000), 'b'.repeat(10_000), 50_000);
    expect(replace).toThrow('result of replacing is longer than 50000 characters');
  });

  it('matches anywhere', () => {
    expect(compileSearch('b.d').test('abcde')).toBe(true);
    expect(compileSearch('^b').test('ab')).toBe(false);
  });

  it('refuses what RE2 refuses, and very long patterns', () => {
    expect(() => compileSearch('(')).toThrow('error parsing regexp: missing closing ): `(`');
    expect(() => compileSearch('a'.repeat(40_000))).toThrow(RegexError);
  });
});
