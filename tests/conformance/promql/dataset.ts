/**
 * The data that both engines hold: counters with resets, gauges with NaN and infinities, classic histograms sound and
 * broken, series that come and go with and without staleness markers. Samples are scraped 7 to 9 s off the grid on which
 * queries are made, because Prometheus 2.42 takes windows closed on the left and Prometheus 3 open.
 */
import { Labels } from '@sightline/model';
import { type MemorySample, MemorySource } from '@sightline/promql/testing';

/** Unix ms; whole minutes. */
export const BASE_MS = 1_600_000_020_000;
export const DATA_MINUTES = 120;
const INTERVAL_MS = 15_000;
const SAMPLE_OFFSET_MS = 7_003;

export interface DataSeries {
  readonly labels: Labels;
  readonly samples: readonly MemorySample[];
}

/** A small seeded generator of numbers in [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function buildDataset(): DataSeries[] {
  const random = randomFrom(42);
  return [...counters(random), ...gauges(random), ...histograms(random), ...oddities(random), ...strangers(random)];
}

const COUNT = (DATA_MINUTES * 60_000) / INTERVAL_MS;

interface Scraping {
  /** Only every n-th scrape has a sample. */
  readonly everyNth?: number;
  /** Largest delay of a scrape; times end in 3 ms, so that none lies on a whole second. */
  readonly jitterMs?: number;
}

/** A value of undefined is a scrape without a sample. */
function series(
  labels: Record<string, string>,
  valueAt: (index: number) => number | 'stale' | undefined,
  { everyNth = 1, jitterMs = 0 }: Scraping = {},
): DataSeries {
  const delay = randomFrom(JSON.stringify(labels).length * 977);
  const samples: MemorySample[] = [];
  for (let i = 0; i < COUNT; i += everyNth) {
    const value = valueAt(i);
    const late = Math.floor((delay() * jitterMs) / 10) * 10;
    if (value !== undefined) samples.push([BASE_MS + i * INTERVAL_MS + SAMPLE_OFFSET_MS + late, value]);
  }
  return { labels: Labels.fromObject(labels), samples };
}

function counters(random: () => number): DataSeries[] {
  const out: DataSeries[] = [];
  for (const job of ['api', 'web']) {
    for (const instance of ['a:1', 'b:1', 'c:2']) {
      for (const code of ['200', '500']) {
        let total = 100_000 + Math.floor(random() * 1000);
        const resetAt = random() < 0.5 ? 100 + Math.floor(random() * 300) : -1;
        out.push(
          series({ __name__: 'requests_total', job, instance, code }, (i) => {
            total = i === resetAt ? 5_000 + Math.floor(random() * 10) : total + Math.floor(random() * 20);
            return total;
          }),
        );
      }
    }
  }
  return out;
}

function gauges(random: () => number): DataSeries[] {
  const out: DataSeries[] = [];
  for (const instance of ['a:1', 'b:1', 'c:2', 'd:3']) {
    let level = random() * 100 - 50;
    out.push(
      series({ __name__: 'temperature', instance, room: instance < 'c' ? 'north' : 'south' }, () => {
        level += random() * 4 - 2;
        return level;
      }),
    );
    // Gone for whole stretches, so that look-back and windows run empty.
    out.push(
      series({ __name__: 'queue_length', instance }, (i) =>
        Math.floor(i / 60) % 2 === 0 || instance === 'a:1' ? Math.floor(random() * 1000) + random() : undefined,
      ),
    );
    out.push(
      series({ __name__: 'memory_bytes', instance, job: 'api' }, (i) => 1e9 + i * 1e6 + random() * 1e6, {
        everyNth: 2,
      }),
    );
  }
  return out;
}

function histograms(random: () => number): DataSeries[] {
  const out: DataSeries[] = [];
  const bounds = ['0.1', '0.5', '1', '2.5', '+Inf'];
  for (const instance of ['a:1', 'b:1']) {
    const counts = bounds.map(() => 1_000);
    const rows = Array.from({ length: COUNT }, () => {
      bounds.forEach((_, index) => {
        const more = Math.floor(random() * 5);
        for (let above = index; above < bounds.length; above++) counts[above] = (counts[above] as number) + more;
      });
      return [...counts];
    });
    bounds.forEach((le, index) => {
      out.push(series({ __name__: 'latency_seconds_bucket', instance, le }, (i) => rows[i]?.[index]));
    });
  }
  return out;
}

function oddities(random: () => number): DataSeries[] {
  return [
    series({ __name__: 'odd', kind: 'nan' }, (i) => (i % 7 === 0 ? Number.NaN : random() * 10)),
    series({ __name__: 'odd', kind: 'inf' }, (i) => (i % 11 === 0 ? Number.POSITIVE_INFINITY : i)),
    series({ __name__: 'odd', kind: 'minus' }, (i) => (i % 13 === 0 ? Number.NEGATIVE_INFINITY : -i)),
    series({ __name__: 'odd', kind: 'zero' }, () => 0),
    series({ __name__: 'odd', kind: 'constant' }, () => 3.25),
    series({ __name__: 'build_info', instance: 'a:1', version: '1.2.3', branch: 'main' }, () => 1),
    series({ __name__: 'build_info', instance: 'b:1', version: '1.3.0', branch: 'main' }, () => 1),
    series({ __name__: 'moment_seconds', zone: 'x' }, (i) => 1_582_934_400 + i * 86_400),
    // Five minutes of look-back pass between its samples.
    series({ __name__: 'rare', instance: 'a:1' }, (i) => i * 2, { everyNth: 28 }),
  ];
}

const CITIES = ['Z\u00fcrich', '\u6771\u4eac', 'a "b" \\c', 'two\nlines', ' '];

/** What real systems have as well: odd names, many labels, buckets out of order, targets that are restarted. */
function strangers(random: () => number): DataSeries[] {
  const out: DataSeries[] = [];
  for (const [index, city] of CITIES.entries()) {
    out.push(
      series({ __name__: 'visits', city, index: String(index) }, () => Math.floor(random() * 50), { jitterMs: 1500 }),
    );
  }
  for (const shard of ['0', '1', '2', '10', '11']) {
    let jobs = 200_000 + Math.floor(random() * 1000);
    out.push(
      series(
        { __name__: 'jobs_total', shard, job: 'batch', instance: `b-${shard}:9100`, env: shard < '2' ? 'prod' : 'dev' },
        (i) => {
          jobs += Math.floor(random() * 7);
          if (i % (97 + Number(shard) * 13) === 50) jobs = 10_000 + Math.floor(random() * 500);
          // Restarts leave a marker, a lost target leaves none.
          if (i % 80 === 60) return 'stale';
          return i % 80 > 60 && i % 80 < 70 + Number(shard) ? undefined : jobs;
        },
        { jitterMs: 1900 },
      ),
    );
  }
  // Another name with labels that requests_total and latency_seconds_bucket have too, at times at least.
  for (const code of ['200', '500']) {
    out.push(
      series({ __name__: 'copies_total', job: 'api', instance: 'a:1', code }, (i) =>
        i % 100 < 60 ? 300_000 + i * 3 : undefined,
      ),
    );
  }
  for (const [index, le] of ['0.1', '1', '+Inf'].entries()) {
    out.push(series({ __name__: 'copy_bucket', instance: 'a:1', le }, (i) => (i < 300 ? (index + 1) * i : undefined)));
  }
  const many = Object.fromEntries(Array.from({ length: 24 }, (_, i) => [`label_${i}`, `value ${i % 5}`]));
  for (const pod of ['x', 'y', 'z']) {
    out.push(series({ __name__: 'wide', ...many, pod }, (i) => (i % 3) + pod.charCodeAt(0), { jitterMs: 900 }));
  }
  return [...out, ...brokenHistograms(random)];
}

function brokenHistograms(random: () => number): DataSeries[] {
  const bounds: Readonly<Record<string, readonly string[]>> = {
    twice: ['1', '1.0', '2e0', '+Inf'],
    negative: ['-5', '-1', '0', '3', '+Inf'],
    endless: ['1', '2', '4'],
    words: ['1', 'two', '', '4', 'inf'],
    falling: ['1', '2', '4', '+Inf'],
    empty: ['1', '2', '+Inf'],
    lonely: ['+Inf'],
  };
  return Object.entries(bounds).flatMap(([kind, les]) => {
    const counts = les.map((_, index) => (kind === 'empty' ? 0 : 5_000 + index * 100));
    return les.map((le, index) =>
      series({ __name__: 'size_bucket', kind, ...(le === '' ? {} : { le }) }, () => {
        if (kind === 'empty') return 0;
        const step = kind === 'falling' && index === 2 ? -1 : index + 1;
        counts[index] = (counts[index] as number) + step * Math.floor(random() * 4);
        return counts[index];
      }),
    );
  });
}

export function memorySourceOf(dataset: readonly DataSeries[]): MemorySource {
  const source = new MemorySource();
  for (const { labels, samples } of dataset) source.add(labels, samples);
  return source;
}
