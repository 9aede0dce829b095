/** `/api/sightline/v1/runbooks/NAME`: what to do when a default rule fires. */
import type { Runbook } from '@sightline/api-types';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';
import { get, type Route } from '../http/route.ts';
import { object, operation, type Schema, TEXT } from './openapi-schema.ts';

export const RUNBOOK_PATHS: Schema = {
  '/api/sightline/v1/runbooks/{name}': {
    get: operation('What to do when a default rule fires', object({ name: TEXT, markdown: TEXT })),
  },
};

export function runbookRoutes(markdownOf: (name: string) => string | undefined): Route[] {
  const handler = async ({ params }: HttpInput): Promise<HttpOutput> => {
    const name = params['name'] ?? '';
    const markdown = markdownOf(name);
    if (markdown === undefined) throw new HttpError(404, `there is no runbook ${JSON.stringify(name)}`);
    const runbook: Runbook = { name, markdown };
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache' };
    return { status: 200, headers, body: JSON.stringify(runbook) };
  };
  return [get('/api/sightline/v1/runbooks/:name', handler)];
}
