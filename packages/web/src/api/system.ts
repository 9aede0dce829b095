/** Sightline's own endpoints. */
import type { AboutStatus, IngestStatus, ScrapePoolStatus, StorageStatus } from '@sightline/api-types';
import { requestJson } from './client.ts';

const BASE = 'api/sightline/v1';

/** These endpoints answer the object itself; an envelope with `data` is accepted too. */
async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const body = await requestJson(`${BASE}/${path}`, { signal });
  const isEnvelope = typeof body === 'object' && body !== null && 'status' in body && 'data' in body;
  return (isEnvelope ? (body as { data: unknown }).data : body) as T;
}

export const ingestStatus = (signal?: AbortSignal): Promise<IngestStatus> => get('ingest/status', signal);
export const storageStatus = (signal?: AbortSignal): Promise<StorageStatus> => get('system/storage', signal);
export const aboutStatus = (signal?: AbortSignal): Promise<AboutStatus> => get('system/about', signal);
export const scrapePools = (signal?: AbortSignal): Promise<readonly ScrapePoolStatus[]> =>
  get('system/scrape-pools', signal);
