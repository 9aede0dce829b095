/** `/api/sightline/v1/alert-graphs/NAME.png`: pictures in notifications, under names that only their receivers know. */
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';
import { get, type Route } from '../http/route.ts';

const HEADERS = { 'content-type': 'image/png', 'cache-control': 'private, max-age=86400, immutable' } as const;

export function alertGraphRoutes(pictureOf: (name: string) => Buffer | undefined): Route[] {
  const handler = async ({ params }: HttpInput): Promise<HttpOutput> => {
    const body = pictureOf(params['name'] ?? '');
    if (body === undefined) throw new HttpError(404, 'there is no such picture, or it is too old');
    return { status: 200, headers: HEADERS, body };
  };
  return [get('/api/sightline/v1/alert-graphs/:name', handler)];
}
