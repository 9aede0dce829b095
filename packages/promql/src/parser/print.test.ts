import { describe, expect, test } from 'vitest';
import { parseExpr } from './index.ts';
import { exprToJson } from './json.ts';
import { formatExpr, prettifyExpr } from './print.ts';

describe('formatExpr', () => {
  test.each([
    ['sum(rate(a[5m]))by(b,c)', 'sum by (b, c) (rate(a[5m]))'],
    ['sum by() (a)', 'sum(a)'],
    ['sum without()(a)', 'sum without () (a)'],
    ['a{z="1",b=~"x"}', 'a{b=~"x",z="1"}'],
    ['{__name__="a",b="c"}', '{__name__="a",b="c"}'],
    ['{"a.b"}', '{__name__="a.b"}'],
    ['a{"b.c"="d"}', 'a{"b.c"="d"}'],
    ['a[90s]', 'a[1m30s]'],
    ['a[300]', 'a[5m]'],
    ['a[1h:]', 'a[1h:]'],
    ['a[1h:5m]offset -5m@end()', 'a[1h:5m] @ end() offset -5m'],
    ['a offset 1d @ 1.5', 'a @ 1.500 offset 1d'],
    ['a[5m] @ 100 offset 1w', 'a[5m] @ 100.000 offset 1w'],
    ['a+on(b)group_left c', 'a + on (b) group_left () c'],
    ['a*ignoring(b)group_right(x)c', 'a * ignoring (b) group_right (x) c'],
    ['a>bool on()b', 'a > bool on () b'],
    ['a == ignoring() b', 'a == b'],
    ['topk(5,a)', 'topk(5, a)'],
    ['-a', '-a'],
    ['-1', '-1'],
    ['1e21', '1000000000000000000000'],
    ['0x10', '16'],
    ['1h30m', '1h30m'],
    ['Inf', '+Inf'],
    ["'it''s'", undefined],
    ["'a\"b'", '"a\\"b"'],
    ['`raw\\n`', '"raw\\\\n"'],
    ['sum by ("a.b") (x)', 'sum by ("a.b") (x)'],
    ['count_values("x",a)', 'count_values("x", a)'],
    ['((a))', '((a))'],
    ['a[5m*2]', 'a[5m * 2]'],
    ['a[(5)]', 'a[(5)]'],
    ['a[(5m)]', 'a[(5m)]'],
    ['a[-5m+10m]', 'a[-5m + 10m]'],
    ['a[-(5m)+1h]', 'a[-(5m) + 1h]'],
    ['a[2^3^2s]', 'a[2 ^ 3 ^ 2s]'],
    ['a[max_of(step(),5m)]', 'a[max_of(step(), 5m)]'],
    ['a[STEP()]', 'a[step()]'],
    ['a[1h:range()/10]', 'a[1h:range() / 10]'],
    ['a[(1h+1m)*2:(30s)]', 'a[(1h + 1m) * 2:(30s)]'],
    ['a offset (5m*2)', 'a offset (5m * 2)'],
    ['a offset -(5)', 'a offset -(5)'],
    ['a offset +(5)', 'a offset (5)'],
    ['a offset -step()', 'a offset -step()'],
    ['a offset +step()', 'a offset step()'],
    ['a offset min_of(1m,step())', 'a offset min_of(1m, step())'],
    ['a offset 1m+1m', 'a offset 1m + 1m'],
    ['a offset -2^2', 'a offset -2s ^ 2'],
    ['a offset step()*0', 'a offset step() * 0'],
    ['a[5m]anchored', 'a[5m] anchored'],
    ['a anchored', 'a anchored'],
    ['a smoothed offset 1m', 'a smoothed offset 1m'],
    ['a @ 10 smoothed', 'a @ 10.000 smoothed'],
    ['a[5m] smoothed @ 10 offset 1m', 'a[5m] smoothed @ 10.000 offset 1m'],
    ['a+fill(1)b', 'a + fill (1) b'],
    ['a+fill_left(-1)b', 'a + fill_left (-1) b'],
    [
      'a*on(x)group_left(y)fill_right(1e3)fill_left(2m)b',
      'a * on (x) group_left (y) fill_left (120) fill_right (1000) b',
    ],
    ['a+fill_left(2)fill_right(2)b', 'a + fill (2) b'],
    ['a+fill b', undefined],
    ['fill + fill_left', 'fill + fill_left'],
    ['a </ 5', 'a </ 5'],
    ['a>/b', 'a >/ b'],
    ['start()-step()', 'start() - step()'],
    ['start + step + max_of', 'start + step + max_of'],
    ['info(a,{b="c"})', 'info(a, {b="c"})'],
    ['info(a,{})', 'info(a, {})'],
    ['sum by (start, range, min_of, anchored) (a)', 'sum by (start, range, min_of, anchored) (a)'],
  ])('%s', (text, expected) => {
    const parse = (query: string) => parseExpr(query, { enableExperimental: true });
    if (expected === undefined) expect(() => parse(text)).toThrow('unexpected');
    else {
      expect(formatExpr(parse(text))).toBe(expected);
      expect(formatExpr(parse(expected))).toBe(expected);
    }
  });
});

describe('prettifyExpr', () => {
  test('short text stays on one line', () => {
    expect(prettifyExpr(parseExpr('sum(rate(a[5m]))by(b)'))).toBe('sum by (b) (rate(a[5m]))');
  });

  test('long text is split as Prometheus splits it', () => {
    const text =
      'histogram_quantile(0.99, sum by (le, job) (rate(http_request_duration_seconds_bucket{job="api", code!~"5.."}[5m]))) > 2';
    expect(prettifyExpr(parseExpr(text))).toBe(
      [
        '  histogram_quantile(',
        '    0.99,',
        '    sum by (le, job) (rate(http_request_duration_seconds_bucket{code!~"5..",job="api"}[5m]))',
        '  )',
        '>',
        '  2',
      ].join('\n'),
    );
    expect(formatExpr(parseExpr(prettifyExpr(parseExpr(text))))).toBe(formatExpr(parseExpr(text)));
  });

  test('aggregations with a parameter, parentheses, unary operators and subqueries', () => {
    const name = 'a_rather_long_metric_name_that_fills_the_line';
    const text = `max_over_time((-topk without (x) (3, ${name} * ${name}) + (${name} / ${name}))[1h:])`;
    expect(prettifyExpr(parseExpr(text))).toBe(
      [
        'max_over_time(',
        '  (',
        '      -topk without (x) (',
        '        3,',
        `        ${name} * ${name}`,
        '      )',
        '    +',
        `      (${name} / ${name})`,
        '  )[1h:]',
        ')',
      ].join('\n'),
    );
  });
});

describe('exprToJson', () => {
  test('has the shape of the API', () => {
    expect(exprToJson(parseExpr('sum by (a) (rate(b{c="d"}[5m] offset 1m)) > bool 1'))).toEqual({
      type: 'binaryExpr',
      op: '>',
      bool: true,
      matching: null,
      rhs: { type: 'numberLiteral', val: '1' },
      lhs: {
        type: 'aggregation',
        op: 'sum',
        grouping: ['a'],
        without: false,
        param: null,
        expr: {
          type: 'call',
          func: { name: 'rate', argTypes: ['matrix'], variadic: 0, returnType: 'vector' },
          args: [
            {
              type: 'matrixSelector',
              name: 'b',
              range: 300_000,
              offset: 60_000,
              matchers: [
                { name: 'c', value: 'd', type: '=' },
                { name: '__name__', value: 'b', type: '=' },
              ],
              timestamp: null,
              startOrEnd: null,
              anchored: false,
              smoothed: false,
            },
          ],
        },
      },
    });
  });

  test('matching, subqueries, parentheses and strings', () => {
    expect(exprToJson(parseExpr('a + on (x) group_left (y) (b @ start())'))).toMatchObject({
      matching: { card: 'many-to-one', labels: ['x'], on: true, include: ['y'], fillValues: { lhs: null, rhs: null } },
      rhs: { type: 'parenExpr', expr: { type: 'vectorSelector', startOrEnd: 'start', timestamp: null } },
    });
    expect(exprToJson(parseExpr('rate(a[1h:1m] @ 5)'))).toMatchObject({
      args: [{ type: 'subquery', range: 3_600_000, step: 60_000, timestamp: 5000, startOrEnd: null }],
    });
    expect(exprToJson(parseExpr('"x"'))).toEqual({ type: 'stringLiteral', val: 'x' });
    expect(exprToJson(parseExpr('-a'))).toMatchObject({ type: 'unaryExpr', op: '-' });
  });

  test('what is new in Prometheus 3', () => {
    const json = (text: string) => exprToJson(parseExpr(text, { enableExperimental: true }));
    expect(json('rate(a[5m] anchored)')).toMatchObject({ args: [{ anchored: true, smoothed: false }] });
    expect(json('a smoothed')).toMatchObject({ type: 'vectorSelector', anchored: false, smoothed: true });
    expect(json('a + fill_left (1) b')).toMatchObject({ matching: { fillValues: { lhs: 1, rhs: null } } });
    expect(json('a + fill (NaN) b')).toMatchObject({ matching: { fillValues: { lhs: Number.NaN, rhs: Number.NaN } } });
    expect(json('a </ b')).toMatchObject({ type: 'binaryExpr', op: '</' });
    expect(json('step()')).toMatchObject({ type: 'call', func: { name: 'step', argTypes: [], returnType: 'scalar' } });
    expect(json('info(a, {b="c"})')).toMatchObject({ args: [{}, { name: '', matchers: [{ name: 'b' }] }] });
  });
});
