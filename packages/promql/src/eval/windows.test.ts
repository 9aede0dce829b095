import type { SampleCursor } from '@sightline/model';
import { expect, test } from 'vitest';
import { WindowFinder } from './windows.ts';

interface TimesOfSeries {
  readonly timesId: number;
  readonly times: readonly number[];
}

function cursorOf(series: readonly TimesOfSeries[]): SampleCursor & { seeks: number } {
  const cursor = {
    timestamps: new Float64Array(0),
    values: new Float64Array(0),
    from: 0,
    to: 0,
    mayHaveStale: false,
    timesId: -1,
    seeks: 0,
    seek(index: number) {
      const { times, timesId } = series[index] as TimesOfSeries;
      cursor.timestamps = Float64Array.from(times);
      cursor.values = Float64Array.from(times, (_, at) => index * 1000 + at);
      cursor.to = times.length;
      cursor.timesId = timesId;
      cursor.seeks++;
    },
  };
  return cursor;
}

function bruteForce(times: readonly number[], ends: Float64Array, rangeMs: number): (readonly [number, number])[] {
  return [...ends].map((end) => {
    const firstAfter = (bound: number) => times.filter((time) => time <= bound).length;
    return [firstAfter(end - rangeMs), firstAfter(end)] as const;
  });
}

function boundsOf(finder: WindowFinder, index: number): (readonly [number, number])[] {
  const { lo, hi } = finder.at(index);
  return [...lo].map((low, k) => [low, hi[k] as number] as const);
}

/** Steady, with gaps, in bursts, all before, all after, at the very edges. */
const TIMES: readonly (readonly number[])[] = [
  Array.from({ length: 200 }, (_, i) => i * 15),
  Array.from({ length: 200 }, (_, i) => i * 15 + (i > 60 ? 700 : 0) + (i % 3)),
  Array.from({ length: 90 }, (_, i) => Math.floor(i / 30) * 900 + (i % 30)),
  [-900, -800],
  [90_000],
  [0, 60, 120, 180, 240],
  [],
];

test.each([
  [60, 300],
  [300, 60],
  [7, 1000],
  [1000, 7],
])('windows every %i over %i hold the samples after the start up to the end', (step, rangeMs) => {
  const ends = Float64Array.from({ length: Math.floor(3000 / step) }, (_, k) => k * step);
  const samples = cursorOf(TIMES.map((times, timesId) => ({ times, timesId })));
  const finder = new WindowFinder({ samples, rangeMs, ends, times: ends });
  for (const [index, times] of TIMES.entries()) {
    const expected = bruteForce(times, ends, rangeMs);
    expect(boundsOf(finder, index), `times ${index}`).toEqual(expected);
    const sizes = expected.map(([low, high]) => high - low);
    expect(finder.bounds.least).toBe(Math.min(...sizes));
    expect(finder.bounds.work).toBe(sizes.reduce((sum, size) => sum + size, 0));
  }
});

test('series of equal times share their bounds, whatever comes between them', () => {
  const ends = Float64Array.of(60, 120);
  const series = [0, 1, 0, 2, 1].map((timesId) => ({ timesId, times: TIMES[timesId] as readonly number[] }));
  const finder = new WindowFinder({ samples: cursorOf(series), rangeMs: 60, ends, times: ends });
  const bounds = series.map((_, index) => finder.at(index).bounds);
  expect(bounds[2]).toBe(bounds[0]);
  expect(bounds[4]).toBe(bounds[1]);
  expect(new Set(bounds).size).toBe(3);
});

test('an object that is used for other times has another version, and its windows are found anew', () => {
  const ends = Float64Array.of(60, 120);
  const series = Array.from({ length: 400 }, (_, id) => ({ timesId: id, times: [id % 50, 60 + (id % 60)] }));
  const finder = new WindowFinder({ samples: cursorOf(series), rangeMs: 60, ends, times: ends });
  const seen = new Set<string>();
  const objects = new Set<unknown>();
  for (const [index, { times }] of series.entries()) {
    expect(boundsOf(finder, index)).toEqual(bruteForce(times, ends, 60));
    objects.add(finder.bounds);
    seen.add(`${[...objects].indexOf(finder.bounds)}:${finder.bounds.version}`);
  }
  expect(objects.size).toBeLessThan(series.length);
  expect(seen.size).toBe(series.length);
});
