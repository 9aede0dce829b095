import { Labels, Matcher } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import { SeriesEntry } from './series-entry.ts';
import { hashMetric, hashSeries } from './series-hash.ts';
import { SeriesIndex } from './series-index.ts';

describe('series hashes are stored, so they never change', () => {
  test.each([[[]], [['__name__', 'up', 'job', 'a']], [['__name__', 'ü\u{1f600}']]])('%j', (flat) => {
    expect(hashSeries(flat)).toMatchSnapshot();
  });

  test('of the metric name', () => {
    expect([hashMetric(''), hashMetric('up'), hashMetric('node_cpu_seconds_total')]).toMatchSnapshot();
  });

  test('differ for every small change, and spread over 53 bits', () => {
    const seen = new Set<number>();
    let high = 0;
    let unsafe = 0;
    for (let i = 0; i < 200_000; i++) {
      const id = hashSeries(['__name__', `m${i % 10}`, 'instance', String(i)]);
      if (!Number.isSafeInteger(id) || id < 0) unsafe++;
      if (id >= 2 ** 52) high++;
      seen.add(id);
    }
    expect(unsafe).toBe(0);
    expect(seen.size).toBe(200_000);
    expect(high).toBeGreaterThan(95_000);
    expect(high).toBeLessThan(105_000);
    expect(hashSeries(['a', 'bc'])).not.toBe(hashSeries(['ab', 'c']));
  });
});

describe('SeriesEntry days', () => {
  test('join into runs in whatever order they come', () => {
    const entry = new SeriesEntry(Labels.EMPTY, 1, 1);
    for (const day of [10, 12, 11, 11, 5, 20, 19, 4, 6]) entry.addDay(day);
    expect(entry.days).toEqual([4, 6, 10, 12, 19, 20]);
    expect([3, 4, 6, 7, 11, 13, 19, 21].map((day) => entry.hasDay(day))).toEqual([
      false,
      true,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(entry.isWithin(7, 9)).toBe(false);
    expect(entry.isWithin(7, 10)).toBe(true);
    expect(entry.lastDay).toBe(20);
  });
});

describe('SeriesIndex', () => {
  const make = (limit = 1_000) => {
    const index = new SeriesIndex(limit, 0);
    for (let i = 0; i < 100; i++) {
      const labels = Labels.fromObject({
        __name__: `m${i % 4}`,
        i: String(i),
        ...(i % 2 === 0 ? { even: 'yes' } : {}),
      });
      const entry = index.obtain(labels);
      if (typeof entry === 'string') throw new Error(entry);
      entry.addDay(i < 50 ? 10 : 11);
    }
    return index;
  };

  const ALL_SETS: readonly (readonly Matcher[])[] = [
    [],
    [new Matcher('__name__', '=', 'm1')],
    [new Matcher('__name__', '=~', 'm1|m2')],
    [new Matcher('__name__', '=~', 'm.*'), new Matcher('even', '=', '')],
    [new Matcher('__name__', '!=', 'm1'), new Matcher('i', '=~', '.*7')],
    [new Matcher('i', '!~', '.*[0-8]')],
    [new Matcher('even', '!=', '')],
    [new Matcher('absent', '=', 'x')],
    [new Matcher('absent', '=~', '.*')],
    [new Matcher('i', '=~', '7|7|8')],
  ];

  test.each(ALL_SETS.map((set) => [set.join(','), set] as const))('{%s} finds what a scan finds', (_, matchers) => {
    const index = make();
    const expected = index.entries.filter(
      (entry) => entry.isWithin(10, 10) && matchers.every((matcher) => matcher.matches(entry.labels.get(matcher.name))),
    );
    expect(new Set(index.select(matchers, 10, 10))).toEqual(new Set(expected));
  });

  test("at the limit the series that were silent longest make room, today's do not", () => {
    const index = make(100);
    expect(index.obtain(Labels.fromObject({ __name__: 'new' }))).toBeInstanceOf(SeriesEntry);
    expect(index.size).toBe(51);
    expect(index.completeFromDay).toBe(11);
    for (let i = 0; i < 49; i++) {
      const entry = index.obtain(Labels.fromObject({ __name__: 'more', i: String(i) }));
      if (typeof entry === 'string') throw new Error(entry);
      entry.addDay(11);
    }
    expect(index.obtain(Labels.fromObject({ __name__: 'too_many' }))).toBe('series_limit');
  });

  test('an evicted series that is written again is found again', () => {
    const index = make();
    const [entry] = index.select([new Matcher('i', '=', '3')], 10, 10) as [SeriesEntry];
    index.evictBefore(11);
    expect(index.select([new Matcher('i', '=', '3')], 0, 99)).toEqual([]);
    entry.addDay(12);
    expect(index.readmit(entry)).toBe(entry);
    expect(index.select([new Matcher('i', '=', '3')], 12, 12)).toEqual([entry]);
  });
});
