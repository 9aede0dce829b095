/** Sightline's PromQL against a real Prometheus that holds the same data. */
import { collectErrors, evaluateInstant, evaluateRange, type QueryRange } from '@sightline/promql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differenceOf, outcomeOfError, outcomeOfPrometheus, outcomeOfValue } from './compare.ts';
import { BASE_MS, buildDataset, memorySourceOf, randomFrom } from './dataset.ts';
import { isKnown } from './known-differences.ts';
import { hasBinary, PrometheusServer } from './prometheus-server.ts';
import { HAND_WRITTEN, PARSE_ERRORS } from './queries.ts';
import { RandomQueries, type RandomQuery, randomTimes } from './random-query.ts';

/** What every run tries. To look for more, set SIGHTLINE_PROMQL_SEEDS to `first-last`; each seed has this many queries. */
const RANDOM_QUERIES = 200;
const SEEDS = seedsOf(process.env['SIGHTLINE_PROMQL_SEEDS'] ?? '1-2');
/** Seconds on an idle machine; minutes when everything else is tested at the same time. */
const TIMEOUT_MS = 240_000;
const MINUTE = 60_000;
/** 33 s past a minute: no subquery step and no sample lies on a window's edge. */
const OFF_GRID_MS = 33_000;
const INSTANT_MS = BASE_MS + 47 * MINUTE + OFF_GRID_MS;
const RANGE = {
  startMs: BASE_MS + 20 * MINUTE + OFF_GRID_MS,
  endMs: BASE_MS + 110 * MINUTE + OFF_GRID_MS,
  stepMs: 3 * MINUTE,
};

const isMissing = !hasBinary('prometheus');
const suffix = isMissing ? ' (skipped: prometheus is not installed)' : '';

/** Where the last digits of hand-written queries differ; see Precision. */
const IS_ROUNDED = /avg|sum|std|exp|sinh|cosh|tanh|\^|(?:sin|cos|tan)\(moment/;

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

  async function atTime({ text, precision }: RandomQuery, timeMs: number): Promise<string | undefined> {
    const theirs = outcomeOfPrometheus(await prometheus.instant(inTheirWords(text), timeMs));
    const result = evaluateInstant(text, timeMs, options);
    const ours = await result.then(({ value }) => outcomeOfValue(value), outcomeOfError);
    return noted(text, `instant at ${timeMs}`, differenceOf(ours, theirs, /^sort/.test(text), precision));
  }

  async function overRange({ text, precision }: RandomQuery, range: QueryRange): Promise<string | undefined> {
    const { startMs, endMs, stepMs } = range;
    const theirs = outcomeOfPrometheus(await prometheus.range(inTheirWords(text), startMs, endMs, stepMs));
    const result = evaluateRange(text, range, options);
    const ours = await result.then(({ value }) => outcomeOfValue(value), outcomeOfError);
    return noted(text, `range ${startMs} to ${endMs} step ${stepMs}`, differenceOf(ours, theirs, true, precision));
  }

  function noted(query: string, mode: string, difference: string | undefined): string | undefined {
    return difference === undefined || isKnown(query, difference) ? undefined : `${mode} ${query}: ${difference}`;
  }

  /** What the questions find, asked four at a time. */
  async function findings(questions: readonly (() => Promise<string | undefined>)[]): Promise<string[]> {
    const found: string[] = [];
    const queue = [...questions];
    const worker = async () => {
      for (let ask = queue.shift(); ask !== undefined; ask = queue.shift()) {
        const finding = await ask();
        if (finding !== undefined) found.push(finding);
      }
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
    return found;
  }

  test('hand-written queries give the same answers', async () => {
    // That a step is an instant query is a property tested elsewhere; what only those have is asked at a time as well.
    const hasMore = (text: string) => /^(?:sort|topk|bottomk|")|\]/.test(text);
    const questions = HAND_WRITTEN.flatMap((text) => {
      const query = { text, precision: IS_ROUNDED.test(text) ? ('rounded' as const) : ('exact' as const) };
      const range = () => overRange(query, RANGE);
      return hasMore(text) ? [range, () => atTime(query, INSTANT_MS)] : [range];
    });
    expect(await findings(questions)).toEqual([]);
  });

  test.each(SEEDS)('random queries of seed %i give the same answers', async (seed) => {
    const queries = new RandomQueries(seed);
    const random = randomFrom(seed);
    const questions = Array.from({ length: RANDOM_QUERIES }, () => {
      const query = queries.next();
      const { timeMs, range } = randomTimes(random);
      return [() => atTime(query, timeMs), () => overRange(query, range)];
    }).flat();
    expect(await findings(questions)).toEqual([]);
  });

  test('mistakes get the same message', async () => {
    const found: string[] = [];
    for (const query of PARSE_ERRORS) {
      const { error } = await prometheus.instant(query, INSTANT_MS);
      const theirs = error?.replace(/^invalid parameter "query": /, '');
      const ours = collectErrors(query)[0]?.message;
      if (ours !== theirs) found.push(`${JSON.stringify(query)}: ${ours}, theirs ${theirs}`);
    }
    expect(found).toEqual([]);
  });
});
