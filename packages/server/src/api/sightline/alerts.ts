/** `/api/sightline/v1/alerts`: instances of alerts, what happened to them and why. Shapes: @sightline/api-types. */
import type { AlertDetail, AlertEventEntry, AlertStateSpan } from '@sightline/api-types';
import { Labels } from '@sightline/model';
import type { AlertManager } from '../../alerting/alert-manager.ts';
import type { EventRecorder } from '../../alerting/events/event-recorder.ts';
import { alertPast } from '../../alerting/history/alert-past.ts';
import { forgottenAlert } from '../../alerting/history/forgotten-alert.ts';
import { presentSpans, relatedTo } from '../../alerting/instances/alert-detail.ts';
import type { AlertInstances } from '../../alerting/instances/alert-instances.ts';
import { explainAlert } from '../../alerting/why/explain.ts';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';
import { ApiError } from '../http/errors.ts';
import { get, post, type Route } from '../http/route.ts';
import { json } from './json-answer.ts';
import { JsonBody } from './json-body.ts';
import { optionalMs } from './time-param.ts';

export interface AlertRoutesOptions {
  readonly manager: AlertManager;
  readonly instances: AlertInstances;
  readonly events: Pick<EventRecorder, 'find' | 'record'>;
  /** When an alert of a rule here was pending. @param labels as the rule gives them */
  readonly pendingSpans: (labels: Labels, startMs: number, endMs: number) => Promise<readonly AlertStateSpan[]>;
  readonly nowMs: () => number;
}

const MAX_NOTE = 4_000;
const MAX_NAME = 200;

export function alertRoutes(options: AlertRoutesOptions): Route[] {
  const path = '/api/sightline/v1/alerts';
  return [
    get(path, async () => json(await options.instances.list())),
    get(`${path}/:fingerprint`, (input) => detail(input, options)),
    get(`${path}/:fingerprint/why`, (input) => why(input, options)),
    post(`${path}/:fingerprint/notes`, (input) => addNote(input, options)),
  ];
}

async function detail({ params }: HttpInput, options: AlertRoutesOptions): Promise<HttpOutput> {
  const { instances, events } = options;
  const fingerprint = params['fingerprint'] ?? '';
  const all = await instances.all();
  const nowMs = options.nowMs();
  // Links in old messages lead to alerts that are long over.
  const alert =
    all.find((one) => one.fingerprint === fingerprint) ?? (await forgottenAlert(events, instances, fingerprint, nowMs));
  if (alert === undefined) throw unknownAlert(fingerprint);
  const own = await instances.ruleAlert(fingerprint);
  const present = presentSpans(alert, own, nowMs);
  const labels = own?.alert.labels ?? Labels.fromObject(alert.labels);
  const pending = (startMs: number, endMs: number) => options.pendingSpans(labels, startMs, endMs);
  const answer: AlertDetail = {
    nowMs,
    alert,
    ...(await alertPast(events, alert, present, pending, nowMs)),
    related: relatedTo(alert, all),
  };
  return json(answer);
}

async function why({ params, query }: HttpInput, options: AlertRoutesOptions): Promise<HttpOutput> {
  const { manager, instances, events, nowMs } = options;
  const fingerprint = params['fingerprint'] ?? '';
  const timeMs = optionalMs(query, 'time');
  const answer = await explainAlert({ manager, instances, events, now: nowMs }, fingerprint, timeMs);
  if (answer !== undefined) return json(answer);
  const when = timeMs === undefined ? '' : ` up to ${new Date(timeMs).toISOString()}`;
  throw new HttpError(404, `nothing is known about an alert ${fingerprint}${when}`);
}

async function addNote(input: HttpInput, { instances, events, nowMs }: AlertRoutesOptions): Promise<HttpOutput> {
  const fingerprint = input.params['fingerprint'] ?? '';
  const body = await JsonBody.read(input);
  const [actor, detailText] = [body.text('by').trim(), body.text('note').trim()];
  if (actor === '' || actor.length > MAX_NAME) throw new ApiError('bad_data', `"by" needs 1 to ${MAX_NAME} characters`);
  if (detailText === '' || detailText.length > MAX_NOTE) {
    throw new ApiError('bad_data', `"note" needs 1 to ${MAX_NOTE} characters`);
  }
  const alert = (await instances.get(fingerprint)) ?? (await forgottenAlert(events, instances, fingerprint, nowMs()));
  if (alert === undefined) throw unknownAlert(fingerprint);
  const event: AlertEventEntry = {
    timeMs: nowMs(),
    kind: 'noted',
    fingerprint,
    groupKey: '',
    receiver: '',
    integration: '',
    actor,
    detail: detailText,
  };
  events.record(event);
  return json(event);
}

function unknownAlert(fingerprint: string): HttpError {
  return new HttpError(404, `nothing is known about an alert ${fingerprint}: it was long ago, or never`);
}
