/** Token soup and damaged queries: the parser answers with a tree that prints and parses again, or with PromqlErrors. */
import { expect, test } from 'vitest';
import { PromqlError } from '../errors.ts';
import { collectErrors, parseExpr } from './index.ts';
import { formatExpr } from './print.ts';

const TOKENS = [
  'a',
  'sum',
  'rate',
  'by',
  'on',
  'offset',
  'bool',
  'and',
  'group_left',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '=',
  '=~',
  '!=',
  '==',
  '+',
  '-',
  '*',
  '^',
  '@',
  '5m',
  '1',
  '0x1f',
  '.5',
  '1e3',
  '"s"',
  "'t'",
  '`u`',
  'start',
  'end',
  'Inf',
  'nan',
  ' ',
  '\n',
  '#c\n',
  'é',
  '\\',
  '$',
  '"',
  'unless',
  'topk',
  'x:y',
  'label_replace',
  'step()',
  'range()',
  'max_of(',
  'anchored',
  'smoothed',
  'fill(1)',
  'fill_left(2)',
  '</',
  '>/',
  'info(',
];
const VALID = [
  'sum by (a, b) (rate(x{c="d", e!~"f.*"}[5m:1m] @ end() offset -1h)) / on (g) group_left (h) y > bool 2',
  'label_replace(a, "b", "$1", "c", "(.*)") or topk(3, b) unless on () vector(1)',
  'histogram_quantile(0.9, sum without (x) (rate(http_bucket[1h30m])))',
  'rate(x{a="b"}[max_of(5m, step() * 4) - 1m] anchored offset -(1m + 2)) + on (a) group_left (b) fill_left (1) info(y, {z=~".+"})',
  'sum_over_time(a[range() / 2:(1m)] @ start()) </ b smoothed @ 10 offset step() or fill_right * min_of(start(), 2)',
];

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

const OPTIONS = { enableExperimental: true };

function check(text: string): void {
  const errors = collectErrors(text, OPTIONS);
  for (const error of errors) {
    expect(error).toBeInstanceOf(PromqlError);
    expect(error.position?.start).toBeLessThanOrEqual(text.length);
    expect(error.message).toMatch(/^\d+:\d+: parse error: ./);
  }
  if (errors.length === 0) {
    const printed = formatExpr(parseExpr(text, OPTIONS));
    // Prometheus prints Inf with a sign, and a sign binds looser than ^.
    if (!printed.includes('+Inf ^')) expect(formatExpr(parseExpr(printed, OPTIONS)), text).toBe(printed);
  }
}

test('token soup', { timeout: 120_000 }, () => {
  const next = generator(1);
  for (let i = 0; i < 4_000; i++) {
    check(Array.from({ length: 1 + next(10) }, () => TOKENS[next(TOKENS.length)]).join(next(2) === 0 ? ' ' : ''));
  }
});

test('queries with a token inserted, a stretch removed or the end cut off', { timeout: 120_000 }, () => {
  const next = generator(2);
  for (let i = 0; i < 1_500; i++) {
    const text = VALID[next(VALID.length)] as string;
    const at = next(text.length);
    const to = at + next(6);
    check(text.slice(0, at) + (next(2) === 0 ? (TOKENS[next(TOKENS.length)] as string) : '') + text.slice(to));
    check(text.slice(0, at));
  }
});
