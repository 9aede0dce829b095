/** What the query editor's completion asks the server. Answers are kept for a minute. */
import type { PrometheusClient } from '@prometheus-io/codemirror-promql';
import type { MetadataEntry } from '@sightline/api-types';
import { requestData } from './client.ts';
import { metadata, metricNames } from './prometheus.ts';

interface Matcher {
  readonly name: string;
  readonly value: string;
  matchesEmpty(): boolean;
}

const KEEP_MS = 60_000;
const LIMIT = 5_000;
const RECENT_MS = 12 * 3_600_000;

const kept = new Map<string, { readonly at: number; readonly answer: Promise<unknown> }>();

function once<T>(key: string, load: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known !== undefined && Date.now() - known.at < KEEP_MS) return known.answer as Promise<T>;
  const answer = load();
  kept.set(key, { at: Date.now(), answer });
  // A failed request is asked again next time.
  answer.catch(() => kept.delete(key));
  return answer;
}

function selector(
  metricName: string | undefined,
  matchers: readonly Matcher[] = [],
  without?: string,
): string | undefined {
  const parts = matchers
    .filter(({ name, value }) => name !== without && value !== '')
    .map(String)
    .filter((text) => text.includes('='));
  if (metricName === undefined || metricName === '') return parts.length === 0 ? undefined : `{${parts.join(',')}}`;
  return `${metricName}{${parts.join(',')}}`;
}

async function strings(path: string, match: string | undefined): Promise<string[]> {
  const now = Date.now();
  const params = {
    'match[]': match,
    limit: LIMIT,
    start: Math.floor((now - RECENT_MS) / 1000),
    end: Math.ceil(now / 1000),
  };
  return [...(await requestData<readonly string[]>(path, { params })).data];
}

/** Errors give no suggestions: completion must never get in the way of typing. */
const quiet = <T>(answer: Promise<T>, empty: T): Promise<T> => answer.catch(() => empty);

/** Every metric name that has arrived lately, at most 50,000. */
export const knownNames = (): Promise<string[]> => once('names', async () => [...(await metricNames())]);

export const knownMetadata = (): Promise<Record<string, MetadataEntry[]>> =>
  once('metadata', async () =>
    Object.fromEntries(Object.entries(await metadata()).map(([name, entries]) => [name, [...entries]])),
  );

/** Label names of a metric, or of all. */
export function knownLabels(metricName?: string): Promise<string[]> {
  const match = selector(metricName);
  return once(`labels ${match}`, () => strings('api/v1/labels', match));
}

export function completionClient(): PrometheusClient {
  return {
    metricNames: () => quiet(knownNames(), []),
    metricMetadata: () => quiet(knownMetadata(), {}),
    labelNames: (metricName) => quiet(knownLabels(metricName), []),
    labelValues: (labelName, metricName, matchers) => {
      const match = selector(metricName, matchers as readonly Matcher[] | undefined, labelName);
      return quiet(
        once(`values ${labelName} ${match}`, () =>
          strings(`api/v1/label/${encodeURIComponent(labelName)}/values`, match),
        ),
        [],
      );
    },
    series: (metricName, matchers) => {
      const match = selector(metricName, matchers as readonly Matcher[] | undefined);
      if (match === undefined) return Promise.resolve([]);
      const load = async (): Promise<Map<string, string>[]> => {
        const params = { 'match[]': match, limit: LIMIT };
        const { data } = await requestData<readonly Record<string, string>[]>('api/v1/series', { params });
        return data.map((labels) => new Map(Object.entries(labels)));
      };
      return quiet(once(`series ${match}`, load), []);
    },
    flags: () => Promise.resolve({}),
  };
}
