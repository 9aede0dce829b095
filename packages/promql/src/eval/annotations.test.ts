import { expect, test } from 'vitest';
import { Annotations } from './annotations.ts';

const span = (start: number) => ({ start, end: start + 1 });

test('the place is line and column of the query', () => {
  const notes = new Annotations('a +\n  b');
  notes.warn('careful', span(6));
  notes.inform('by the way', span(0));
  notes.warn('careful', span(6));
  expect(notes.warnings).toEqual(['PromQL warning: careful (2:3)']);
  expect(notes.infos).toEqual(['PromQL info: by the way (1:1)']);
});

test('a query without text has no places', () => {
  const notes = new Annotations(undefined);
  notes.warn('careful', span(6));
  notes.informForcedBuckets(span(0), { timeMs: 0, minBucket: 1, maxBucket: 2, maxDifference: 1 });
  expect(notes.warnings).toEqual(['PromQL warning: careful']);
  expect(notes.infos[0]).toMatch(/^PromQL info: input to histogram_quantile .*#histogram_quantile\)$/);
});

test('ten of a kind are shown, the rest is counted', () => {
  const notes = new Annotations('a');
  for (let i = 0; i < 13; i++) {
    notes.warn(`w${i}`, span(0));
    notes.inform(`i${i}`, span(0));
  }
  expect(notes.warnings).toHaveLength(11);
  expect(notes.warnings[10]).toBe('3 more warning annotations omitted');
  expect(notes.infos[10]).toBe('3 more info annotations omitted');
});

test('lifted buckets of one expression become one info', () => {
  const notes = new Annotations('histogram_quantile(0.9, b)');
  const place = span(24);
  notes.informForcedBuckets(place, { timeMs: 1_700_000_060_999, minBucket: 5, maxBucket: 10, maxDifference: 123.4 });
  notes.informForcedBuckets(place, { timeMs: 1_700_000_000_000, minBucket: 0.25, maxBucket: 5, maxDifference: 0.5 });
  notes.informForcedBuckets(place, { timeMs: 1_700_000_030_000, minBucket: 1, maxBucket: Infinity, maxDifference: 1 });
  expect(notes.infos).toEqual([
    'PromQL info: input to histogram_quantile needed to be fixed for monotonicity ' +
      '(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile), ' +
      'from buckets 0.25 to +Inf, with a max diff of 1.2e+02, over 3 samples ' +
      'from 2023-11-14T22:13:20Z to 2023-11-14T22:14:20Z (1:25)',
  ]);
});

test.each([
  [1, '1'],
  [6, '6'],
  [10, '10'],
  [0.05, '0.05'],
  [0.0333, '0.033'],
  [100, '1e+02'],
  [0.00001234, '1.2e-05'],
  [99.6, '1e+02'],
])('a difference of %s is written %s', (maxDifference, text) => {
  const notes = new Annotations('b');
  notes.informForcedBuckets(span(0), { timeMs: 0, minBucket: 1, maxBucket: 1, maxDifference });
  expect(notes.infos[0]).toContain(`max diff of ${text}, over`);
});
