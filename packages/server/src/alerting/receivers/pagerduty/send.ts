/**
 * `pagerduty_configs`: events of the API v2, or of version 1 for a service key. Source: Alertmanager notify/pagerduty/pagerduty.go;
 * https://developer.pagerduty.com/docs/events-api-v2-overview
 */
import type { DetailValue, PagerDutyConfig } from '../../config/receiver-types.ts';
import type { Rendering } from '../../templates/rendering.ts';
import type { ReceiverEnvironment } from '../environment.ts';
import { type Answer, checkAnswer } from '../http/answer.ts';
import { createHttpIntegration, readSecret } from '../http/http-integration.ts';
import type { ClosableIntegration } from '../integration.ts';
import { groupHash, omitEmpty, truncate } from '../limits.ts';
import { NotifyError } from '../receiver.ts';

const MAX_SUMMARY = 1024;
/** Bytes of JSON that PagerDuty takes. */
const MAX_EVENT_BYTES = 512_000;
const V1_URL = 'https://events.pagerduty.com/generic/2010-04-15/create_event.json';
const TOO_LARGE = 'Custom details have been removed because the original event exceeds the maximum size of 512KB';

type Details = Record<string, DetailValue>;

export interface PagerDutyOptions {
  /** Where events of version 1 go, which the configuration cannot say. */
  readonly v1Url?: string;
}

export function createPagerDuty(
  config: PagerDutyConfig,
  environment: ReceiverEnvironment,
  { v1Url = V1_URL }: PagerDutyOptions = {},
): ClosableIntegration {
  return createHttpIntegration(config, environment, async ({ rendering, notification, post }) => {
    const dedupKey = groupHash(notification.groupKey);
    const { timeoutMs } = config;
    if (config.routingKey !== undefined) {
      const key = await keyOf('routing key', await readSecret(config.routingKey, 'routing_key'), rendering);
      const json = await eventV2(config, rendering, { key, dedupKey });
      checkAnswer(await post({ url: config.url, json, timeoutMs, secrets: [key] }), { detail });
      return;
    }
    const secret = config.serviceKey === undefined ? '' : await readSecret(config.serviceKey, 'service_key');
    const key = await keyOf('service key', secret, rendering);
    const json = await eventV1(config, rendering, { key, dedupKey });
    // Version 1 answers 403 to too many requests.
    checkAnswer(await post({ url: v1Url, json, timeoutMs, secrets: [key] }), { detail, retry: [403] });
  });
}

async function keyOf(name: string, template: string, rendering: Rendering): Promise<string> {
  const key = await rendering.required(name.replace(' ', '_'), template);
  if (key === '') throw new NotifyError('permanent', `${name} cannot be empty`);
  return key;
}

interface EventKeys {
  readonly key: string;
  readonly dedupKey: string;
}

async function eventV2(config: PagerDutyConfig, rendering: Rendering, { key, dedupKey }: EventKeys) {
  const text = textsOf(rendering);
  const rest = omitEmpty({
    client: await text('client', config.client, 'Sightline'),
    client_url: await text('client_url', config.clientUrl, rendering.data.externalURL),
    images: await images(config, rendering),
    links: await links(config, rendering),
  });
  const payload = {
    summary: truncate(await text('description', config.description, rendering.plainTitle), MAX_SUMMARY),
    source: await text('source', config.source === '' ? config.client : config.source, 'Sightline'),
    severity: await text('severity', config.severity === '' ? 'error' : config.severity, 'error'),
    ...omitEmpty({
      class: await text('class', config.class),
      component: await text('component', config.component),
      group: await text('group', config.group),
    }),
  };
  const details = await detailsOf(config, rendering);
  return fitting(details, (custom_details) => ({
    routing_key: key,
    event_action: rendering.isFiring ? 'trigger' : 'resolve',
    dedup_key: dedupKey,
    payload: { ...payload, custom_details },
    ...rest,
  }));
}

async function eventV1(config: PagerDutyConfig, rendering: Rendering, { key, dedupKey }: EventKeys) {
  const text = textsOf(rendering);
  const { isFiring } = rendering;
  const description = truncate(await text('description', config.description, rendering.plainTitle), MAX_SUMMARY);
  const rest = omitEmpty({
    client: isFiring ? await text('client', config.client, 'Sightline') : '',
    client_url: isFiring ? await text('client_url', config.clientUrl, rendering.data.externalURL) : '',
  });
  const all = await detailsOf(config, rendering);
  return fitting(all, (details) => ({
    service_key: key,
    event_type: isFiring ? 'trigger' : 'resolve',
    event_action: '',
    payload: null,
    incident_key: dedupKey,
    description,
    details,
    ...rest,
  }));
}

/** The event, without its details when PagerDuty would refuse its size. */
function fitting<T>(details: Details, event: (details: Details) => T): T {
  const whole = event(details);
  return Buffer.byteLength(JSON.stringify(whole)) > MAX_EVENT_BYTES ? event({ error: TOO_LARGE }) : whole;
}

async function images(config: PagerDutyConfig, rendering: Rendering) {
  const rendered = await Promise.all(
    config.images.map(async ({ src, alt, href }, index) => ({
      src: await rendering.text(`images[${index}].src`, src),
      alt: await rendering.text(`images[${index}].alt`, alt),
      href: await rendering.text(`images[${index}].href`, href),
    })),
  );
  return rendered.filter(({ src }) => src !== '');
}

async function links(config: PagerDutyConfig, rendering: Rendering) {
  const rendered = await Promise.all(
    config.links.map(async ({ href, text }, index) => ({
      href: await rendering.text(`links[${index}].href`, href),
      text: await rendering.text(`links[${index}].text`, text),
    })),
  );
  return rendered.filter(({ href }) => href !== '');
}

/** Rendered last: they tell of every template that failed. */
async function detailsOf(config: PagerDutyConfig, rendering: Rendering): Promise<Details> {
  const details: Details = {};
  for (const [name, value] of Object.entries(config.details)) {
    details[name] = await detailOf(`details.${name}`, value, rendering);
  }
  return rendering.note === '' ? details : { ...details, alerts: rendering.plainText, template_error: rendering.note };
}

async function detailOf(field: string, value: DetailValue, rendering: Rendering): Promise<DetailValue> {
  if (typeof value === 'string') return rendering.text(field, value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return Promise.all(value.map((item, index) => detailOf(`${field}[${index}]`, item, rendering)));
  const entries = Object.entries(value).map(
    async ([name, item]): Promise<[string, DetailValue]> => [name, await detailOf(`${field}.${name}`, item, rendering)],
  );
  return Object.fromEntries(await Promise.all(entries));
}

function isList(value: object): value is readonly DetailValue[] {
  return Array.isArray(value);
}

function textsOf(rendering: Rendering) {
  return (field: string, template: string, plain = '') => rendering.text(field, template, plain);
}

/** Only answers to mistakes in the event say something of use. */
function detail({ status, body }: Answer): string {
  if (status !== 400) return '';
  try {
    const { message, errors } = (JSON.parse(body) ?? {}) as { message?: unknown; errors?: unknown };
    return `${String(message)}: ${Array.isArray(errors) ? errors.join(',') : ''}`;
  } catch {
    return body;
  }
}
