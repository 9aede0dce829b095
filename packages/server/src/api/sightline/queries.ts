/** `/api/sightline/v1/queries`: running and finished queries, and ending one. Shapes: @sightline/api-types. */
import type { FinishedQuery, KilledQuery, QueriesStatus, QueryPage } from '@sightline/api-types';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import type { QueryEngine } from '../../query/engine.ts';
import { SLOWEST_WINDOW_MS } from '../../query/query-log.ts';
import { ApiError } from '../http/errors.ts';
import type { Route } from '../http/route.ts';
import { countParam, invalidParam } from '../prometheus/params.ts';
import { clientOf } from '../prometheus/query-client.ts';

export interface ActiveQueryRoutesOptions {
  readonly engine: QueryEngine;
  readonly nowMs: () => number;
}

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' } as const;
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

export function activeQueryRoutes(options: ActiveQueryRoutesOptions): Route[] {
  const path = '/api/sightline/v1/queries';
  return [
    { methods: ['GET'], path, errors: 'json', handler: async (input) => listQueries(input, options) },
    { methods: ['DELETE'], path: `${path}/:id`, errors: 'json', handler: async (input) => killQuery(input, options) },
  ];
}

function listQueries({ query }: HttpInput, { engine, nowMs }: ActiveQueryRoutesOptions): HttpOutput {
  const view = readView(query);
  const { maxBytes, ...cache } = engine.cacheStatus();
  const status: QueriesStatus = {
    nowMs: nowMs(),
    active: page(engine.active(), view),
    recent: page(sorted(engine.log.recent(), view), view),
    slowest: page(sorted(engine.log.slowest(), view), view),
    slowestWindowMs: SLOWEST_WINDOW_MS,
    limits: engine.limits(),
    memoryBytes: engine.memory.used,
    cache: { ...cache, maxBytes },
  };
  return json(status);
}

function killQuery({ params, ...input }: HttpInput, { engine }: ActiveQueryRoutesOptions): HttpOutput {
  const id = params['id'] ?? '';
  const { address, userAgent } = clientOf(input);
  const by = userAgent === '' ? address : `${address} (${userAgent})`;
  if (!engine.kill(id, by)) throw new ApiError('not_found', `no query with the id ${id} is running`);
  const killed: KilledQuery = { id };
  return json(killed);
}

function json(value: unknown): HttpOutput {
  return { status: 200, headers: HEADERS, body: JSON.stringify(value) };
}

type SortKey = 'started' | 'duration' | 'samples' | 'bytes';

interface View {
  readonly limit: number;
  readonly offset: number;
  readonly sort: SortKey | undefined;
  readonly direction: 1 | -1;
  readonly search: string;
}

const SORT_VALUES: Readonly<Record<SortKey, (query: FinishedQuery) => number>> = {
  started: (query) => query.startedMs,
  duration: (query) => query.durationMs,
  samples: (query) => query.samplesRead,
  bytes: (query) => query.bytesOut,
};

/** @throws ApiError */
function readView(params: URLSearchParams): View {
  const limit = countParam(params, 'limit') ?? DEFAULT_LIMIT;
  const offset = countParam(params, 'offset') ?? 0;
  if (limit < 0 || limit > MAX_LIMIT) throw invalidParam('limit', `must be from 0 to ${MAX_LIMIT}`);
  if (offset < 0) throw invalidParam('offset', 'must not be negative');
  const sort = params.get('sort') ?? '';
  if (sort !== '' && !Object.hasOwn(SORT_VALUES, sort)) {
    throw invalidParam('sort', `must be one of ${Object.keys(SORT_VALUES).join(', ')}`);
  }
  const order = params.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') throw invalidParam('order', 'must be asc or desc');
  return {
    limit,
    offset,
    sort: sort === '' ? undefined : (sort as SortKey),
    direction: order === 'asc' ? 1 : -1,
    search: params.get('search') ?? '',
  };
}

function sorted(queries: readonly FinishedQuery[], { sort, direction }: View): readonly FinishedQuery[] {
  if (sort === undefined) return queries;
  const value = SORT_VALUES[sort];
  return queries.toSorted((a, b) => direction * (value(a) - value(b)));
}

function page<T extends { readonly text: string }>(queries: readonly T[], view: View): QueryPage<T> {
  const found = queries.filter((query) => query.text.includes(view.search));
  return { total: found.length, items: found.slice(view.offset, view.offset + view.limit) };
}
