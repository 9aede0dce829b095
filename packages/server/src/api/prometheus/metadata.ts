/** `/api/v1/series`, `/api/v1/labels`, `/api/v1/label/:name/values`, `/api/v1/metadata`. */

import type { MetadataEntry } from '@sightline/api-types';
import { type Matcher, type MetricMetadata, quote } from '@sightline/model';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import type { Listing, MetricReader, SeriesQuery } from '../../storage/metric-store.ts';
import { ApiError } from '../http/errors.ts';
import { get, getOrPost, type Route } from '../http/route.ts';
import { success, successList } from './envelope.ts';
import { unescapeLabelName } from './label-name.ts';
import { countParam, invalidParam, limitParam, matcherSets, readParams, TRUNCATED, timeBounds } from './params.ts';
import { labelsJson } from './result-json.ts';

export function metadataRoutes(reader: MetricReader): Route[] {
  return [
    getOrPost('/api/v1/series', (input) => series(input, reader)),
    getOrPost('/api/v1/labels', (input) => labelNames(input, reader)),
    get('/api/v1/label/:name/values', (input) => labelValues(input, reader)),
    get('/api/v1/metadata', (input) => metadata(input, reader)),
  ];
}

async function series(input: HttpInput, reader: MetricReader): Promise<HttpOutput> {
  const params = await readParams(input);
  if (!params.has('match[]')) throw new ApiError('bad_data', 'no match[] parameter provided');
  const query = seriesQuery(params, namedMatchers);
  return listing(await found(query, () => reader.series(query, input.signal)), labelsJson);
}

async function labelNames(input: HttpInput, reader: MetricReader): Promise<HttpOutput> {
  const params = await readParams(input);
  const query = seriesQuery(params, matcherSets);
  return listing(await found(query, () => reader.labelNames(query, input.signal)), JSON.stringify);
}

async function labelValues(input: HttpInput, reader: MetricReader): Promise<HttpOutput> {
  const name = unescapeLabelName(input.params['name'] ?? '');
  if (name === '') throw new ApiError('bad_data', `invalid label name: ${quote(name)}`);
  const query = seriesQuery(input.query, matcherSets);
  return listing(await found(query, () => reader.labelValues(name, query, input.signal)), JSON.stringify);
}

type ReadMatchers = (params: URLSearchParams) => Matcher[][];

function seriesQuery(params: URLSearchParams, readMatchers: ReadMatchers): SeriesQuery {
  return { limit: limitParam(params), ...timeBounds(params), matcherSets: readMatchers(params) };
}

/** The series endpoint names the parameter in its errors, the label endpoints do not. */
function namedMatchers(params: URLSearchParams): Matcher[][] {
  try {
    return matcherSets(params);
  } catch (error) {
    throw error instanceof ApiError ? invalidParam('match[]', error.message) : error;
  }
}

/** The store looks at whole days; a range that ends before it starts holds nothing. */
async function found<T>({ startMs, endMs }: SeriesQuery, search: () => Promise<Listing<T>>): Promise<Listing<T>> {
  return endMs < startMs ? { items: [], complete: true } : await search();
}

function listing<T>({ items, complete }: Listing<T>, text: (item: T) => string): HttpOutput {
  return successList(items, text, complete ? {} : { warnings: [TRUNCATED] });
}

async function metadata(input: HttpInput, reader: MetricReader): Promise<HttpOutput> {
  const limit = countParam(input.query, 'limit');
  const limitPerMetric = countParam(input.query, 'limit_per_metric');
  const metric = input.query.get('metric') ?? '';
  if (limit === 0) return success({});
  const entries = await reader.metadata(metric === '' ? undefined : metric, 0);
  return success(byMetric(entries, limit, limitPerMetric));
}

/** Limits below one, as in Prometheus, mean none. */
function byMetric(
  found: readonly MetricMetadata[],
  limit: number | undefined,
  limitPerMetric: number | undefined,
): Record<string, MetadataEntry[]> {
  const byName = new Map<string, MetadataEntry[]>();
  for (const { name, type, help, unit } of found) {
    const entries = byName.get(name);
    if (entries === undefined) {
      if (limit !== undefined && limit > 0 && byName.size >= limit) break;
      byName.set(name, [{ type, help, unit }]);
    } else if (limitPerMetric === undefined || limitPerMetric <= 0 || entries.length < limitPerMetric) {
      entries.push({ type, help, unit });
    }
  }
  return Object.fromEntries(byName);
}
