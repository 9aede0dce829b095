import { describe, expect, test } from 'vitest';
import { MatcherError, parseMatcher, parseMatchers, readMatchers } from './matchers.ts';

function texts(text: string): string[] {
  return parseMatchers(text).map(({ name, op, value }) => `${name}|${op}|${value}`);
}

describe('texts of matchers', () => {
  test.each([
    ['', []],
    ['{}', []],
    ['foo=bar', ['foo|=|bar']],
    [' foo = bar ', ['foo|=|bar']],
    ['foo=""', ['foo|=|']],
    ['foo=', ['foo|=|']],
    ['{foo="bar", dings!="bums",}', ['foo|=|bar', 'dings|!=|bums']],
    ['foo=bar,dings!~bums', ['foo|=|bar', 'dings|!~|bums']],
    ['a=~"x|y"', ['a|=~|x|y']],
    ['a="b,c"', ['a|=|b,c']],
    ['a="say \\"hi\\""', ['a|=|say "hi"']],
    ['a="\\\\d+"', ['a|=|\\d+']],
    ['"my label"=x', ['my label|=|x']],
    ['Προμηθεύς=🙂', ['Προμηθεύς|=|🙂']],
    ['job:rate=x', ['job:rate|=|x']],
    ['a=b c', ['a|=|b c']],
    ['a=~[a-z]+', ['a|=~|[a-z]+']],
  ])('%s', (text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  test.each([
    ['a="\\d+"', 'classic', ['a|=|\\d+']],
    ['foo=', 'classic', ['foo|=|']],
    ['a=b c', 'classic', ['a|=|b c']],
    ['{foo=bar', 'classic', ['foo|=|bar']],
    ['foo==bar', 'classic', ['foo|=|=bar']],
    ['a="\\x41"', 'disagreement', ['a|=|\\x41']],
    ['a=b', undefined, ['a|=|b']],
    ['"a b"=c', undefined, ['a b|=|c']],
  ])('%s: %s', (text, concern, expected) => {
    expect(readMatchers(text).concern).toBe(concern);
    expect(texts(text)).toEqual(expected);
  });

  test.each([
    ['foo', 'expected one of = != =~ !~, found the end', 3],
    ['=bar', 'expected a label name, found `=`', 0],
    ['foo=bar,,x=y', 'expected a matcher', 8],
    ['a=~"("', 'invalid regular expression', 3],
    ['a="b', 'the closing double quote', 2],
    ['a ! b', 'cannot stand here', 2],
  ])('%s is refused: %s', (text, message, offset) => {
    expect(() => parseMatchers(text)).toThrow(MatcherError);
    try {
      parseMatchers(text);
    } catch (error) {
      expect((error as MatcherError).message).toContain(message);
      expect((error as MatcherError).offset).toBe(offset);
    }
  });

  test('a single matcher has no braces and no second one', () => {
    expect(parseMatcher('a=b').value).toBe('b');
    expect(() => parseMatcher('{a=b}')).toThrow('no braces');
    expect(() => parseMatcher('')).toThrow(MatcherError);
    expect(parseMatcher('a=b,c=d').value).toBe('b,c=d');
  });
});
