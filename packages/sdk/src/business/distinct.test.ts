import { describe, expect, it } from 'vitest';
import { Distinct, DistinctWindow, hash53 } from './distinct.ts';

function seen(count: number, prefix = 'user_'): Distinct {
  const distinct = new Distinct();
  for (let index = 0; index < count; index++) {
    distinct.add(prefix + index);
    distinct.add(prefix + index);
  }
  return distinct;
}

describe('distinct', () => {
  it.each([0, 1, 200, 256])('counts %i exactly', (count) => expect(seen(count).count()).toBe(count));

  it.each([1000, 10_000, 100_000])('counts %i within five standard errors', (count) => {
    for (const prefix of ['user_', '', '550e8400-e29b-41d4-a716-'])
      expect(Math.abs(seen(count, prefix).count() - count) / count).toBeLessThan(0.08);
  });

  it('merges: what both saw counts once', () => {
    const few = seen(100);
    few.merge(seen(50));
    expect(few.count()).toBe(100);
    const many = seen(20_000);
    many.merge(seen(20_000));
    expect(many.count()).toBe(seen(20_000).count());
    const mixed = seen(100, 'other_');
    mixed.merge(seen(20_000));
    expect(Math.abs(mixed.count() - 20_100) / 20_100).toBeLessThan(0.08);
  });

  it('hashes to 53 bits without collisions in a small set', () => {
    const hashes = new Set(Array.from({ length: 100_000 }, (_, index) => hash53(`user_${index}`)));
    expect(hashes.size).toBe(100_000);
    for (const hash of hashes) if (!Number.isSafeInteger(hash) || hash < 0) throw new Error(`${hash} is not 53 bits`);
  });
});

describe('window', () => {
  it('forgets ids that were not seen in it', () => {
    let now = 1_000_000;
    const window = new DistinctWindow(60_000, 6, () => now);
    window.addHash(hash53('a'));
    window.addHash(hash53('b'));
    now += 30_000;
    window.addHash(hash53('b'));
    window.addHash(hash53('c'));
    expect(window.count()).toBe(3);
    now += 40_000;
    expect(window.count()).toBe(2);
    now += 40_000;
    expect(window.count()).toBe(0);
    window.addHash(hash53('d'));
    expect(window.count()).toBe(1);
    now += 10_000_000;
    expect(window.count()).toBe(0);
  });

  it('stands a clock that goes back', () => {
    let now = 1_000_000;
    const window = new DistinctWindow(60_000, 6, () => now);
    window.addHash(1);
    now -= 500_000;
    window.addHash(2);
    expect(window.count()).toBe(2);
  });
});
