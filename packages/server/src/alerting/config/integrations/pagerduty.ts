/** pagerduty_configs. */
import type { Cursor } from '../../../lib/yaml-cursor.ts';
import type { ObjectReader } from '../../../lib/yaml-object.ts';
import { ObjectReader as Reader } from '../../../lib/yaml-object.ts';
import { resolveScalar } from '../../../lib/yaml-scalar.ts';
import {
  addTemplate,
  readGoDuration,
  readHttp,
  readHttpUrl,
  readSecret,
  readTemplate,
  type TemplateTexts,
} from '../kit.ts';
import type { DetailValue, PagerDutyConfig } from '../receiver-types.ts';
import { type IntegrationInput, reportMissing } from './kind.ts';

const DEFAULT_DETAILS: Readonly<Record<string, string>> = {
  firing: '{{ template "pagerduty.default.instances" .Alerts.Firing }}',
  resolved: '{{ template "pagerduty.default.instances" .Alerts.Resolved }}',
  num_firing: '{{ .Alerts.Firing | len }}',
  num_resolved: '{{ .Alerts.Resolved | len }}',
};

const HINTS = {
  api_key: 'did you mean `routing_key`? It is the integration key of an "Events API v2" integration',
  integration_key: 'did you mean `routing_key`? It is the integration key of an "Events API v2" integration',
  key: 'did you mean `routing_key`? It is the integration key of an "Events API v2" integration',
  service_id: 'an integration key is needed, not the id of the service: `routing_key`',
  api_url: 'did you mean `url`?',
  custom_details: 'did you mean `details`?',
  summary: 'did you mean `description`? It becomes the summary of the incident',
  title: 'did you mean `description`? It becomes the summary of the incident',
};

/** Nesting of details that is followed. */
const MAX_DEPTH = 20;

export function readPagerDuty({ reader, global, texts, index }: IntegrationInput): PagerDutyConfig | undefined {
  const routingKey = readSecret(reader, 'routing_key', 'routing_key_file');
  const serviceKey = readSecret(reader, 'service_key', 'service_key_file');
  const isKeyed = routingKey !== undefined || serviceKey !== undefined;
  if (!isKeyed) {
    const hint = 'set `routing_key` (Events API v2) or `service_key` (Events API v1), or the same with `_file`';
    reportMissing(reader, 'routing_key', 'there is no integration key', hint);
  }
  const url = urlOf(reader, global.urls.pagerduty_url);
  const client = readTemplate(reader, 'client', texts, '{{ template "pagerduty.default.client" . }}');
  const config = {
    kind: 'pagerduty' as const,
    index,
    sendResolved: reader.boolean('send_resolved', true),
    http: readHttp(reader, global.http),
    routingKey,
    serviceKey,
    client,
    clientUrl: readTemplate(reader, 'client_url', texts, '{{ template "pagerduty.default.clientURL" . }}'),
    description: readTemplate(reader, 'description', texts, '{{ template "pagerduty.default.description" .}}'),
    details: readDetails(reader.at('details'), texts),
    images: readParts(reader, 'images', ['src', 'alt', 'href'], texts),
    links: readParts(reader, 'links', ['href', 'text'], texts),
    source: readTemplate(reader, 'source', texts) || client,
    severity: readTemplate(reader, 'severity', texts),
    class: readTemplate(reader, 'class', texts),
    component: readTemplate(reader, 'component', texts),
    group: readTemplate(reader, 'group', texts),
    timeoutMs: readGoDuration(reader, 'timeout'),
  };
  reader.finish({ hints: HINTS });
  return url === undefined || !isKeyed ? undefined : { ...config, url };
}

function urlOf(reader: ObjectReader, fallback: string | undefined): string | undefined {
  const own = readHttpUrl(reader, 'url');
  if (own !== undefined || reader.isGiven('url') || fallback !== undefined) return own ?? fallback;
  return reportMissing(reader, 'url', 'there is no URL', 'remove the empty `pagerduty_url` under `global`');
}

function readDetails(cursor: Cursor | undefined, texts: TemplateTexts): Record<string, DetailValue> {
  const details: Record<string, DetailValue> = { ...DEFAULT_DETAILS };
  for (const entry of cursor?.entries() ?? []) details[entry.key?.text ?? ''] = readDetail(entry, texts, 0);
  return details;
}

function readDetail(cursor: Cursor, texts: TemplateTexts, depth: number): DetailValue {
  const { node } = cursor;
  if (depth > MAX_DEPTH) {
    cursor.error({ code: 'config/too-deep', message: `details are nested deeper than ${MAX_DEPTH} levels` });
    return null;
  }
  if (node.kind === 'list') return (cursor.list() ?? []).map((item) => readDetail(item, texts, depth + 1));
  if (node.kind === 'map') {
    const out: Record<string, DetailValue> = {};
    for (const entry of cursor.entries() ?? []) out[entry.key?.text ?? ''] = readDetail(entry, texts, depth + 1);
    return out;
  }
  const value = resolveScalar(node);
  if (value.type === 'null') return depth === 0 ? '' : null;
  // Alertmanager reads the first level as text.
  if (depth > 0 && value.type === 'int') return Number(value.value);
  if (depth > 0 && (value.type === 'bool' || value.type === 'float')) return value.value;
  addTemplate(cursor, node.text, texts);
  return node.text;
}

function readParts<TKey extends string>(
  reader: ObjectReader,
  key: string,
  keys: readonly TKey[],
  texts: TemplateTexts,
): Record<TKey, string>[] {
  return reader.list(key).flatMap((cursor) => {
    const part = Reader.open(cursor);
    if (part === undefined) return [];
    const out = Object.fromEntries(keys.map((name) => [name, readTemplate(part, name, texts)])) as Record<TKey, string>;
    part.finish();
    return [out];
  });
}
