import { expect, test } from 'vitest';
import { parseExpr } from '../parser/index.ts';
import { outputLabelsOf } from './output-labels.ts';

const DATA: Readonly<Record<string, readonly string[]>> = {
  up: ['__name__', 'job', 'instance'],
  info: ['job', 'version'],
};

test.each([
  ['up', undefined, 'instance job'],
  ['rate(up[5m]) > 0', undefined, 'instance job'],
  ['sum(up)', '', ''],
  ['sum by (job, zone) (up)', 'job zone', 'job zone'],
  ['sum without (instance) (up)', undefined, 'job'],
  ['topk(3, sum by (job) (up))', 'job', 'job'],
  ['count_values("value", sum by (job) (up))', 'value', 'value'],
  ['1 - avg by (job) (up) > 0.5', 'job', 'job'],
  ['sum by (job) (up) / on (zone) group_left (version) sum by (zone) (info)', 'job version', 'job version'],
  ['up * on (job) info', 'job', 'job'],
  ['up * ignoring (instance) info', undefined, 'job'],
  ['sum by (a) (up) or sum by (b) (up)', 'a b', 'a b'],
  ['sum by (a) (up) and on () sum by (b) (up)', 'a', 'a'],
  ['absent(up{job="x", instance=~".+"})', 'job', 'job'],
  ['histogram_quantile(0.9, sum by (le, job) (rate(up[5m])))', 'job', 'job'],
  ['label_replace(sum by (job) (up), "dst", "$1", "job", "(.*)")', 'dst job', 'dst job'],
  ['vector(1)', '', ''],
  ['{job="x"}', undefined, undefined],
])('the labels of %s', (text, alone, withData) => {
  const shown = (labels: ReadonlySet<string> | undefined) => labels && [...labels].sort().join(' ');
  expect(shown(outputLabelsOf(parseExpr(text)))).toBe(alone);
  expect(shown(outputLabelsOf(parseExpr(text), (metric) => DATA[metric] && new Set(DATA[metric])))).toBe(withData);
});
