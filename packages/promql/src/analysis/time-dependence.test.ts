import { expect, test } from 'vitest';
import { parseExpr } from '../parser/index.ts';
import { isSplittable, timeDependenceOf } from './time-dependence.ts';

const MINUTE = 60_000;

const parse = (text: string) => parseExpr(text, { enableExperimental: true });

test.each([
  'a',
  '1 + time()',
  'sum by (x) (rate(a[5m]))',
  'a offset -10m',
  'a @ 1000 + a',
  'topk(scalar(a @ 5), b @ 100)',
  'topk(3, a) or b',
  'max_over_time(rate(a[5m])[1h:])',
  'label_replace({__name__=~"a|b"}, "x", "$1", "y", "(.*)")',
  'abs({job="x"})',
  'last_over_time({job="x"}[5m])',
  'absent_over_time({job="x"}[5m])',
  'rate({"a.b"}[5m])',
  '-{job="x"}',
  'rate(sum by (job) ({job="x"})[5m:])',
  'rate((a and {job="x"})[5m:])',
  'rate((a > {job="x"})[5m:])',
  'rate((-{job="x"})[5m:])',
  'sum_over_time((a or a offset 5m)[10m:])',
])('%s may be split', (text) => {
  expect(isSplittable(parse(text))).toBe(true);
});

test.each([
  'a @ start()',
  'rate(a[5m] @ end())',
  'sum(max_over_time(a[1h:1m] @ end()))',
  'a + on() group_left() (b @ start())',
  'topk(scalar(a), b @ 100)',
  'rate({job="x"}[5m])',
  'rate({__name__=~"a|b"}[5m])',
  'rate(a[5m * 2])',
  'a offset (step())',
  'sum_over_time(a[1h:step()])',
  'a - start()',
  'info(a)',
  'rate(a[5m] anchored)',
  'a smoothed',
  'rate(topk(2, {job="x"})[5m:])',
  'rate((a or b)[5m:])',
  'rate((1 < {job="x"})[5m:])',
  'rate(sum by (__name__) ({job="x"})[5m:])',
  'rate(count_values("__name__", a)[5m:])',
  'sum_over_time((a or b)[10m:])',
  'rate(label_replace(a, "__name__", "$1", "x", "(.*)")[5m:])',
])('%s may not be split', (text) => {
  const { obstacle } = timeDependenceOf(parse(text));
  expect(obstacle).toBeTypeOf('string');
});

test.each([
  ['1', 0, 0],
  ['a', 5, 0],
  ['a offset 10m', 15, 0],
  ['a offset -10m', 0, 10],
  ['a offset -2m', 3, 2],
  ['rate(a[20m])', 20, 0],
  ['rate(a[20m] offset -30m) + a', 5, 30],
  ['max_over_time(a[1h:1m])', 65, 0],
  ['max_over_time(rate(a[10m] offset -5m)[1h:1m] offset 2m)', 67, 3],
  ['max_over_time(a[1h:1m] offset -7m)', 58, 7],
  ['timestamp(a) / time()', 5, 0],
] as const)('%s looks back %i and ahead %i minutes', (text, back, ahead) => {
  const { lookBackMs, lookAheadMs, fixed } = timeDependenceOf(parse(text));
  expect([lookBackMs / MINUTE, lookAheadMs / MINUTE, fixed]).toEqual([back, ahead, undefined]);
});

test('a fixed time is read whatever the step', () => {
  expect(timeDependenceOf(parse('rate(a[10m] @ 6000 offset 5m)'))).toEqual({
    isSplittable: true,
    obstacle: undefined,
    lookBackMs: 0,
    lookAheadMs: 0,
    fixed: { fromMs: 6_000_000 - 15 * MINUTE, untilMs: 6_000_000 - 5 * MINUTE },
  });
  const nested = timeDependenceOf(parse('sum_over_time((a + b @ 100)[10m:1m] @ 9000) + c'), 60_000);
  expect(nested.fixed).toEqual({ fromMs: 40_000, untilMs: 9_000_000 });
  expect(nested.lookBackMs).toBe(60_000);
});
