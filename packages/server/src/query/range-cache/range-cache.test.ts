import { ColumnBlock, EMPTY_BLOCK, Labels, METRIC_NAME, type SampleBlock, writeStaleMarker } from '@sightline/model';
import {
  type EvaluateOptions,
  evaluateRange,
  parseExpr,
  PromqlError,
  type QueryRange,
  type QueryResult,
  type SampleSource,
} from '@sightline/promql';
import { describe, expect, test } from 'vitest';
import type { ChangeTracker } from '../../storage/metric-store.ts';
import { RangeCache } from './range-cache.ts';

const never = new AbortController().signal;
const LOOKBACK_MS = 300_000;

/** Series that take samples of any time; tells of each commit as a store does. */
class LateSource implements SampleSource, ChangeTracker {
  readonly #series = new Map<string, { labels: Labels; samples: Map<number, number | 'stale'> }>();
  readonly #commits: { name: string; timeMs: number }[] = [];
  /** Samples handed out. */
  read = 0;
  /** Changes before this sequence are no longer known. */
  forgottenBefore = 0;

  get sequence(): number {
    return this.#commits.length;
  }

  oldestChangeSince(sequence: number, names?: readonly string[]): number {
    if (sequence < this.forgottenBefore) return Number.NEGATIVE_INFINITY;
    const changes = this.#commits.slice(sequence).filter(({ name }) => names === undefined || names.includes(name));
    return Math.min(...changes.map(({ timeMs }) => timeMs));
  }

  add(labels: Record<string, string>, timeMs: number, value: number | 'stale'): void {
    const set = Labels.fromObject(labels);
    const series = this.#series.get(set.key) ?? { labels: set, samples: new Map() };
    this.#series.set(set.key, series);
    if (!series.samples.has(timeMs)) series.samples.set(timeMs, value);
    this.#commits.push({ name: set.metricName, timeMs });
  }

  async select({ matchers, startMs, endMs }: Parameters<SampleSource['select']>[0]): Promise<SampleBlock> {
    await Promise.resolve();
    const found = [...this.#series.values()]
      .filter(({ labels }) => matchers.every((matcher) => matcher.matches(labels.get(matcher.name))))
      .map(({ labels, samples }) => ({
        labels,
        rows: [...samples].filter(([time]) => time > startMs && time <= endMs).sort(([a], [b]) => a - b),
      }))
      .filter(({ rows }) => rows.length > 0);
    if (found.length === 0) return EMPTY_BLOCK;
    const rows = found.flatMap((series) => series.rows);
    const offsets = [0];
    for (const series of found) offsets.push((offsets.at(-1) as number) + series.rows.length);
    const values = new Float64Array(rows.length);
    rows.forEach(([, value], i) => {
      if (value === 'stale') writeStaleMarker(values, i);
      else values[i] = value;
    });
    this.read += rows.length;
    const times = Float64Array.from(rows, ([time]) => time);
    return new ColumnBlock(
      found.map(({ labels }) => labels),
      Uint32Array.from(offsets),
      times,
      values,
    );
  }
}

function optionsOf(source: SampleSource): EvaluateOptions {
  return {
    source,
    lookbackMs: LOOKBACK_MS,
    defaultSubqueryStepMs: 60_000,
    limits: { maxSamples: 1e7, maxSeries: 1e4 },
    signal: never,
    enableExperimental: true,
  };
}

function cacheOf(source: LateSource, options: { maxBytes?: number; retentionMs?: number; now?: () => number } = {}) {
  const { maxBytes = 1e7, retentionMs = 0, now = () => 0 } = options;
  const cache = new RangeCache({ maxBytes, retentionMs, now, changes: source });
  const run = (text: string, range: QueryRange, signal = never) =>
    cache.run({
      text,
      expr: parseExpr(text, { enableExperimental: true }),
      range,
      lookbackMs: LOOKBACK_MS,
      subqueryStepMs: 60_000,
      signal,
      evaluate: (part) => evaluateRange(text, part, optionsOf(source)),
    });
  return { cache, run };
}

/** Everything that an answer shows, floats by their bits. */
function shown({ value, warnings, infos }: QueryResult): unknown {
  if (value.type !== 'matrix') throw new Error(value.type);
  const series = value.series.map(({ labels, timestamps, values }) => [
    String(labels),
    [...timestamps],
    Buffer.from(Float64Array.from(values).buffer).toString('hex'),
  ]);
  return { series, warnings: warnings.toSorted(), infos: infos.toSorted() };
}

/** Which of several mistakes of a query is told may differ. */
function outcomeOf(result: Promise<QueryResult>): Promise<unknown> {
  return result.then(shown, (error: unknown) => {
    if (error instanceof PromqlError && error.code === 'execution') return 'failed';
    throw error;
  });
}

/** A small generator with a seed, so that a failure can be repeated. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return (state >>> 8) % below;
  };
}

const QUERIES = [
  'm',
  'sum(m)',
  'sum by (a) (rate(m[5m]))',
  'rate(m[2m])',
  'avg_over_time(m[3m:30s])',
  'm offset -2m',
  'm offset 3m',
  'topk(2, m)',
  'quantile(2, m)',
  'm @ 600',
  'absent(m{a="0"})',
  'm > 50 or n',
  'sum(m) / count(n)',
  'count_values("v", m % 3)',
  'histogram_quantile(0.5, m)',
  'time() - timestamp(m)',
  'vector(time())',
  'm{b="1"} - on(a) group_left() (n * 2)',
  'stddev(m) + scalar(sum(n))',
  'last_over_time(m[1m])',
];

describe('an answer is the one of an evaluation of the whole', () => {
  test.each(Array.from(QUERIES, (_, i) => i))('whatever is written between refreshes (seed %i)', async (seed) => {
    const random = randomOf(seed);
    const source = new LateSource();
    const { run, cache } = cacheOf(source);
    const stepMs = [15_000, 60_000][seed % 2] as number;
    const queries = [QUERIES[seed], QUERIES[(seed + 7) % QUERIES.length]] as string[];
    let now = 1_000_000;
    for (let round = 0; round < 40; round++) {
      for (let i = random(8); i > 0; i--) {
        const labels = { [METRIC_NAME]: random(3) === 0 ? 'n' : 'm', a: String(random(4)), b: String(random(2)) };
        const lateMs = random(12) === 0 ? random(900_000) : random(20_000);
        source.add(labels, now - lateMs, random(15) === 0 ? 'stale' : random(200) / 7);
      }
      now += random(40_000);
      const query = queries[random(2)] as string;
      const endMs = now - (now % stepMs) + (random(4) === 0 ? random(3) * stepMs : 0);
      const range = { startMs: endMs - (10 + random(3) * 5) * stepMs, endMs: endMs + random(stepMs), stepMs };
      const cached = await outcomeOf(run(query, range).then(({ result }) => result));
      const whole = await outcomeOf(evaluateRange(query, range, optionsOf(source)));
      expect({ query, range, answer: cached }).toEqual({ query, range, answer: whole });
    }
    expect(cache.status().hits).toBeGreaterThan(2);
  });
});

function counter(source: LateSource, fromMs: number, toMs: number, name = 'm'): void {
  for (let time = fromMs; time < toMs; time += 15_000) source.add({ [METRIC_NAME]: name }, time, time / 1_000);
}

describe('a refresh', () => {
  const range = { startMs: 0, endMs: 3_600_000, stepMs: 60_000 };
  const next = { startMs: 60_000, endMs: 3_660_000, stepMs: 60_000 };

  test('computes only the new steps', async () => {
    const source = new LateSource();
    const { run } = cacheOf(source);
    counter(source, 0, 3_600_001);
    expect((await run('sum(m)', range)).cachedSteps).toBe(0);
    counter(source, 3_615_000, 3_660_001);
    source.read = 0;
    expect((await run('sum(m)', next)).cachedSteps).toBe(60);
    expect(source.read).toBeLessThan(25);
    expect((await run('sum(m)', next)).cachedSteps).toBe(61);
  });

  test('computes what a late sample changes', async () => {
    const source = new LateSource();
    const { run } = cacheOf(source);
    counter(source, 0, 3_600_001);
    await run('sum(m)', range);
    source.add({ [METRIC_NAME]: 'm', late: 'yes' }, 1_799_000, 1);
    expect((await run('sum(m)', range)).cachedSteps).toBe(30);
    source.add({ [METRIC_NAME]: 'other' }, 1_000, 1);
    expect((await run('sum(m)', range)).cachedSteps).toBe(61);
    expect((await run('sum({__name__=~"m"})', range)).cachedSteps).toBe(0);
    source.forgottenBefore = source.sequence + 1;
    expect((await run('sum(m)', range)).cachedSteps).toBe(0);
  });

  test.each(['m @ start()', 'sum(m) + end()', 'rate({__name__=~"m|n"}[5m])'])('of %s computes all', async (query) => {
    const source = new LateSource();
    const { run, cache } = cacheOf(source);
    counter(source, 0, 3_600_001);
    await run(query, range);
    expect((await run(query, range)).cachedSteps).toBe(0);
    expect(cache.status().entries).toBe(0);
  });

  test('keeps nothing that retention may take away', async () => {
    const source = new LateSource();
    const { run, cache } = cacheOf(source, { retentionMs: 7_200_000, now: () => 7_300_000 });
    counter(source, 0, 3_600_001);
    await run('sum(m)', range);
    expect(cache.status().entries).toBe(0);
    await run('sum(m)', { ...range, startMs: 600_000 });
    expect(cache.status().entries).toBe(1);
  });

  test('asked twice at once computes once', async () => {
    const source = new LateSource();
    const { run } = cacheOf(source);
    counter(source, 0, 3_600_001);
    const answers = await Promise.all([run('sum(m)', range), run('sum(m)', range), run('sum(m)', range)]);
    expect(answers.map(({ cachedSteps }) => cachedSteps)).toEqual([0, 61, 61]);
  });

  test('that waits for another stops waiting when it is aborted', async () => {
    const source = new LateSource();
    const { run } = cacheOf(source);
    counter(source, 0, 3_600_001);
    const controller = new AbortController();
    const first = run('sum(m)', range);
    const second = run('sum(m)', range, controller.signal);
    controller.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    await first;
  });
});

describe('memory', () => {
  const range = { startMs: 0, endMs: 600_000, stepMs: 1_000 };

  test('is bounded: what was not used for longest goes first', async () => {
    const source = new LateSource();
    const { run, cache } = cacheOf(source, { maxBytes: 300_000 });
    counter(source, 0, 600_000);
    for (let i = 0; i < 20; i++) {
      await run(`m + ${i}`, range);
      expect(cache.status().bytes).toBeLessThanOrEqual(300_000);
    }
    expect(cache.status().entries).toBeGreaterThan(1);
    expect((await run('m + 19', range)).cachedSteps).toBe(601);
    expect((await run('m + 0', range)).cachedSteps).toBe(0);
  });

  test('is given back when nobody asks any more', async () => {
    let now = 0;
    const source = new LateSource();
    const { run, cache } = cacheOf(source, { now: () => now });
    counter(source, 0, 600_000);
    await run('m', range);
    expect(cache.status().bytes).toBeGreaterThan(0);
    now = 3_600_000;
    expect(cache.status()).toMatchObject({ entries: 0, bytes: 0 });
  });

  test('does not grow with the number of refreshes, nor with series that have ended', async () => {
    const source = new LateSource();
    const { run, cache } = cacheOf(source);
    const sizes: number[] = [];
    for (let i = 0; i < 400; i++) {
      source.add({ [METRIC_NAME]: 'm', i: String(i) }, i * 15_000, i);
      await run('m', { startMs: (i - 40) * 15_000, endMs: i * 15_000, stepMs: 15_000 });
      sizes.push(cache.status().bytes);
    }
    expect(Math.max(...sizes.slice(300))).toBeLessThanOrEqual(Math.max(...sizes.slice(100, 200)) * 1.5);
  });
});
