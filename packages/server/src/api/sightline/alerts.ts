/** `/api/sightline/v1/alerts`: instances of alerts with what holds them back. Shapes: @sightline/api-types. */
import type { AlertDetail } from '@sightline/api-types';
import { presentSpans, relatedTo } from '../../alerting/instances/alert-detail.ts';
import type { AlertInstances } from '../../alerting/instances/alert-instances.ts';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';
import { get, type Route } from '../http/route.ts';
import { json } from './json-answer.ts';

export interface AlertRoutesOptions {
  readonly instances: AlertInstances;
  readonly nowMs: () => number;
}

export function alertRoutes(options: AlertRoutesOptions): Route[] {
  const path = '/api/sightline/v1/alerts';
  return [
    get(path, async () => json(await options.instances.list())),
    get(`${path}/:fingerprint`, (input) => detail(input, options)),
  ];
}

async function detail({ params }: HttpInput, { instances, nowMs }: AlertRoutesOptions): Promise<HttpOutput> {
  const fingerprint = params['fingerprint'] ?? '';
  const all = await instances.all();
  const alert = all.find((one) => one.fingerprint === fingerprint);
  if (alert === undefined) {
    throw new HttpError(404, `there is no alert ${fingerprint}: it is over and forgotten, or never was`);
  }
  const now = nowMs();
  const answer: AlertDetail = {
    nowMs: now,
    alert,
    states: presentSpans(alert, await instances.ruleAlert(fingerprint), now),
    timeline: [],
    related: relatedTo(alert, all),
    past: { count: 0, medianMs: null },
  };
  return json(answer);
}
