/**
 * The data that both engines hold: counters with resets, gauges with NaN and infinities, classic histograms, series that
 * come and go. Samples lie 7.003 s off the grid on which queries are made, because Prometheus 2.42 takes windows closed
 * on the left and Prometheus 3 open.
 */
import { formatFloat, Labels, quote } from '@sightline/model';
import { MemorySource } from '@sightline/promql/testing';

/** Unix ms; whole minutes. */
export const BASE_MS = 1_600_000_020_000;
export const DATA_MINUTES = 120;
const INTERVAL_MS = 15_000;
const SAMPLE_OFFSET_MS = 7_003;

export interface DataSeries {
  readonly labels: Labels;
  readonly samples: readonly (readonly [timestampMs: number, value: number])[];
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
  return [...counters(random), ...gauges(random), ...histograms(random), ...oddities(random)];
}

const COUNT = (DATA_MINUTES * 60_000) / INTERVAL_MS;

function series(
  labels: Record<string, string>,
  valueAt: (index: number) => number | undefined,
  everyNth = 1,
): DataSeries {
  const samples: [number, number][] = [];
  for (let i = 0; i < COUNT; i += everyNth) {
    const value = valueAt(i);
    if (value !== undefined) samples.push([BASE_MS + i * INTERVAL_MS + SAMPLE_OFFSET_MS, value]);
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
    out.push(series({ __name__: 'memory_bytes', instance, job: 'api' }, (i) => 1e9 + i * 1e6 + random() * 1e6, 2));
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
    series({ __name__: 'rare', instance: 'a:1' }, (i) => i * 2, 28),
  ];
}

export function memorySourceOf(dataset: readonly DataSeries[]): MemorySource {
  const source = new MemorySource();
  for (const { labels, samples } of dataset) source.add(labels, samples);
  return source;
}

/** OpenMetrics text with timestamps, as promtool imports it. */
export function openMetricsOf(dataset: readonly DataSeries[]): string {
  const lines: string[] = [];
  for (const { labels, samples } of dataset) {
    const pairs = [...labels.withoutName()].map(([name, value]) => `${name}=${quote(value)}`);
    // OpenMetrics takes no space after a comma.
    const text = `${labels.metricName}{${pairs.join(',')}}`;
    for (const [timestampMs, value] of samples) lines.push(`${text} ${formatFloat(value)} ${timestampMs / 1000}`);
  }
  return `${lines.join('\n')}\n# EOF\n`;
}
