/**
 * `/api/v1/rules`, `/api/v1/alerts`, `/api/v1/alertmanagers` of a server without rules: empty lists, which clients ask for
 * before they show anything else.
 */
import { get, type Route } from '../http/route.ts';
import { success } from './envelope.ts';
import { invalidParam } from './params.ts';

export function emptyRuleRoutes(): Route[] {
  return [
    get('/api/v1/rules', async (input) => {
      refuseUnknownType(input.query);
      return success({ groups: [] });
    }),
    get('/api/v1/alerts', async () => success({ alerts: [] })),
    get('/api/v1/alertmanagers', async () => success({ activeAlertmanagers: [], droppedAlertmanagers: [] })),
  ];
}

/** @throws ApiError for a `type` other than alert and record */
function refuseUnknownType(params: URLSearchParams): void {
  const type = (params.get('type') ?? '').toLowerCase();
  if (type !== '' && type !== 'alert' && type !== 'record') throw invalidParam('type', `not supported value "${type}"`);
}
