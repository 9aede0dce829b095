/** `/api/sightline/v1/notify`: receivers with what they last did, the routing tree, and trying both. Shapes: @sightline/api-types. */
import type { EscalationEntry, IntegrationEntry, NotifyStatus, ReceiverEntry } from '@sightline/api-types';
import { Labels } from '@sightline/model';
import type { AlertManager } from '../../alerting/alert-manager.ts';
import type { IntegrationConfig, ReceiverConfig } from '../../alerting/config/receiver-types.ts';
import type { Deliveries } from '../../alerting/notify/deliveries.ts';
import { sendTest } from '../../alerting/notify/send-test.ts';
import { targetOf } from '../../alerting/receivers/target.ts';
import { routeEntry, testRoute } from '../../alerting/route/route-view.ts';
import { createGate } from '../../lib/gate.ts';
import { HttpError } from '../../lib/http-error.ts';
import type { HttpInput, HttpOutput } from '../../lib/http.ts';
import { ApiError } from '../http/errors.ts';
import { get, post, type Route } from '../http/route.ts';
import { json } from './json-answer.ts';
import { JsonBody } from './json-body.ts';

export interface NotifyRoutesOptions {
  readonly manager: Pick<AlertManager, 'route' | 'mutedBy' | 'receivers'>;
  readonly deliveries: Deliveries;
  /** Of the running alertmanager.yml. */
  readonly receivers: () => readonly ReceiverConfig[];
  /** '' for the built-in default. */
  readonly configFile: string;
  readonly escalations: () => readonly EscalationEntry[];
  readonly externalUrl: string;
  readonly nowMs: () => number;
}

/** Tests of receivers at once, and those that wait. */
const TEST_PLACES = 2;
const MAX_WAITING = 8;

export function notifyRoutes(options: NotifyRoutesOptions): Route[] {
  const path = '/api/sightline/v1/notify';
  const gate = createGate(TEST_PLACES);
  return [
    get(path, async () => json(await status(options))),
    post(`${path}/route`, (input) => tryRoute(input, options)),
    post(`${path}/receivers/:name/test`, async (input) => {
      if (gate.waiting >= MAX_WAITING) throw new HttpError(429, 'too many tests of receivers at once');
      const leave = await gate.enter(input.signal);
      try {
        return await tryReceiver(input, options);
      } finally {
        leave();
      }
    }),
  ];
}

async function status(options: NotifyRoutesOptions): Promise<NotifyStatus> {
  const { manager, configFile, escalations, nowMs } = options;
  const used = new Set([...manager.route.walk()].map(({ receiver }) => receiver));
  return {
    nowMs: nowMs(),
    configFile,
    receivers: await Promise.all(options.receivers().map((receiver) => receiverEntry(receiver, used, options))),
    route: routeEntry(manager.route, (route) => manager.mutedBy(route)),
    escalations: escalations(),
  };
}

async function receiverEntry(
  { name, integrations }: ReceiverConfig,
  used: ReadonlySet<string>,
  { deliveries }: NotifyRoutesOptions,
): Promise<ReceiverEntry> {
  const entries = integrations.map((config) => integrationEntry(name, config, deliveries));
  return { name, integrations: await Promise.all(entries), isUsed: used.has(name) };
}

async function integrationEntry(
  receiver: string,
  config: IntegrationConfig,
  deliveries: Deliveries,
): Promise<IntegrationEntry> {
  const { kind, index, sendResolved } = config;
  const { last, sentTotal, failedTotal } = deliveries.get(receiver, `${kind}[${index}]`);
  return {
    name: kind,
    index,
    sendResolved,
    target: await targetOf(config),
    lastResult: last === undefined ? null : { timeMs: last.timeMs, isOk: last.error === '', error: last.error },
    sentTotal,
    failedTotal,
  };
}

async function tryRoute(input: HttpInput, { manager }: NotifyRoutesOptions): Promise<HttpOutput> {
  const body = await JsonBody.read(input);
  return json(testRoute(manager.route, Labels.fromObject(body.texts('labels'))));
}

async function tryReceiver({ params, signal }: HttpInput, options: NotifyRoutesOptions): Promise<HttpOutput> {
  const { manager, deliveries, externalUrl, nowMs } = options;
  const name = params['name'] ?? '';
  const receiver = manager.receivers.get(name);
  if (receiver === undefined) {
    const names = [...manager.receivers.keys()].join(', ');
    throw new ApiError('not_found', `there is no receiver "${name}"; there is ${names}`);
  }
  const result = await sendTest(receiver, {
    externalUrl,
    signal,
    nowMs: nowMs(),
    onResult: (integration, error) => deliveries.tested(name, integration, error),
  });
  return json(result);
}
