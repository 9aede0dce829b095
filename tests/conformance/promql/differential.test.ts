/** Sightline's PromQL against a real Prometheus that holds the same data. */
import { collectErrors, evaluateInstant, evaluateRange } from '@sightline/promql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differenceOf, type Outcome, outcomeOfError, outcomeOfPrometheus, outcomeOfValue } from './compare.ts';
import { BASE_MS, buildDataset, memorySourceOf } from './dataset.ts';
import { isKnown } from './known-differences.ts';
import { hasBinary, PrometheusServer } from './prometheus-server.ts';
import { HAND_WRITTEN, PARSE_ERRORS } from './queries.ts';
import { RandomQueries, type RandomQuery } from './random-query.ts';

/** What every run tries. To look for more, set SIGHTLINE_PROMQL_SEEDS to `first-last`; each seed has this many queries. */
const RANDOM_QUERIES = 200;
const SEEDS = seedsOf(process.env['SIGHTLINE_PROMQL_SEEDS'] ?? '1-2');
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

const isMissing = !hasBinary('prometheus');
const suffix = isMissing ? ' (skipped: prometheus is not installed)' : '';

function seedsOf(text: string): number[] {
  const [first = 1, last = first] = text.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** As Prometheus 2.42 knows it. */
function inTheirWords(query: string): string {
  return query.replaceAll('double_exponential_smoothing', 'holt_winters');
}

describe.skipIf(isMissing)(`against the real Prometheus${suffix}`, { timeout: TIMEOUT_MS }, () => {
  const dataset = buildDataset();
  const source = memorySourceOf(dataset);
  const options = {
    source,
    limits: { maxSamples: 50_000_000, maxSeries: 100_000 },
    signal: new AbortController().signal,
    enableExperimental: true,
  };
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    prometheus = await PrometheusServer.start(dataset);
  });
  afterAll(() => prometheus?.stop());

  function ourInstant(query: string, timeMs: number): Promise<Outcome> {
    return evaluateInstant(query, timeMs, options).then((result) => outcomeOfValue(result.value), outcomeOfError);
  }

  function ourRange(query: string): Promise<Outcome> {
    return evaluateRange(query, RANGE, options).then((result) => outcomeOfValue(result.value), outcomeOfError);
  }

  async function differences(
    queries: readonly RandomQuery[],
    instants: readonly number[] = INSTANTS,
  ): Promise<string[]> {
    const found: string[] = [];
    const note = (query: string, mode: string, difference: string | undefined) => {
      if (difference !== undefined && !isKnown(query, difference)) found.push(`${mode} ${query}: ${difference}`);
    };
    const queue = [...queries];
    const worker = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { text, precision } = next;
        const isOrdered = /^sort/.test(text);
        for (const time of instants) {
          const theirs = outcomeOfPrometheus(await prometheus.instant(inTheirWords(text), time));
          note(text, `instant at ${time}`, differenceOf(await ourInstant(text, time), theirs, isOrdered, precision));
        }
        const { startMs, endMs, stepMs } = RANGE;
        const theirs = outcomeOfPrometheus(await prometheus.range(inTheirWords(text), startMs, endMs, stepMs));
        note(text, 'range', differenceOf(await ourRange(text), theirs, true, precision));
      }
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
    return found;
  }

  test('hand-written queries give the same answers', async () => {
    const queries = HAND_WRITTEN.map((text) => ({ text, precision: 'rounded' as const }));
    // That a step is an instant query is a property tested elsewhere; what only those have is asked at a time as well.
    const hasMore = ({ text }: RandomQuery) => /^(?:sort|topk|bottomk|")|\]/.test(text);
    expect(await differences(queries.filter(hasMore), INSTANTS.slice(0, 1))).toEqual([]);
    expect(
      await differences(
        queries.filter((query) => !hasMore(query)),
        [],
      ),
    ).toEqual([]);
  });

  test.each(SEEDS)('random queries of seed %i give the same answers', async (seed) => {
    const queries = new RandomQueries(seed);
    const batch = Array.from({ length: RANDOM_QUERIES }, () => queries.next());
    expect(await differences(batch)).toEqual([]);
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
