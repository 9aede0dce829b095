import { describe, expect, test } from 'vitest';
import { parseMatchers } from '../matchers.ts';
import { contradict, implies, possibleValues } from './implication.ts';

describe('what matchers say about one another', () => {
  test.each([
    ['a=x', 'a=x', true],
    ['a=x,b=y', 'a=x', true],
    ['a=x', 'a=x,b=y', false],
    ['a=x', '', true],
    ['', 'a=x', false],
    ['a=x', 'a=~"x|y"', true],
    ['a=~"x|y"', 'a=x', false],
    ['a=~"x|y"', 'a=~"x|y|z"', true],
    ['a=x', 'a!=y', true],
    ['a=x', 'a!~"x.*"', false],
    ['a=~"x.*"', 'a!=""', true],
    ['a=~"x.*"', 'a=~"x.*"', true],
    ['a=~"x.*"', 'a=~".*"', true],
    ['b=x', 'a!=""', false],
    ['a=~"xa|xb"', 'a=~"x.+"', true],
    ['a!=x', 'a!=x', true],
  ])('%s implies %s: %s', (given, wanted, expected) => {
    expect(implies(parseMatchers(given), parseMatchers(wanted))).toBe(expected);
  });

  test.each([
    ['a=x,a=y', true],
    ['a=x,a!=x', true],
    ['a=~"x|y",a!=x', false],
    ['a=~"x|y",a!~"[xy]"', true],
    ['a="",a!=""', true],
    ['a=~"x.*",a=~"y.*"', false],
    ['a=x,b=y', false],
  ])('%s contradicts itself: %s', (text, expected) => {
    expect(contradict(parseMatchers(text))).toBe(expected);
  });

  test('values are those of the shortest certain list', () => {
    expect(possibleValues(parseMatchers('a=~"x|y|z",a!=y'), 'a')).toEqual(['x', 'z']);
    expect(possibleValues(parseMatchers('a=~"x.*"'), 'a')).toBeUndefined();
    expect(possibleValues([], 'a')).toBeUndefined();
  });
});
