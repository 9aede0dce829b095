/** The JSON envelope of the Prometheus API. */
import type { HttpOutput } from '../../lib/http.ts';

export const JSON_HEADERS = { 'content-type': 'application/json' } as const;

/** Notes beside a result; absent lists are not written. */
export interface Notes {
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export function success(data: unknown, notes: Notes = {}): HttpOutput {
  return {
    status: 200,
    headers: JSON_HEADERS,
    body: `{"status":"success","data":${JSON.stringify(data)}${tail(notes)}`,
  };
}

/** What follows `data`, the closing brace included. */
export function tail(notes: Notes): string {
  const warnings = (notes.warnings?.length ?? 0) === 0 ? '' : `,"warnings":${JSON.stringify(notes.warnings)}`;
  const infos = (notes.infos?.length ?? 0) === 0 ? '' : `,"infos":${JSON.stringify(notes.infos)}`;
  return `${warnings}${infos}}`;
}
