/** What the footer asks for: the program's version and the age of the newest sample. */
import type { BuildInfo } from '@sightline/api-types';
import { ApiError, requestData } from './client.ts';
import { ingestStatus } from './system.ts';

export async function buildInfo(signal?: AbortSignal): Promise<BuildInfo> {
  return (await requestData<BuildInfo>('api/v1/status/buildinfo', { signal })).data;
}

let hasIngestStatus = true;

/** Unix milliseconds of the newest sample; null when nothing has arrived or the server does not tell. */
export async function dataAge(signal?: AbortSignal): Promise<number | null> {
  if (!hasIngestStatus) return null;
  try {
    const { sources } = await ingestStatus(signal);
    const seen = sources.flatMap(({ lastSeenMs }) => (lastSeenMs === null ? [] : [lastSeenMs]));
    return seen.length === 0 ? null : Math.max(...seen);
  } catch (error) {
    // A plain Prometheus behind the page has no such endpoint; asking again every few seconds would not help.
    if (error instanceof ApiError && error.kind === 'missing') {
      hasIngestStatus = false;
      return null;
    }
    throw error;
  }
}
