import { describe, expect, test } from 'vitest';
import { PromqlError } from '../errors.ts';
import type { Expr } from './ast.ts';
import { evaluateInstant } from '../eval/index.ts';
import { MemorySource } from '../testing/memory-source.ts';
import { collectErrors, parseExpr, parseSelector } from './index.ts';
import { formatExpr } from './print.ts';

/** The tree with parentheses around every operator and modifier. */
function shape(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return String(expr.value);
    case 'string':
      return JSON.stringify(expr.value);
    case 'vectorSelector':
      return (
        expr.name + (expr.offsetMs === 0 ? '' : `{offset ${expr.offsetMs}}`) + (expr.at === undefined ? '' : '{@}')
      );
    case 'matrixSelector':
      return `${shape(expr.selector)}[${expr.rangeMs}]`;
    case 'subquery':
      return `${shape(expr.expr)}[${expr.rangeMs}:${expr.stepMs}]${expr.offsetMs === 0 ? '' : `{offset ${expr.offsetMs}}`}`;
    case 'paren':
      return shape(expr.expr);
    case 'unary':
      return `(${expr.op}${shape(expr.expr)})`;
    case 'binary':
      return `(${shape(expr.lhs)} ${expr.op} ${shape(expr.rhs)})`;
    case 'aggregate':
      return `${expr.op}(${shape(expr.expr)})`;
    case 'call':
      return `${expr.func.name}(${expr.args.map(shape).join(',')})`;
  }
}

describe('precedence', () => {
  test.each([
    ['a + b * c', '(a + (b * c))'],
    ['a * b + c', '((a * b) + c)'],
    ['a ^ b ^ c', '(a ^ (b ^ c))'],
    ['a - b - c', '((a - b) - c)'],
    ['-a ^ b', '(-(a ^ b))'],
    ['-1 ^ 2', '(-(1 ^ 2))'],
    ['-a * b', '((-a) * b)'],
    ['2 ^ -a * b', '((2 ^ (-a)) * b)'],
    ['a * -b ^ c', '(a * (-(b ^ c)))'],
    ['a or b and c', '(a or (b and c))'],
    ['a and b unless c', '((a and b) unless c)'],
    ['a > b + c', '(a > (b + c))'],
    ['a == b != c', '((a == b) != c)'],
    ['a and b > c', '(a and (b > c))'],
    ['a atan2 b * c', '((a atan2 b) * c)'],
    ['a % b / c', '((a % b) / c)'],
    ['a + b offset 5m', '(a + b{offset 300000})'],
    ['-a offset 5m', '(-a{offset 300000})'],
    ['a * b @ 5', '(a * b{@})'],
    ['-rate(a[5m])', '(-rate(a[300000]))'],
    ['(a + b)[5m:1m] offset 1m', '(a + b)[300000:60000]{offset 60000}'],
    ['a > b[5m:]', '(a > b[300000:0])'],
    ['- -1', '1'],
    ['--a', '(-(-a))'],
    ['+1', '1'],
  ])('%s is %s', (text, expected) => {
    expect(shape(parseUnchecked(text))).toBe(expected);
  });
});

/** Some of the shapes are not well typed, which is not what is looked at here. */
function parseUnchecked(text: string): Expr {
  return text === 'a > b[5m:]' ? parseExprIgnoringTypes(text) : parseExpr(text);
}

function parseExprIgnoringTypes(text: string): Expr {
  const inner = parseExpr(`sum_over_time(${text.slice(4)})`);
  const [arg] = inner.kind === 'call' ? inner.args : [];
  const left = parseExpr('a > 1');
  return left.kind === 'binary' && arg !== undefined ? { ...left, rhs: arg } : left;
}

describe('places', () => {
  test('every node knows its text', () => {
    const text = 'sum by (job) (rate(http_total{a="b"}[5m] offset 1m)) / 2';
    const expr = parseExpr(text);
    const at = (node: { start: number; end: number }) => text.slice(node.start, node.end);
    expect(at(expr)).toBe(text);
    if (expr.kind !== 'binary' || expr.lhs.kind !== 'aggregate') throw new Error('unexpected tree');
    expect(at(expr.lhs)).toBe('sum by (job) (rate(http_total{a="b"}[5m] offset 1m))');
    expect(at(expr.rhs)).toBe('2');
    const call = expr.lhs.expr;
    expect(at(call)).toBe('rate(http_total{a="b"}[5m] offset 1m)');
    const [range] = call.kind === 'call' ? call.args : [];
    expect(range?.kind).toBe('matrixSelector');
    expect(range === undefined ? '' : at(range)).toBe('http_total{a="b"}[5m] offset 1m');
  });

  test('an error says line, column in bytes, and offsets in the text', () => {
    const [error] = collectErrors('sum(\n  é"ü" + )');
    expect(error).toBeInstanceOf(PromqlError);
    expect(error?.message).toBe("2:3: parse error: unexpected character: 'é'");
    expect(error?.position).toMatchObject({ start: 7, line: 2, column: 3 });
    const [after] = collectErrors('label_replace(a, "ü", "é", "b", "c") +');
    expect(after?.position).toMatchObject({ line: 1, column: 41, start: 38 });
  });

  test('all type errors are found at once', () => {
    const messages = collectErrors('rate(a) + sum(1) > bool b[5m]').map((error) => error.message);
    expect(messages).toHaveLength(3);
    expect(messages[0]).toContain('expected type range vector in call to function "rate", got instant vector');
  });
});

describe('mistakes of Prometheus 3', () => {
  test.each([
    [
      'foo offset',
      '1:11: parse error: unexpected end of input in offset, expected number, duration, step(), or range()',
    ],
    [
      'foo[]',
      '1:5: parse error: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
    ],
    ['foo[-1]', '1:5: parse error: duration must be greater than 0'],
    ['foo[5mm]', '1:5: parse error: bad number or duration syntax: "5mm"'],
    ['foo[5m:', '1:8: parse error: unclosed left bracket'],
    ['foo[', '1:5: parse error: unexpected end of input in duration expression'],
    ['foo["5m"]', `1:5: parse error: unexpected character in duration expression: '"'`],
    ['foo{a=~"("}', '1:5: parse error: error parsing regexp: missing closing ): `^(?s:()$`'],
    ['foo anchored', '1:1: parse error: anchored modifier is experimental and not enabled'],
    ['a + fill(1) b', '1:1: parse error: binop fill modifiers are experimental and not enabled'],
    [
      'limitk(1, a)',
      '1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions',
    ],
    ['mad_over_time(a[5m])', '1:1: parse error: function "mad_over_time" is not enabled'],
    ['foo[5m * 0]', undefined],
    ['foo[5m / 0]', '1:8: parse error: division by zero'],
    ['foo[5m % 0]', '1:8: parse error: modulo by zero'],
    ['foo[0]', '1:5: parse error: duration must be greater than 0'],
    ['foo[5m:0s]', '1:8: parse error: duration must be greater than 0'],
    ['foo[1e300]', '1:5: parse error: duration out of range'],
    ['foo[5m', '1:7: parse error: unclosed left bracket'],
    [
      'foo[step]',
      '1:9: parse error: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
    ],
    ['foo[max(1m, 2m)]', "1:5: parse error: unexpected character in duration expression: 'm'"],
    ['foo[5m:1m:]', "1:10: parse error: unexpected colon ':'"],
    ['foo offset (1m', '1:15: parse error: unclosed left parenthesis'],
    [
      'foo offset -',
      '1:13: parse error: unexpected end of input in offset, expected number, duration, step(), or range()',
    ],
    [
      'foo offset (1m) + bar',
      '1:19: parse error: unexpected identifier "bar" in offset, expected number, duration, step(), or range()',
    ],
    ['foo offset (1m)[5m]', '1:16: parse error: no offset modifiers allowed before range'],
    ['foo @ start()[5m]', '1:14: parse error: no @ modifiers allowed before range'],
    ['foo offset (1m) offset 2m', '1:1: parse error: offset may not be set multiple times'],
    ['1[5m]', '1:2: parse error: ranges only allowed for vector selectors'],
    ['start()', '1:1: parse error: function "start" is not enabled'],
    ['info(a)', '1:1: parse error: function "info" is not enabled'],
    ['a + fill(1)', '1:12: parse error: unexpected end of input'],
    ['a + fill(x) b', '1:10: parse error: unexpected identifier "x"'],
    ['min(1, 2)', '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 2'],
    ['1e', '1:1: parse error: bad number or duration syntax: "1e"'],
    ['1e400', '1:1: parse error: error parsing number: strconv.ParseFloat: parsing "1e400": value out of range'],
    ['a @ Inf', '1:1: parse error: timestamp out of bounds for @ modifier: +Inf'],
    ['sum(foo', '1:8: parse error: unclosed left parenthesis'],
    ['foo{"a"', '1:8: parse error: unexpected end of input inside braces'],
    ['{"a" "b"}', '1:6: parse error: unexpected string "\\"b\\"" in label matching, expected "," or "}"'],
    ['foo{"bar"}', '1:1: parse error: metric name must not be set twice: "foo" or "bar"'],
  ])('%s', (text, message) => {
    expect(collectErrors(text)[0]?.message).toBe(message);
  });
});

describe('text that must not break the parser', () => {
  test.each([
    ['parentheses', `${'('.repeat(100_000)}1`],
    ['a chain of operators', Array.from({ length: 100_000 }, () => 'a').join('+')],
    ['a chain of signs', `${'-'.repeat(100_000)}a`],
    ['nested calls', 'abs('.repeat(50_000)],
    ['brackets', `a${'[5m:1m]'.repeat(50_000)}`],
    ['an unclosed string', `"${'\\n'.repeat(100_000)}`],
    ['a huge number', '9'.repeat(100_000)],
  ])('%s end in a tree or an error', (_name, text) => {
    const errors = collectErrors(text);
    expect(errors.every((error) => error instanceof PromqlError)).toBe(true);
  });

  test('the longest chain accepted can be checked, printed and evaluated', async () => {
    const text = Array.from({ length: 1001 }, () => '1').join(' + ');
    expect(formatExpr(parseExpr(text))).toBe(text);
    const result = await evaluateInstant(text, 0, {
      source: new MemorySource(),
      limits: { maxSamples: 1e6, maxSeries: 1e6 },
      signal: new AbortController().signal,
    });
    expect(result.value).toMatchObject({ type: 'scalar', value: 1001 });
  });

  test('a query of a million characters is refused', () => {
    expect(collectErrors('a'.repeat(1_000_001))[0]?.message).toContain('longer than 1000000');
  });
});

describe('parseSelector', () => {
  test('gives the matchers', () => {
    expect(parseSelector('up{job=~"a|b", x!="y"}').map(String)).toEqual(['job=~"a|b"', 'x!="y"', '__name__="up"']);
    expect(parseSelector('{"a.b"}').map(String)).toEqual(['__name__="a.b"']);
    expect(parseSelector('sum').map(String)).toEqual(['__name__="sum"']);
  });

  test.each([
    ['{}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['up[5m]', '1:3: parse error: unexpected "["'],
    ['up offset 5m', '1:4: parse error: unexpected <offset>'],
    ['rate(x)', '1:5: parse error: unexpected "("'],
    ['', '1:1: parse error: unexpected end of input'],
  ])('refuses %j', (text, message) => {
    expect(() => parseSelector(text)).toThrow(message);
  });
});
