import { Labels } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import { MetricReads, type Missing } from './metric-reads.ts';
import { hashMetric } from './series-hash.ts';
import { SeriesIndex } from './series-index.ts';

const HOUR = 24 * 20_000;
const NO_SIGNAL = new AbortController().signal;

/** A metric of 100 series, a clock, and reads that end when the test says so. */
function rig(budgetBytes = 1e9) {
  const index = new SeriesIndex(1_000, 0);
  for (let i = 0; i < 100; i++) {
    const entry = index.obtain(Labels.fromObject({ __name__: 'm', i: String(i) }));
    if (typeof entry !== 'string') entry.addDay(20_000);
  }
  const started: { entries: number; firstHour: number; lastHour: number; end: (error?: Error) => void }[] = [];
  const state = { nowMs: 1_000 };
  const reads = new MetricReads({
    index,
    cache: { budgetBytes, now: () => state.nowMs },
    read: (entries, firstHour, lastHour) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error === undefined ? resolve() : reject(error));
        started.push({ entries: entries.length, firstHour, lastHour, end });
      }),
  });
  const missing = (series: number, fields: Partial<Missing> = {}): Missing => ({
    metric: hashMetric('m'),
    name: 'm',
    series,
    firstHour: HOUR,
    lastHour: HOUR + 5,
    ...fields,
  });
  return { reads, started, state, missing };
}

describe('a whole metric is read', () => {
  test('when queries of a short time miss much of it, once for all of them', async () => {
    const { reads, started, missing } = rig();
    expect(await reads.cover(missing(10), NO_SIGNAL)).toBe(false);
    expect(await reads.cover(missing(10), NO_SIGNAL)).toBe(false);
    const third = reads.cover(missing(10), NO_SIGNAL);
    const fourth = reads.cover(missing(1, { firstHour: HOUR + 2, lastHour: HOUR + 3 }), NO_SIGNAL);
    expect(started).toMatchObject([{ entries: 100, firstHour: HOUR, lastHour: HOUR + 5 }]);
    started[0]?.end();
    expect(await Promise.all([third, fourth])).toEqual([true, true]);
  });

  test('not when the misses are spread over time, or of other metrics', async () => {
    const { reads, started, state, missing } = rig();
    for (let i = 0; i < 10; i++) {
      expect(await reads.cover(missing(20), NO_SIGNAL)).toBe(false);
      state.nowMs += 10_001;
    }
    expect(await reads.cover(missing(20, { metric: 1, name: 'm' }), NO_SIGNAL)).toBe(false);
    expect(started).toEqual([]);
  });

  test('not when it would take more than half of the cache', async () => {
    const { reads, started, missing } = rig(1_000_000);
    expect(await reads.cover(missing(100), NO_SIGNAL)).toBe(false);
    expect(started).toEqual([]);
  });

  test('again for hours that the running read does not bring', async () => {
    const { reads, started, missing } = rig();
    const first = reads.cover(missing(100), NO_SIGNAL);
    const second = reads.cover(missing(100, { lastHour: HOUR + 6 }), NO_SIGNAL);
    expect(started.length).toBe(2);
    for (const { end } of started) end();
    expect(await Promise.all([first, second])).toEqual([true, true]);
  });
});

describe('those that wait', () => {
  test('leave when they are aborted; the read goes on for the others', async () => {
    const { reads, started, missing } = rig();
    const leaving = new AbortController();
    const gone = reads.cover(missing(100), leaving.signal);
    const patient = reads.cover(missing(100), NO_SIGNAL);
    leaving.abort(new Error('client left'));
    await expect(gone).rejects.toThrow('client left');
    started[0]?.end();
    expect(await patient).toBe(true);
    expect(started.length).toBe(1);
  });

  test('are let go when the read fails, and may try again', async () => {
    const { reads, started, missing } = rig();
    const first = reads.cover(missing(100), NO_SIGNAL);
    started[0]?.end(new Error('disk gone'));
    expect(await first).toBe(true);
    const second = reads.cover(missing(100), NO_SIGNAL);
    expect(started.length).toBe(2);
    started[1]?.end();
    expect(await second).toBe(true);
  });
});
