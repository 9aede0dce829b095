/**
 * What a running server knows of the data that expressions read: names, types, labels, values. Through the HTTP API of Prometheus, so
 * that a Prometheus can be asked too.
 */
import { Matcher, METRIC_NAME } from '@sightline/model';
import { childrenOf, type Expr, type LintFacts, type VectorSelector } from '@sightline/promql';
import type { JsonApi } from '../json-api.ts';

interface Answer<T> {
  readonly data: T;
}

/** What was there within this time counts as there. */
const WITHIN_MS = 7 * 86_400_000;
/** Requests at once. */
const AT_ONCE = 8;
/** Metrics whose labels are looked up. */
const MAX_METRICS = 1_000;

/** @param written names of series that come into being with the rules themselves */
export async function fetchFacts(api: JsonApi, exprs: readonly Expr[], written: Iterable<string>): Promise<LintFacts> {
  const start = String((Date.now() - WITHIN_MS) / 1e3);
  const ask = async <T>(path: string, ...params: (readonly [string, string])[]): Promise<T> => {
    const query = new URLSearchParams([
      ['start', start],
      ...params.map(([name, value]): [string, string] => [name, value]),
    ]);
    return (await api.get<Answer<T>>(`api/v1/${path}?${query}`)).data;
  };
  const [names, metadata] = await Promise.all([
    ask<string[]>(`label/${METRIC_NAME}/values`),
    ask<Record<string, readonly { readonly type: string }[]>>('metadata'),
  ]);
  const stored = new Set(names);
  const selectors = exprs.flatMap(selectorsOf).filter((selector) => stored.has(metricOf(selector)));
  const metrics = [...new Set(selectors.map(metricOf))].slice(0, MAX_METRICS);
  const match = (metric: string) => ['match[]', textOf([new Matcher(METRIC_NAME, '=', metric)])] as const;
  const labels = await lookUp(metrics, async (metric) => new Set(await ask<string[]>('labels', match(metric))));
  const pairs = new Map(
    selectors.flatMap((selector) =>
      selector.matchers.map(
        ({ name }) => [JSON.stringify([metricOf(selector), name]), [metricOf(selector), name]] as const,
      ),
    ),
  );
  const values = await lookUp([...pairs.keys()], async (key) => {
    const [metric = '', label = ''] = pairs.get(key) ?? [];
    if (label === METRIC_NAME || labels.get(metric)?.has(label) !== true) return undefined;
    return new Set(await ask<string[]>(`label/${encodeURIComponent(label)}/values`, match(metric)));
  });
  const texts = new Set(
    selectors.filter(({ matchers }) => matchers.length > 2).map(({ matchers }) => textOf(matchers)),
  );
  const series = await lookUp([...texts], async (text) => {
    const found = await ask<unknown[]>('series', ['match[]', text], ['limit', '1']);
    return found.length > 0;
  });
  return {
    metricNames: new Set([...names, ...written]),
    metricTypes: new Map(Object.entries(metadata).map(([name, entries]) => [name, entries[0]?.type ?? 'unknown'])),
    labelsOf: (metric) => labels.get(metric),
    valuesOf: (metric, label) => values.get(JSON.stringify([metric, label])),
    hasSeries: (matchers) => series.get(textOf(matchers)),
  };
}

/** Answers by key, a few asked for at a time. */
async function lookUp<T>(
  keys: readonly string[],
  ask: (key: string) => Promise<T | undefined>,
): Promise<Map<string, T>> {
  const answers = new Map<string, T>();
  const waiting = keys.values();
  const work = async () => {
    for (const key of waiting) {
      const answer = await ask(key);
      if (answer !== undefined) answers.set(key, answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return answers;
}

function selectorsOf(expr: Expr): VectorSelector[] {
  return expr.kind === 'vectorSelector' ? [expr] : childrenOf(expr).flatMap(selectorsOf);
}

function metricOf({ matchers }: VectorSelector): string {
  return matchers.find(({ name, op }) => name === METRIC_NAME && op === '=')?.value ?? '';
}

function textOf(matchers: readonly Matcher[]): string {
  return `{${matchers.map(String).join(',')}}`;
}
