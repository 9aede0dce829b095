/**
 * Random writes, reads, failures and evictions at the same time: what a read answers always equals what the database holds. While writes
 * are on their way, it holds everything that was acknowledged before the read began and nothing that was not handed over before it ended.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Labels, Matcher, type SampleBlock } from '@sightline/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../../../telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../../../telemetry/create-registry.ts';
import { LIMITS, NO_SIGNAL, NOW, pointsOf } from '../../../battery/fixtures.ts';
import type { MetricReader } from '../../../metric-store.ts';
import { createStorageMetrics } from '../../../metrics.ts';
import { openChdb } from '../../chdb-database.ts';
import type { Database } from '../../database.ts';
import { migrate } from '../../migrations.ts';
import { DEFAULT_LIMITS, type MetricContext } from '../metric-options.ts';
import { ClickHouseMetricStore } from '../metric-store.ts';

const HOUR = 3_600_000;
const STEP = 15_000;

interface Scenario {
  readonly name: string;
  readonly seed: number;
  readonly series: number;
  readonly budgetBytes: number;
  readonly rounds: number;
  readonly failures: number;
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'few series, room enough', seed: 341, series: 12, budgetBytes: 64e6, rounds: 30, failures: 1 },
  { name: 'few series, hardly any room', seed: 342, series: 12, budgetBytes: 30_000, rounds: 30, failures: 1 },
  { name: 'many series, so that windows are read', seed: 343, series: 300, budgetBytes: 64e6, rounds: 10, failures: 1 },
  { name: 'many series, little room', seed: 344, series: 300, budgetBytes: 600_000, rounds: 12, failures: 0 },
];

/** The database with answers that take their time and inserts that fail when told to. */
class SlowDatabase implements Database {
  readonly engine = 'chdb';
  failure: 'before' | 'after' | undefined;
  readonly #inner: Database;
  readonly #random: (below: number) => number;

  constructor(inner: Database, random: (below: number) => number) {
    this.#inner = inner;
    this.#random = random;
  }

  execute: Database['execute'] = (sql, options) => this.#inner.execute(sql, options);
  insert: Database['insert'] = (table, columns, bytes) => this.#inner.insert(table, columns, bytes);
  ping: Database['ping'] = () => this.#inner.ping();
  close: Database['close'] = () => this.#inner.close();

  query: Database['query'] = async (sql, options) => {
    await this.#wait();
    const bytes = await this.#inner.query(sql, options);
    await this.#wait();
    return bytes;
  };

  stream: Database['stream'] = async (sql, options, take) => {
    await this.#wait();
    await this.#inner.stream(sql, options, take);
    await this.#wait();
  };

  insertColumns: Database['insertColumns'] = async (table, rows, columns) => {
    if (table !== 'metric_samples') return this.#inner.insertColumns(table, rows, columns);
    if (this.failure === 'before') throw new Error('the test lets this insert fail');
    await this.#inner.insertColumns(table, rows, columns);
    await this.#wait();
    if (this.failure === 'after') throw new Error('the test lets this insert fail after it was stored');
  };

  async #wait(): Promise<void> {
    if (this.#random(3) > 0) await new Promise((resolve) => setTimeout(resolve, this.#random(12)));
  }
}

function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function openStore(database: Database, cacheBytes: number, now: () => number): Promise<ClickHouseMetricStore> {
  const context: MetricContext = {
    limits: { ...DEFAULT_LIMITS, gatherMs: 1 },
    retentionMs: 0,
    logger: createLogger({ level: 'error', format: 'text', write: () => undefined }),
    metrics: createStorageMetrics(createMetricsRegistry()),
    now,
    isSoleWriter: true,
    cacheBytes,
  };
  return ClickHouseMetricStore.open(database, context);
}

describe('the cache of samples', () => {
  let dataDir: string;
  let real: Database;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sightline-cache-'));
    real = await openChdb({ dataDir, maxMemoryBytes: 2e9 });
    await migrate(real);
  });

  afterEach(async () => {
    await real.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  for (const scenario of SCENARIOS) {
    test(scenario.name, { timeout: 180_000 }, async () => {
      const random = createRandom(scenario.seed);
      const database = new SlowDatabase(real, random);
      let nowMs = NOW;
      const store = await openStore(database, scenario.budgetBytes, () => nowMs);
      const run = new Run(store, scenario, random);
      await run.seed(nowMs);
      for (let round = 0; round < scenario.rounds; round++) {
        nowMs += random(4) === 0 ? HOUR / 4 : STEP;
        const writes = Array.from({ length: 1 + random(3) }, () => run.write(nowMs));
        const reads = Array.from({ length: random(4) }, () => run.readDuring(nowMs));
        if (round < scenario.failures * 2)
          await run.failingWrite(database, nowMs, round % 2 === 0 ? 'before' : 'after');
        await Promise.all([...writes, ...reads]);
        const plain = await openStore(real, 0, () => nowMs);
        for (let i = 0; i < 3; i++) await run.compare(plain.reader('interactive'), nowMs);
        await plain.close();
      }
      expect(run.samplesRead).toBeGreaterThan(1_000);
      await store.close();
    });
  }
});

class Run {
  samplesRead = 0;
  readonly #store: ClickHouseMetricStore;
  readonly #scenario: Scenario;
  readonly #random: (below: number) => number;
  readonly #handles;
  readonly #lastMs: number[];
  /** By series, `time`: acknowledged, and handed over. */
  readonly #acknowledged = new Map<string, Set<number>>();
  readonly #handedOver = new Map<string, Set<number>>();

  constructor(store: ClickHouseMetricStore, scenario: Scenario, random: (below: number) => number) {
    this.#store = store;
    this.#scenario = scenario;
    this.#random = random;
    this.#handles = Array.from({ length: scenario.series }, (_, i) => {
      const handle = store.writer.series(Labels.fromObject({ __name__: i % 3 === 0 ? 'm' : 'n', i: String(i) }));
      if (typeof handle === 'string') throw new Error(handle);
      return handle;
    });
    this.#lastMs = this.#handles.map(() => 0);
  }

  /** Five hours of samples. */
  async seed(nowMs: number): Promise<void> {
    const batch = this.#store.writer.createBatch();
    const step = this.#scenario.series > 100 ? HOUR / 6 : HOUR / 60;
    for (let timeMs = nowMs - 5 * HOUR; timeMs <= nowMs; timeMs += step) {
      for (let i = 0; i < this.#handles.length; i++) this.#add(batch, i, timeMs - (i % 4), this.#random(1_000));
    }
    await this.#store.writer.write(batch, { urgent: true });
    for (const [key, times] of this.#handedOver) this.#acknowledged.set(key, new Set(times));
  }

  async write(nowMs: number): Promise<void> {
    const random = this.#random;
    const batch = this.#store.writer.createBatch();
    const added: [number, number][] = [];
    const add = (i: number, timeMs: number) => {
      this.#add(batch, i, timeMs, random(50) === 0 ? 'stale' : random(1_000) / (random(2) === 0 ? 1 : 7));
      added.push([i, timeMs]);
    };
    const isScrape = random(3) > 0;
    if (isScrape) {
      const timeMs = nowMs - random(2_000);
      for (let i = 0; i < this.#handles.length; i++) if (random(20) > 0) add(i, timeMs);
    } else {
      for (let k = random(30); k >= 0; k--) {
        const i = random(this.#handles.length);
        const kind = random(4);
        if (kind === 0) add(i, nowMs - random(5 * HOUR));
        else if (kind === 1) add(i, nowMs + random(HOUR / 2));
        else if (kind === 2) add(i, Math.max(0, (this.#lastMs[i] as number) - random(2)));
        else add(i, nowMs - random(STEP));
      }
    }
    await new Promise((resolve) => setTimeout(resolve, random(15)));
    const outcome = await this.#store.writer
      .write(batch, { urgent: random(2) === 0 })
      .catch((error: unknown) => error as Error);
    if (outcome instanceof Error) {
      // It shared the insert that was made to fail.
      expect(outcome.message).toContain('the test lets this insert fail');
      return;
    }
    // One that was refused for another at its time may stand alone when that one's insert fails.
    if (Object.keys(outcome.rejected).length > 0) return;
    for (const [i, timeMs] of added) this.#note(this.#acknowledged, i, timeMs);
  }

  async failingWrite(database: SlowDatabase, nowMs: number, failure: 'before' | 'after'): Promise<void> {
    database.failure = failure;
    const batch = this.#store.writer.createBatch();
    for (let i = 0; i < this.#handles.length; i += 2) this.#add(batch, i, nowMs - this.#random(HOUR * 2), 7);
    await expect(this.#store.writer.write(batch, { urgent: true })).rejects.toThrow(/the test lets this insert fail/);
    database.failure = undefined;
  }

  /** A read while writes are on their way. */
  async readDuring(nowMs: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#random(25)));
    const window = this.#window(nowMs);
    const before = new Map([...this.#acknowledged].map(([key, times]) => [key, [...times]]));
    const points = pointsOf(await this.#select(this.#store.reader('interactive'), window));
    for (const i of this.#handles.keys()) {
      if (window.metric !== undefined && (i % 3 === 0 ? 'm' : 'n') !== window.metric) continue;
      const key = this.#keyOf(i);
      const times = (points[key] ?? []).map(([timeMs]) => timeMs);
      const has = new Set(times);
      expect(times).toEqual([...has].sort((a, b) => a - b));
      const isWanted = (timeMs: number) => timeMs > window.startMs && timeMs <= window.endMs;
      expect((before.get(key) ?? []).filter((timeMs) => isWanted(timeMs) && !has.has(timeMs))).toEqual([]);
      const handedOver = this.#handedOver.get(key);
      expect(times.filter((timeMs) => !isWanted(timeMs) || handedOver?.has(timeMs) !== true)).toEqual([]);
    }
  }

  /** With nothing on its way the answer is that of the database. */
  async compare(plain: MetricReader, nowMs: number): Promise<void> {
    const window = this.#window(nowMs);
    const block = await this.#select(this.#store.reader('interactive'), window);
    const points = pointsOf(block);
    expect(points).toEqual(pointsOf(await this.#select(plain, window)));
    expect(block.size).toBe(Object.values(points).flat().length);
    this.samplesRead += block.size;
  }

  #select(reader: MetricReader, window: Window): Promise<SampleBlock> {
    const { startMs, endMs, metric } = window;
    const matchers = [
      metric === undefined ? new Matcher('__name__', '=~', 'm|n') : new Matcher('__name__', '=', metric),
    ];
    return reader.select({ matchers, startMs, endMs, hint: { func: '', rangeMs: 0, stepMs: 0 } }, LIMITS, NO_SIGNAL);
  }

  #window(nowMs: number): Window {
    const random = this.#random;
    const endMs = nowMs + (random(3) === 0 ? random(HOUR) - HOUR / 2 : random(3) === 0 ? -random(4 * HOUR) : 0);
    const lengthMs = random(2) === 0 ? random(10) * 60_000 + 1 : random(5 * HOUR) + 1;
    return { startMs: endMs - lengthMs, endMs, metric: ['m', 'n', undefined][random(3)] };
  }

  #add(
    batch: ReturnType<ClickHouseMetricStore['writer']['createBatch']>,
    i: number,
    timeMs: number,
    value: number | 'stale',
  ) {
    const handle = this.#handles[i];
    if (handle === undefined) throw new Error('no such series');
    if (value === 'stale') batch.addStale(handle, timeMs);
    else batch.add(handle, timeMs, value);
    this.#lastMs[i] = Math.max(this.#lastMs[i] as number, timeMs);
    this.#note(this.#handedOver, i, timeMs);
  }

  #note(map: Map<string, Set<number>>, i: number, timeMs: number): void {
    const key = this.#keyOf(i);
    const times = map.get(key);
    if (times === undefined) map.set(key, new Set([timeMs]));
    else times.add(timeMs);
  }

  #keyOf(i: number): string {
    return String(this.#handles[i]?.labels);
  }
}

interface Window {
  readonly startMs: number;
  readonly endMs: number;
  readonly metric: string | undefined;
}
