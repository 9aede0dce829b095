import type { FinishedQuery } from '@sightline/api-types';
import { expect, test } from 'vitest';
import { QueryLog } from './query-log.ts';

function finished(id: number, durationMs: number): FinishedQuery {
  return {
    id: String(id),
    text: 'm',
    kind: 'instant',
    startMs: 0,
    endMs: 0,
    stepMs: 0,
    client: { address: '', userAgent: '' },
    startedMs: id,
    outcome: 'success',
    error: null,
    errorType: null,
    durationMs,
    waitMs: 0,
    readMs: 0,
    evalMs: 0,
    writeMs: 0,
    samplesRead: 0,
    seriesRead: 0,
    peakBytes: 0,
    resultSeries: 0,
    resultSamples: 0,
    cachedShare: 0,
    bytesOut: 0,
  };
}

test('keeps the last ones, newest first, and the slowest, slowest first', () => {
  const log = new QueryLog(() => 0);
  for (let i = 0; i < 2_000; i++) log.add(finished(i, (i * 7_919) % 2_000));
  expect(log.recent()).toHaveLength(500);
  expect(log.recent()[0]?.id).toBe('1999');
  const slowest = log.slowest().map(({ durationMs }) => durationMs);
  expect(slowest).toEqual(Array.from({ length: 100 }, (_, i) => 1_999 - i));
});

test('the slowest of the last hour do not suffer from slower ones before', () => {
  let now = 0;
  const log = new QueryLog(() => now);
  for (let i = 0; i < 200; i++) log.add(finished(i, 10_000));
  now = 30 * 60_000;
  for (let i = 0; i < 50; i++) log.add(finished(1_000 + i, 5));
  expect(log.slowest().every(({ durationMs }) => durationMs === 10_000)).toBe(true);
  now = 61 * 60_000;
  expect(log.slowest()).toHaveLength(50);
  now = 3 * 3_600_000;
  expect(log.slowest()).toEqual([]);
  expect(log.recent()).toHaveLength(250);
});
