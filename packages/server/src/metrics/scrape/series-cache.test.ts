/** The cache against a plain model of what a scrape stores, over random bodies: order, duplicates, prefixes, failures. */
import { Labels } from '@sightline/model';
import { parseExposition } from '@sightline/protocol';
import { describe, expect, test } from 'vitest';
import type { SeriesHandle } from '../../storage/metric-store.ts';
import type { CacheEntry } from './scrape-order.ts';
import { SeriesCache } from './series-cache.ts';

const handles = new Map<string, SeriesHandle>();

function handleOf(text: string): SeriesHandle {
  let handle = handles.get(text);
  if (handle === undefined) {
    handle = { labels: Labels.fromObject({ __name__: text }), id: handles.size, metric: 0 };
    handles.set(text, handle);
  }
  return handle;
}

interface Result {
  readonly samples: string[];
  readonly stale: string[];
}

/** One scrape through the cache, as ScrapeAppend does it; series named `drop...` are dropped. */
function scrape(cache: SeriesCache, text: string, fails = false): Result {
  const body = Buffer.from(text);
  const samples: string[] = [];
  const stale: string[] = [];
  cache.begin(body);
  const take = (entry: CacheEntry, start: number, end: number, isTracked: boolean, value: number) => {
    const isFirst = cache.see(entry, start, end, isTracked);
    if (entry.handle !== null && (isFirst || !isTracked)) samples.push(`${entry.handle.labels.metricName}=${value}`);
  };
  parseExposition(body, 'text', {
    known: (start) => cache.expect(start),
    sample(start, end, value, timestampMs) {
      const isTracked = Number.isNaN(timestampMs);
      const handle = cache.next(start, end, isTracked);
      if (handle !== undefined) {
        if (handle !== null) samples.push(`${handle.labels.metricName}=${value}`);
        return;
      }
      const name = body.toString('utf8', start, end).trim();
      const add = () => cache.add(start, end, name.startsWith('drop') ? null : handleOf(plain(name)));
      take(cache.find(start, end) ?? add(), start, end, isTracked, value);
    },
  });
  const mark = (handle: SeriesHandle) => void stale.push(handle.labels.metricName);
  if (fails) cache.fail(mark);
  else cache.commit(mark);
  return { samples: fails ? [] : samples, stale: [...new Set(stale)].sort() };
}

class Model {
  #live = new Set<string>();

  scrape(text: string, fails: boolean): Result {
    const samples: string[] = [];
    const now = new Set<string>();
    const texts = new Set<string>();
    const seen = new Set<string>();
    for (const line of text.split('\n').filter((line) => line !== '')) {
      const match = /^(.+?) (\d+)(?: (\d+))?$/.exec(line);
      const [, name = '', value = '', stamp] = match ?? [];
      if (name.startsWith('drop')) continue;
      if (!texts.has(name) || stamp !== undefined) samples.push(`${plain(name)}=${value}`);
      if (!texts.has(name) && stamp === undefined) now.add(plain(name));
      texts.add(name);
      seen.add(plain(name));
    }
    const stale = fails ? [...this.#live] : [...this.#live].filter((name) => !seen.has(name));
    this.#live = fails ? new Set() : now;
    return { samples: fails ? [] : samples, stale: stale.sort() };
  }
}

const SERIES = [
  'a',
  'aa',
  'a_b',
  'a{x="1"}',
  'a{x="12"}',
  'a {x="1"}',
  'drop',
  'drop{x="1"}',
  'b{x="1",y="2"}',
  'c{z="ä"}',
  'd',
  'e',
  'f',
];

describe('against a model', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('random bodies, seed %i', (seed) => {
    let state = seed * 7919;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const cache = new SeriesCache();
    const model = new Model();
    let lines = [...SERIES];
    for (let round = 0; round < 400; round++) {
      for (let changes = random(4); changes > 0; changes--) {
        const at = random(lines.length + 1);
        const other = SERIES[random(SERIES.length)] as string;
        if (random(2) === 0) lines.splice(at, 1);
        else lines.splice(at, 0, other);
      }
      if (random(20) === 0) lines = lines.reverse();
      if (random(30) === 0) lines = [];
      const stamped = random(10) === 0 ? random(lines.length + 1) : -1;
      const text = lines.map((line, i) => `${line} ${random(100)}${i === stamped ? ' 1000' : ''}\n`).join('');
      const fails = random(8) === 0;
      expect(scrape(cache, text, fails)).toEqual(model.scrape(text, fails));
    }
    expect(cache.size).toBeLessThanOrEqual(SERIES.length);
  });
});

/** `a {x="1"}` and `a{x="1"}` are two texts of one series. */
function plain(text: string): string {
  return text.replace('a {', 'a{');
}

test('a known series costs no look-up while the order stays, and none is made when one is inserted', () => {
  const cache = new SeriesCache();
  scrape(cache, 'a 1\nb 1\nc 1\n');
  let finds = 0;
  const find = cache.find.bind(cache);
  cache.find = (start, end) => {
    finds++;
    return find(start, end);
  };
  scrape(cache, 'a 1\nb 1\nc 1\n');
  expect(finds).toBe(0);
  scrape(cache, 'a 1\nnew 1\nb 1\nc 1\n');
  expect(finds).toBe(1);
  scrape(cache, 'a 1\nb 1\nc 1\n');
  expect(finds).toBe(2);
  scrape(cache, 'a 1\nb 1\nc 1\n');
  expect(finds).toBe(2);
});

test('failing scrapes with ever new series do not fill the memory', () => {
  const cache = new SeriesCache();
  for (let round = 0; round < 100; round++) {
    scrape(cache, Array.from({ length: 100 }, (_, i) => `s{n="${round}-${i}"} 1\n`).join(''), true);
  }
  expect(cache.size).toBeLessThan(1500);
});

test('forgotten texts keep their series alive', () => {
  const cache = new SeriesCache();
  scrape(cache, 'a 1\nb 1\n');
  cache.forgetTexts();
  expect(cache.size).toBe(0);
  expect(scrape(cache, 'a 1\n')).toEqual({ samples: ['a=1'], stale: ['b'] });
});
