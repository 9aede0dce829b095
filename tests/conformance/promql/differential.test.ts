/** Sightline's PromQL against a real Prometheus that holds the same data. */
import { collectErrors, evaluateInstant, evaluateRange } from '@sightline/promql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differenceOf, type Outcome, outcomeOfError, outcomeOfPrometheus, outcomeOfValue } from './compare.ts';
import { BASE_MS, buildDataset, memorySourceOf, openMetricsOf } from './dataset.ts';
import { isKnown } from './known-differences.ts';
import { hasBinary, PrometheusServer } from './prometheus-server.ts';
import { HAND_WRITTEN, PARSE_ERRORS } from './queries.ts';
import { RandomQueries } from './random-query.ts';

const RANDOM_QUERIES = 200;
/** Seconds on an idle machine; minutes when everything else is tested at the same time. */
const TIMEOUT_MS = 240_000;
const MINUTE = 60_000;
/** 33 s past a minute: no subquery step and no sample lies on a window's edge. */
const OFF_GRID_MS = 33_000;
const INSTANTS = [BASE_MS + 47 * MINUTE + OFF_GRID_MS, BASE_MS + 95 * MINUTE + OFF_GRID_MS];
const RANGE = {
  startMs: BASE_MS + 20 * MINUTE + OFF_GRID_MS,
  endMs: BASE_MS + 110 * MINUTE + OFF_GRID_MS,
  stepMs: 3 * MINUTE,
};

const isMissing = !hasBinary('prometheus') || !hasBinary('promtool');
const suffix = isMissing ? ' (skipped: prometheus or promtool is not installed)' : '';

describe.skipIf(isMissing)(`against the real Prometheus${suffix}`, { timeout: TIMEOUT_MS }, () => {
  const dataset = buildDataset();
  const source = memorySourceOf(dataset);
  const options = {
    source,
    limits: { maxSamples: 50_000_000, maxSeries: 100_000 },
    signal: new AbortController().signal,
  };
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    prometheus = await PrometheusServer.start(openMetricsOf(dataset));
  });
  afterAll(() => prometheus?.stop());

  function ourInstant(query: string, timeMs: number): Promise<Outcome> {
    return evaluateInstant(query, timeMs, options).then((result) => outcomeOfValue(result.value), outcomeOfError);
  }

  function ourRange(query: string): Promise<Outcome> {
    return evaluateRange(query, RANGE, options).then((result) => outcomeOfValue(result.value), outcomeOfError);
  }

  async function differences(queries: readonly string[], instants: readonly number[] = INSTANTS): Promise<string[]> {
    const found: string[] = [];
    const note = (query: string, mode: string, difference: string | undefined) => {
      if (difference !== undefined && !isKnown(query, difference)) found.push(`${mode} ${query}: ${difference}`);
    };
    const queue = [...queries];
    const worker = async () => {
      for (let query = queue.shift(); query !== undefined; query = queue.shift()) {
        const isOrdered = /^sort/.test(query);
        for (const time of instants) {
          const theirs = outcomeOfPrometheus(await prometheus.instant(query, time));
          note(query, `instant at ${time}`, differenceOf(await ourInstant(query, time), theirs, isOrdered));
        }
        const { startMs, endMs, stepMs } = RANGE;
        const theirs = outcomeOfPrometheus(await prometheus.range(query, startMs, endMs, stepMs));
        note(query, 'range', differenceOf(await ourRange(query), theirs, true));
      }
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
    return found;
  }

  test('hand-written queries give the same answers', async () => {
    expect(await differences(HAND_WRITTEN, INSTANTS.slice(0, 1))).toEqual([]);
  });

  test.each([1, 2])('random queries of seed %i give the same answers', async (seed) => {
    const queries = new RandomQueries(seed);
    const texts = Array.from({ length: RANDOM_QUERIES }, () => queries.next());
    expect(await differences(texts)).toEqual([]);
  });

  test('mistakes get the same message', async () => {
    const found: string[] = [];
    for (const query of PARSE_ERRORS) {
      const { error } = await prometheus.instant(query, INSTANTS[0] as number);
      const theirs = error?.replace(/^invalid parameter "query": /, '');
      const ours = collectErrors(query)[0]?.message;
      if (ours !== theirs) found.push(`${JSON.stringify(query)}: ${ours}, theirs ${theirs}`);
    }
    expect(found).toEqual([]);
  });
});
