/** Answers of `/api/sightline/v1`: plain JSON that nobody keeps. */
import type { HttpOutput } from '../../lib/http.ts';

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' } as const;

export function json(value: unknown, status = 200): HttpOutput {
  return { status, headers: HEADERS, body: JSON.stringify(value) };
}
