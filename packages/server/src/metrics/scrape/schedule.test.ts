import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { firstDelayMs, startTicker, TimestampAligner } from './schedule.ts';

describe('the first scrape', () => {
  test('falls on the same place of the interval whenever the server starts', () => {
    const places = [0, 1, 999, 14_999, 1_234_567_890_123].map(
      (now) => (now + firstDelayMs('key', 'seed', 15_000, now)) % 15_000,
    );
    expect(new Set(places).size).toBe(1);
  });

  test('comes within one interval, spread evenly over targets', () => {
    const delays = Array.from({ length: 1000 }, (_, i) => firstDelayMs(`target ${i}`, 'seed', 10_000, 123_456));
    const counts = Array.from(
      { length: 10 },
      (_, i) => delays.filter((delay) => Math.floor(delay / 1000) === i).length,
    );
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThanOrEqual(10_000);
    for (const count of counts) expect(count).toBeGreaterThan(60);
  });

  test('differs between servers', () => {
    expect(firstDelayMs('key', 'one', 15_000, 0)).not.toBe(firstDelayMs('key', 'two', 15_000, 0));
  });
});

describe('the ticker', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
  afterEach(() => void vi.useRealTimers());

  test('keeps to its grid and says how many ticks passed unheard', () => {
    const seen: [number, number][] = [];
    const startMs = performance.now();
    const ticker = startTicker(300, 1000, (skipped) => seen.push([performance.now() - startMs, skipped]));
    vi.advanceTimersByTime(2400);
    expect(seen).toEqual([
      [300, 0],
      [1300, 0],
      [2300, 0],
    ]);
    vi.setSystemTime(Date.now() + 5000);
    expect(ticker.stop()).toBe(900);
    vi.advanceTimersByTime(5000);
    expect(seen).toHaveLength(3);
  });

  test('an interval of months does not fire early', () => {
    let ticks = 0;
    const ticker = startTicker(90 * 86_400_000, 90 * 86_400_000, () => ticks++);
    vi.advanceTimersByTime(89 * 86_400_000);
    expect(ticks).toBe(0);
    vi.advanceTimersByTime(2 * 86_400_000);
    expect(ticks).toBe(1);
    ticker.stop();
  });

  test('goes on with the next tick on the grid after the process was held up', () => {
    const seen: [number, number][] = [];
    const realNow = performance.now.bind(performance);
    let heldMs = 0;
    const now = vi.spyOn(performance, 'now').mockImplementation(() => realNow() + heldMs);
    const startMs = performance.now();
    const ticker = startTicker(0, 1000, (skipped) => seen.push([performance.now() - startMs, skipped]));
    vi.advanceTimersByTime(0);
    heldMs = 2500;
    vi.advanceTimersByTime(1000);
    vi.advanceTimersByTime(500);
    expect(seen).toEqual([
      [0, 0],
      [3500, 2],
      [4000, 0],
    ]);
    ticker.stop();
    now.mockRestore();
  });
});

describe('aligned timestamps', () => {
  test('small jitter is rounded to the grid, larger is kept', () => {
    const aligner = new TimestampAligner(1000);
    expect([10_000, 11_001, 11_999, 13_002, 14_003, 15_000].map((now) => aligner.align(now))).toEqual([
      10_000, 11_000, 12_000, 13_000, 14_003, 15_000,
    ]);
  });

  test('the tolerance is at most a hundredth of the interval', () => {
    const aligner = new TimestampAligner(100);
    expect([0, 101, 202].map((now) => aligner.align(now))).toEqual([0, 100, 202]);
  });

  test('after a change of the clock the grid moves', () => {
    const aligner = new TimestampAligner(1000);
    aligner.align(10_000);
    const times = Array.from({ length: 8 }, (_, i) => 5_500 + i * 1000 + (i % 2));
    expect(times.map((now) => aligner.align(now))).toEqual([5500, 6501, 7500, 8501, 9500, 10_500, 11_500, 12_500]);
  });
});
