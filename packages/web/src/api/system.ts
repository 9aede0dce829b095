/** Sightline's own endpoints. */
import type {
  AboutStatus,
  ExplainResult,
  IngestStatus,
  KilledQuery,
  QueriesStatus,
  ScrapePoolStatus,
  StorageStatus,
} from '@sightline/api-types';
import { requestJson, type RequestOptions } from './client.ts';

const BASE = 'api/sightline/v1';

/** These endpoints answer the object itself; an envelope with `data` is accepted too. */
async function ask<T>(path: string, options: RequestOptions): Promise<T> {
  const body = await requestJson(`${BASE}/${path}`, options);
  const isEnvelope = typeof body === 'object' && body !== null && 'status' in body && 'data' in body;
  return (isEnvelope ? (body as { data: unknown }).data : body) as T;
}

const get = <T>(path: string, signal?: AbortSignal): Promise<T> => ask(path, { signal });

export const ingestStatus = (signal?: AbortSignal): Promise<IngestStatus> => get('ingest/status', signal);
export const storageStatus = (signal?: AbortSignal): Promise<StorageStatus> => get('system/storage', signal);
export const aboutStatus = (signal?: AbortSignal): Promise<AboutStatus> => get('system/about', signal);
export const scrapePools = (signal?: AbortSignal): Promise<readonly ScrapePoolStatus[]> =>
  get('system/scrape-pools', signal);

export interface QueriesAsk {
  readonly sort: string | null;
  readonly search: string;
  readonly limit: number;
}

export const queriesStatus = ({ sort, search, limit }: QueriesAsk, signal?: AbortSignal): Promise<QueriesStatus> =>
  ask('queries', { params: { sort: sort ?? undefined, search: search === '' ? undefined : search, limit }, signal });

/** Ends a running query. Not found (404) when it had ended before. */
export const killQuery = (id: string): Promise<KilledQuery> =>
  ask(`queries/${encodeURIComponent(id)}`, { method: 'DELETE' });

export interface ExplainAsk {
  readonly expr: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** Runs the query over the range and tells what each part of it took. */
export const explainQuery = (
  { expr, startMs, endMs, stepMs }: ExplainAsk,
  signal?: AbortSignal,
): Promise<ExplainResult> =>
  ask('explain', {
    params: { query: expr, start: startMs / 1000, end: endMs / 1000, step: stepMs / 1000 },
    signal,
    isForm: true,
  });
