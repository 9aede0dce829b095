import { describe, expect, test } from 'vitest';
import { PromqlError } from './errors.ts';
import { expandItem, parseMetric, parseSeriesItems, parseSeriesLine } from './series-notation.ts';

describe('parseSeriesLine', () => {
  test.each([
    ['a 1 2 3', [1, 2, 3]],
    ['a 0+10x3', [0, 10, 20, 30]],
    ['a 5-2x2', [5, 3, 1]],
    ['a 7x2', [7, 7, 7]],
    ['a 1 _ _x2 2', [1, undefined, undefined, undefined, 2]],
    ['a 1 stale NaN -Inf +inf', [1, 'stale', Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]],
    ['a{b="} 1 2"} 3', [3]],
    ['a 0x10', new Array(11).fill(0)],
    ['a 1e3 .5 2. -1.5e-2x1', [1000, 0.5, 2, -0.015, -0.015]],
    ['a', []],
  ])('%s', (line, values) => {
    expect(parseSeriesLine(line).values).toEqual(values);
  });

  test('a test script may repeat NaN and Inf', () => {
    expect(parseSeriesLine('a NaNx1 -Infx1').values).toEqual([Number.NaN, Number.NaN, -Infinity, -Infinity]);
    expect(() => parseSeriesLine('a 1x2000000')).toThrow('more than 1000000 times');
  });
});

describe('parseSeriesItems', () => {
  const values = (text: string) => {
    const into: unknown[] = [];
    for (const item of parseSeriesItems(text)) expandItem(item, into as number[]);
    return into;
  };

  test.each([
    ['010', [8]],
    ['08', [8]],
    ['_x0', []],
    ['1x0', [1]],
    ['-NaN', [Number.NaN]],
    ['+1', [1]],
    ['1+1e1x2', [1, 11, 21]],
    ['1-0x2', [1, 1, 1]],
  ])('%s', (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  test.each('NaNx5 Infx3 -Infx3 1+Infx3 1X3 0xF 1+2 STALE stalex3 1_0 1.2.3 0b1 --1 1,2 1e400 {{sum:1}} #c'.split(' '))(
    '%s is refused, as by promtool',
    (text) => {
      expect(() => parseSeriesItems(text)).toThrow(PromqlError);
    },
  );
});

test('values are added step by step, as Prometheus does', () => {
  expect(parseSeriesLine('a 0.1+0.1x2').values).toEqual([0.1, 0.2, 0.1 + 0.1 + 0.1]);
});

test('expandItem stops at the most values that are asked for', () => {
  const values: (number | 'stale' | undefined)[] = [];
  for (const item of parseSeriesItems('1 _x100000000 2+1x100000000')) expandItem(item, values, 4);
  expect(values).toEqual([1, undefined, undefined, undefined]);
});

test('a metric with matchers other than = is refused in the words of the parser', () => {
  expect(parseMetric('').size).toBe(0);
  expect(parseMetric('{}').size).toBe(0);
  expect(parseMetric('a{b="c",}').toString()).toBe('a{b="c"}');
  expect(() => parseMetric('a{b="=~", c=~"c"}')).toThrow(
    '1:12: parse error: unexpected <op:=~> in label set, expected "="',
  );
  expect(() => parseMetric('a{b="c"')).toThrow('1:8: parse error: unexpected end of input inside braces');
});
