/** Times in parameters of `/api/sightline/v1`: Unix milliseconds, or RFC 3339. */
import { invalidParam, parseTimeMs } from '../prometheus/params.ts';

/** Undefined when it is not given. @throws ApiError */
export function optionalMs(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name) ?? '';
  if (text === '') return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) : text.includes('T') ? parseTimeMs(text) : undefined;
  // The end of what a Date can hold.
  if (ms !== undefined && ms >= 0 && ms <= 8.64e15) return ms;
  throw invalidParam(name, 'write a time as Unix milliseconds or as 2026-01-31T12:00:00Z');
}
