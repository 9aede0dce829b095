/**
 * `opsgenie_configs`: an alert is created while the group fires and closed when it is resolved. Source: Alertmanager
 * notify/opsgenie/opsgenie.go; https://docs.opsgenie.com/docs/alert-api
 */
import type { OpsgenieConfig, OpsgenieResponder } from '../../config/receiver-types.ts';
import type { Rendering } from '../../templates/rendering.ts';
import type { ReceiverEnvironment } from '../environment.ts';
import { checkAnswer } from '../http/answer.ts';
import { createHttpIntegration, readSecret } from '../http/http-integration.ts';
import type { ClosableIntegration } from '../integration.ts';
import { groupHash, omitEmpty, paragraphs, truncate } from '../limits.ts';

const MAX_MESSAGE = 130;
const MAX_DESCRIPTION = 15_000;

interface OpsgenieRequest {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly json: object;
}

export function createOpsgenie(config: OpsgenieConfig, environment: ReceiverEnvironment): ClosableIntegration {
  return createHttpIntegration(config, environment, async ({ rendering, notification, post }) => {
    const alias = groupHash(notification.groupKey);
    const key = await rendering.required('api_key', await readSecret(config.apiKey, 'api_key'));
    const requests = rendering.isFiring
      ? await creation(config, rendering, alias)
      : [await closing(config, rendering, alias)];
    for (const { method, path, json } of requests) {
      const url = `${config.apiUrl.replace(/\/*$/, '/')}v2/alerts${path}`;
      const headers = { authorization: `GenieKey ${key}` };
      checkAnswer(await post({ url, method, json, headers, timeoutMs: 0, secrets: [key] }));
    }
  });
}

async function closing(config: OpsgenieConfig, rendering: Rendering, alias: string): Promise<OpsgenieRequest> {
  const source = await rendering.text('source', config.source, rendering.data.externalURL);
  return { method: 'POST', path: `/${alias}/close?identifierType=alias`, json: { source } };
}

async function creation(config: OpsgenieConfig, rendering: Rendering, alias: string): Promise<OpsgenieRequest[]> {
  const { plainTitle, plainText, data } = rendering;
  const message = truncate(await rendering.text('message', config.message, plainTitle), MAX_MESSAGE);
  const details: Record<string, string> = { ...data.commonLabels };
  for (const [name, template] of Object.entries(config.details)) {
    details[name] = await rendering.text(`details.${name}`, template);
  }
  const source = await rendering.text('source', config.source, data.externalURL);
  const optional = omitEmpty({
    responders: await respondersOf(config.responders, rendering),
    tags: split(await rendering.text('tags', config.tags)),
    note: await rendering.text('note', config.note),
    priority: await rendering.text('priority', config.priority),
    entity: await rendering.text('entity', config.entity),
    actions: split(await rendering.text('actions', config.actions)),
  });
  const rendered = await rendering.text('description', config.description, plainText);
  const description = truncate(paragraphs(rendering.note, rendered), MAX_DESCRIPTION);
  const create = { alias, message, details, source, ...omitEmpty({ description }), ...optional };
  const requests: OpsgenieRequest[] = [{ method: 'POST', path: '', json: create }];
  if (config.updateAlerts) {
    const by = '?identifierType=alias';
    requests.push({ method: 'PUT', path: `/${alias}/message${by}`, json: omitEmpty({ message }) });
    requests.push({ method: 'PUT', path: `/${alias}/description${by}`, json: omitEmpty({ description }) });
  }
  return requests;
}

/** Those that a template left without a name are no responders; `teams` stands for several. */
async function respondersOf(responders: readonly OpsgenieResponder[], rendering: Rendering) {
  const out: Partial<OpsgenieResponder>[] = [];
  for (const [index, responder] of responders.entries()) {
    const text = (name: keyof OpsgenieResponder) => rendering.text(`responders[${index}].${name}`, responder[name]);
    const who = { id: await text('id'), name: await text('name'), username: await text('username') };
    const type = (await text('type')).toLowerCase();
    if (type === 'teams') out.push(...split(who.name).map((name) => ({ name, type: 'team' })));
    else if (who.id !== '' || who.name !== '' || who.username !== '') out.push({ ...omitEmpty(who), type });
  }
  return out;
}

function split(text: string): string[] {
  const parts = text.trim().split(',');
  return parts.filter((part) => part !== '');
}
