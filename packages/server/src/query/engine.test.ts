import { Labels, METRIC_NAME, type SampleBlock } from '@sightline/model';
import { SourceLimitError } from '@sightline/promql';
import { MemorySource } from '@sightline/promql/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { AbortedError } from '../lib/abort.ts';
import type { MetricReader } from '../storage/metric-store.ts';
import { createMetricsRegistry } from '../telemetry/create-registry.ts';
import { QueryEngine } from './engine.ts';
import type { QuerySettings } from './settings.ts';

const never = new AbortController().signal;
const client = { address: '10.0.0.1', userAgent: 'test' };

const SETTINGS: QuerySettings = {
  lookbackMs: 300_000,
  timeoutMs: 60_000,
  maxConcurrency: 2,
  maxQueued: 1,
  maxSamples: 100_000,
  maxSeries: 100,
  maxPoints: 11_000,
  maxMemoryBytes: 1e9,
  maxTotalMemoryBytes: 1e9,
  cacheBytes: 0,
};

let source: MemorySource;
/** Reads that have begun and wait; each ends when its signal aborts or `release` is called. */
let held: { signal: AbortSignal; release: () => void }[];
let isHolding: boolean;

beforeEach(() => {
  source = new MemorySource();
  for (let i = 0; i < 10; i++) {
    const samples = Array.from({ length: 240 }, (_, k) => [k * 15_000, k * i] as const);
    source.add({ [METRIC_NAME]: 'm', i: String(i) }, samples);
  }
  held = [];
  isHolding = false;
});

function engineOf(settings: Partial<QuerySettings> = {}): QueryEngine {
  const select: MetricReader['select'] = async (request, limits, signal): Promise<SampleBlock> => {
    if (isHolding) await hold(signal);
    const block = await source.select(request, limits, signal);
    if (block.series.length > limits.maxSeries) {
      throw new SourceLimitError('too_many_series', `query would read more than ${limits.maxSeries} series`);
    }
    return block;
  };
  return new QueryEngine({
    reader: () => ({ select }) as unknown as MetricReader,
    settings: { ...SETTINGS, ...settings },
    subqueryStepMs: () => 60_000,
    changes: undefined,
    retentionMs: 0,
    registry: createMetricsRegistry(),
    now: () => 1_000_000,
  });
}

function hold(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    held.push({ signal, release: resolve });
  });
}

const range = { startMs: 0, endMs: 3_600_000, stepMs: 60_000 };

function ask(engine: QueryEngine, text: string, more: { signal?: AbortSignal; timeoutMs?: number } = {}) {
  return engine.range({ text, range, client, signal: never, ...more });
}

/** Lets what is due happen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('each limit has an error of its own that names the option', () => {
  test.each([
    [{ maxSamples: 1_000 }, 'too_many_samples', /too many samples/, /query\.max_samples \(1000\)/],
    [{ maxMemoryBytes: 16_000 }, 'query_memory', /more than 15\.6 kB of samples/, /query\.max_memory/],
    [{ maxSeries: 5 }, 'too_many_series', /more than 5 series/, /query\.max_series \(5\)/],
    [{ maxPoints: 59 }, 'too_many_points', /maximum resolution of 59 points/, /query\.max_points/],
    [{ maxTotalMemoryBytes: 16_000 }, 'total_memory', /all queries together/, /query\.max_total_memory/],
  ])('%j', async (settings, code, message, hint) => {
    const engine = engineOf(settings);
    const error = await ask(engine, 'm').then(undefined, (reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'QueryError', code, message: expect.stringMatching(message) as string });
    expect((error as { hint?: string }).hint).toMatch(hint);
    expect([engine.active(), engine.memory.used]).toEqual([[], 0]);
  });

  test("Prometheus's limit of points has its words alone", async () => {
    const asked = engineOf().range({ text: 'm', range: { ...range, stepMs: 100 }, client, signal: never });
    await expect(asked).rejects.toMatchObject({
      message:
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
      hint: undefined,
    });
  });

  test('time, in the queue and while computing', async () => {
    const engine = engineOf({ maxConcurrency: 1 });
    isHolding = true;
    const first = ask(engine, 'm', { timeoutMs: 60 });
    const second = ask(engine, 'm', { timeoutMs: 20 });
    await expect(second).rejects.toMatchObject({
      code: 'timeout',
      message: 'query timed out in query queue',
      hint: expect.stringContaining('query.max_concurrency') as string,
    });
    await expect(first).rejects.toMatchObject({
      code: 'timeout',
      message: 'query timed out in expression evaluation',
      hint: expect.stringContaining('query.timeout') as string,
    });
    expect(engine.log.recent().map(({ outcome }) => outcome)).toEqual(['timeout', 'timeout']);
  });

  test('the queue', async () => {
    const engine = engineOf();
    isHolding = true;
    const asked = [ask(engine, 'm'), ask(engine, 'm'), ask(engine, 'm')];
    await settle();
    expect(engine.active().map(({ phase }) => phase)).toEqual(['reading', 'reading', 'waiting']);
    await expect(ask(engine, 'm')).rejects.toMatchObject({ code: 'too_many_queries', retryAfterSeconds: 1 });
    isHolding = false;
    for (const { release } of held) release();
    for (const answer of await Promise.all(asked)) answer.close();
    expect(engine.active()).toEqual([]);
  });
});

describe('ending a query frees what it had', () => {
  test.each(['client', 'kill', 'deadline'] as const)('by %s while it reads', async (by) => {
    const engine = engineOf({ maxConcurrency: 1 });
    isHolding = true;
    const controller = new AbortController();
    const asked = ask(engine, 'm', { signal: controller.signal, timeoutMs: by === 'deadline' ? 30 : 60_000 });
    const ended = asked.then(undefined, (error: unknown) => error);
    await settle();
    const waiting = ask(engine, 'm');
    const [query] = engine.active();
    if (by === 'client') controller.abort(new AbortedError('client_gone', 'gone'));
    if (by === 'kill') expect(engine.kill(query?.id ?? '', 'me')).toBe(true);
    expect(await ended).toMatchObject({ code: { client: 'client_gone', kill: 'killed', deadline: 'timeout' }[by] });
    expect(held[0]?.signal.aborted).toBe(true);
    // The place went to the one that waited.
    await settle();
    expect(held).toHaveLength(2);
    held[1]?.release();
    (await waiting).close();
    const outcomes = { client: 'canceled', kill: 'killed', deadline: 'timeout' } as const;
    expect(engine.log.recent().map(({ outcome }) => outcome)).toEqual(['success', outcomes[by]]);
    expect(engine.memory.used).toBe(0);
  });

  test('by a kill while it computes', async () => {
    const engine = engineOf({ maxSamples: 1e7 });
    const text = 'sum(quantile_over_time(0.5, m[1h:100ms]))';
    const asked = ask(engine, text).then(undefined, (error: unknown) => error);
    for (let phase = ''; phase !== 'evaluating'; phase = engine.active()[0]?.phase ?? '') await settle();
    expect(engine.kill(engine.active()[0]?.id ?? '', 'me')).toBe(true);
    expect(await asked).toMatchObject({ code: 'killed', message: 'query was killed by me' });
    expect([engine.active(), engine.memory.used]).toEqual([[], 0]);
  });

  test('by a kill while the answer is sent', async () => {
    const engine = engineOf();
    const answer = await ask(engine, 'm');
    const [query] = engine.active();
    expect(query).toMatchObject({ phase: 'writing', seriesRead: 10, samplesRead: 2_400 });
    expect(engine.memory.used).toBe(10 * 61 * 16);
    engine.kill(query?.id ?? '', 'me');
    expect(answer.signal.aborted).toBe(true);
    answer.close();
    answer.close();
    expect(engine.log.recent()).toMatchObject([{ outcome: 'killed', error: 'query was killed by me' }]);
    expect([engine.active(), engine.memory.used]).toEqual([[], 0]);
    expect(engine.kill(query?.id ?? '', 'me')).toBe(false);
  });

  test('no query begins to read while memory is nearly used up', async () => {
    const engine = engineOf({ maxTotalMemoryBytes: 90_000 });
    const reserved = engine.memory.open();
    reserved.set(80_000);
    const asked = ask(engine, 'm{i="1"}');
    await settle();
    expect([engine.active()[0]?.phase, source.selects]).toEqual(['waiting', 0]);
    reserved.release();
    (await asked).close();
    expect(source.selects).toBe(1);
  });
});

test('an answer tells what it took, and the log keeps it', async () => {
  const engine = engineOf();
  const answer = await engine.instant({ text: 'sum by (i) (m)', timeMs: 600_000, client, signal: never });
  expect(answer.value).toMatchObject({ type: 'vector', samples: { length: 10 } });
  expect(answer.stats).toMatchObject({ seriesRead: 10, samplesRead: 200, resultSeries: 10, steps: 1, cachedSteps: 0 });
  answer.sent(123);
  answer.close();
  expect(engine.log.recent()).toMatchObject([
    { text: 'sum by (i) (m)', kind: 'instant', stepMs: 0, startMs: 600_000, bytesOut: 123, outcome: 'success', client },
  ]);
});

test('explain has the figures of every node', async () => {
  const { answer, trace, expr } = await engineOf().explain({ text: 'sum(rate(m[5m]))', range, client, signal: never });
  expect(expr.kind).toBe('aggregate');
  expect(trace.nodes.get(expr)).toMatchObject({ seriesIn: 10, seriesOut: 1 });
  expect([...trace.selects.values()]).toMatchObject([{ series: 10, examples: { length: 5 } }]);
  expect(trace.selects.values().next().value?.examples[0]).toBeInstanceOf(Labels);
  answer.close();
});

test('mistakes in the text are logged too', async () => {
  const engine = engineOf();
  await expect(ask(engine, 'sum(')).rejects.toMatchObject({ code: 'parse_error' });
  expect(engine.log.recent()).toMatchObject([{ outcome: 'error', errorType: 'bad_data' }]);
});
