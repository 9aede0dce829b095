import { describe, expect, test } from 'vitest';
import { Sketch, SlidingSketch } from './sketch.ts';

/** The item of a rank, as `Sketch.quantile` counts ranks. */
function exact(values: readonly number[], quantile: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(quantile * (sorted.length - 1) + 1e-9)] as number;
}

describe('a sketch', () => {
  const reused = new Sketch();
  const shapes: [string, (at: number) => number][] = [
    ['growing', (at) => at + 1],
    ['of both signs', (at) => (((at * 7919) % 2003) - 1000) / 7],
    ['over many powers', (at) => 10 ** (((at * 31) % 150) / 10 - 6)],
    ['all the same', () => 0.25],
    ['with zeros', (at) => (at % 3 === 0 ? 0 : at)],
  ];

  test.each(shapes)('knows quantiles of values %s to a hundredth, also when it is put together', (_, make) => {
    const values = Array.from({ length: 1000 }, (_, at) => make(at));
    const parts = [new Sketch(), new Sketch(), new Sketch()];
    for (const [at, value] of values.entries()) (parts[at % 3] as Sketch).add(value);
    reused.clear();
    for (const part of parts) reused.merge(structuredClone(part.data()));
    expect(reused.count).toBe(1000);
    for (const quantile of [0, 0.01, 0.5, 0.9, 0.99, 1]) {
      const wanted = exact(values, quantile);
      expect(Math.abs(reused.quantile(quantile) - wanted)).toBeLessThanOrEqual(Math.abs(wanted) * 0.0101);
    }
  });

  test('keeps the upper quantiles of a range wider than its bins', () => {
    const sketch = new Sketch();
    for (let power = -12; power <= 300; power++) sketch.add(10 ** power);
    expect(sketch.quantile(1)).toBeCloseTo(1e300, -299);
    expect(sketch.data().positive.counts.length).toBeLessThanOrEqual(2048);
    expect(sketch.count).toBe(313);
  });

  test('of nothing has no quantiles', () => {
    expect(new Sketch().quantile(0.5)).toBeNaN();
  });
});

test('a sliding sketch forgets what is older than its window', () => {
  const sliding = new SlidingSketch(3, 1000, 0);
  const read = (nowMs: number) => {
    const sketch = new Sketch();
    sliding.readInto(sketch, nowMs);
    return sketch.count;
  };
  sliding.add(1, 0);
  sliding.add(1, 1500);
  expect(read(1500)).toBe(2);
  expect(read(2999)).toBe(2);
  expect(read(3000)).toBe(1);
  sliding.add(1, 3500);
  // A clock that was set back keeps what is there.
  expect(read(1000)).toBe(2);
  expect(read(4000)).toBe(1);
  expect(read(1e9)).toBe(0);
});
