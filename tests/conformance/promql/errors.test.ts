/** What is refused, and in which words: Sightline beside a real Prometheus 2.42. */
import { Labels } from '@sightline/model';
import { collectErrors, evaluateInstant, parseExpr, prettifyExpr } from '@sightline/promql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVALUATION_MISTAKES, FORMATS, GRAMMAR_MISTAKES, TYPE_MISTAKES } from './bad-queries.ts';
import { BASE_MS, type DataSeries, memorySourceOf, randomFrom } from './dataset.ts';
import { explanationOf, withoutExponents } from './error-differences.ts';
import { hasBinary, PrometheusServer } from './prometheus-server.ts';
import { HAND_WRITTEN } from './queries.ts';
import { RandomQueries } from './random-query.ts';

const isMissing = !hasBinary('prometheus');
const suffix = isMissing ? ' (skipped: prometheus is not installed)' : '';
const TIMEOUT_MS = 120_000;
const MINUTE = 60_000;

const DATA: readonly DataSeries[] = [
  { __name__: 'm', a: '1', b: '1' },
  { __name__: 'm', a: '1', b: '2' },
  { __name__: 'm', a: '2', b: '1' },
  { __name__: 'n', a: '1' },
  { __name__: 'n', a: '2' },
  { __name__: 'one', c: '1' },
].map((labels) => ({
  labels: Labels.fromObject(labels),
  samples: [
    [BASE_MS, 1],
    [BASE_MS + MINUTE, 2],
  ],
}));
const FRAGMENTS = (
  'a sum rate by on bool and group_left ( ) { } , : = =~ != == + - * ^ 1 .5 "s" start Inf \n #c\n é $ " unless topk x:y ' +
  'without ignoring < >= () (a) 1.5 nan % atan2 count_values'
).split(/ /);
/** Durations, brackets, modifiers, long numbers and quoted names are read otherwise since 3.0. */
const NEW_SYNTAX = /[0-9](?:ms|[a-zA-Z_.])|[.][0-9]+[.]|\[|\]|offset|@|<\/|>\/|[{,(]\s*["'`]|(?:start|end)\s*\(/i;

/** Without line breaks and indents. */
function unspaced(printed: string): string {
  return printed.replace(/\s+/g, '');
}

const AT = BASE_MS + MINUTE + 5_000;

describe.skipIf(isMissing)(`against the real Prometheus${suffix}`, { timeout: TIMEOUT_MS }, () => {
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    prometheus = await PrometheusServer.start(DATA);
  }, TIMEOUT_MS);
  afterAll(() => prometheus?.stop());

  async function theirError(query: string): Promise<string | undefined> {
    const { status, error = '' } = await prometheus.instant(query, AT);
    return status === 'success' ? undefined : error.replace(/^invalid parameter "query": /, '');
  }

  /** Whether it parses, without an evaluation. */
  async function theirVerdict(query: string): Promise<string | undefined> {
    const body = new URLSearchParams({ query });
    const response = await fetch(`${prometheus.url}/api/v1/format_query`, { method: 'POST', body });
    const { error } = (await response.json()) as { error?: string };
    return error?.replace(/^invalid parameter "query": /, '');
  }

  async function differences(
    queries: readonly string[],
    ourError: (query: string) => Promise<string | undefined>,
    theirs = theirError,
  ): Promise<string[]> {
    const found: string[] = [];
    for (const query of queries) {
      const [our, their] = [await ourError(query), await theirs(query)];
      if (our === their || explanationOf(query, our, their) !== undefined) continue;
      found.push(`${JSON.stringify(query.slice(0, 80))}\n  ours:   ${our}\n  theirs: ${their}`);
    }
    return found;
  }

  test('mistakes of grammar', async () => {
    expect(await differences(GRAMMAR_MISTAKES, async (query) => collectErrors(query)[0]?.message)).toEqual([]);
  });

  test('mistakes of types', async () => {
    expect(await differences(TYPE_MISTAKES, async (query) => collectErrors(query)[0]?.message)).toEqual([]);
  });

  test('mistakes that only the data show', async () => {
    const limits = { maxSamples: 1e6, maxSeries: 1e6 };
    const options = { source: memorySourceOf(DATA), limits, signal: new AbortController().signal };
    const evaluate = (query: string) =>
      evaluateInstant(query, AT, options).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
    expect(await differences(EVALUATION_MISTAKES, evaluate)).toEqual([]);
  });

  test('damaged queries get the same verdict', async () => {
    const random = randomFrom(23);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    const sound = FORMATS.filter((query) => query.length < 90);
    const damaged = Array.from({ length: 1_200 }, () => {
      if (random() < 0.3) {
        const words = Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(FRAGMENTS));
        return words.join(random() < 0.5 ? ' ' : '');
      }
      const query = pick(sound);
      const at = Math.floor(random() * query.length);
      const cut = random() < 0.5 ? 0 : Math.floor(random() * 5);
      return query.slice(0, at) + (random() < 0.7 ? pick(FRAGMENTS) : '') + query.slice(at + cut);
    });
    const same = damaged.filter((query) => !NEW_SYNTAX.test(query));
    expect(same.length).toBeGreaterThan(400);
    const verdict = async (query: string) => collectErrors(query)[0]?.message;
    expect(await differences(same, verdict, theirVerdict)).toEqual([]);
  });

  test('queries are printed alike', async () => {
    const random = new RandomQueries(11);
    const queries = [...FORMATS, ...HAND_WRITTEN, ...Array.from({ length: 200 }, () => random.next().text)];
    const found: string[] = [];
    for (const query of queries) {
      if (collectErrors(query).length > 0) continue;
      const response = await fetch(`${prometheus.url}/api/v1/format_query`, {
        method: 'POST',
        body: new URLSearchParams({ query }),
      });
      const { data } = (await response.json()) as { data?: string };
      const ours = prettifyExpr(parseExpr(query));
      if (data === undefined || ours === withoutExponents(data)) continue;
      // A longer number may make the line too long.
      if (/[0-9]e[+-]/.test(data) && unspaced(ours) === unspaced(withoutExponents(data))) continue;
      found.push(`${query}\n  ours:   ${JSON.stringify(ours)}\n  theirs: ${JSON.stringify(data)}`);
    }
    expect(found).toEqual([]);
  });
});
