/**
 * Integrations that Sightline does not send: their sections are checked as Alertmanager does and then left. Each entry names what is
 * not sent, so that nobody finds out at night.
 */
import { atMostOne, givenKeys } from '../../../config/prometheus/decode-kit.ts';
import { readSigv4 } from '../../../config/prometheus/remote-auth.ts';
import { UINT64 } from '../../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../../lib/yaml-object.ts';
import type { GlobalSection } from '../global.ts';
import {
  entriesOf,
  readGoDuration,
  readHttp,
  readHttpUrl,
  readSecret,
  readSecretUrl,
  readTemplate,
  readTemplateMap,
  type TemplateTexts,
} from '../kit.ts';
import { type IntegrationInput, reportMissing } from './kind.ts';

type Check = (input: IntegrationInput) => void;

function texts({ reader, texts: found }: IntegrationInput, keys: string): void {
  for (const key of keys.split(' ')) readTemplate(reader, key, found);
}

function booleans({ reader }: IntegrationInput, keys: string): void {
  for (const key of keys.split(' ')) reader.boolean(key);
}

/** Reports a required text that is missing or empty. */
function needText({ reader, texts: found }: IntegrationInput, key: string, hint: string): void {
  if (readTemplate(reader, key, found) === '') reportMissing(reader, key, `\`${key}\` is missing`, hint);
}

/** A secret that the section or `global` has to give. */
function needSecret({ reader }: IntegrationInput, key: string, fallback: unknown, globalKey?: string): void {
  if (readSecret(reader, key, `${key}_file`) !== undefined || fallback !== undefined) return;
  const elsewhere = globalKey === undefined ? '' : `, or \`${globalKey}\` under \`global\``;
  reportMissing(reader, key, `\`${key}\` is missing`, `set \`${key}\` or \`${key}_file\` here${elsewhere}`);
}

function needUrl({ reader }: IntegrationInput, global: string | undefined, globalKey: string): void {
  if (readHttpUrl(reader, 'api_url') !== undefined || reader.isGiven('api_url') || global !== undefined) return;
  reportMissing(reader, 'api_url', '`api_url` is missing', `set it here, or \`${globalKey}\` under \`global\``);
}

function victorops(input: IntegrationInput): void {
  const { reader, global } = input;
  needSecret(input, 'api_key', global.victoropsApiKey, 'victorops_api_key');
  needUrl(input, global.urls.victorops_api_url, 'victorops_api_url');
  needText(input, 'routing_key', 'it names who gets the incident');
  texts(input, 'message_type state_message entity_display_name monitoring_tool');
  const fixed = new Set(
    'routing_key message_type state_message entity_display_name monitoring_tool entity_id entity_state'.split(' '),
  );
  readTemplateMap(reader, 'custom_fields', input.texts);
  for (const entry of reader.at('custom_fields')?.node.kind === 'map'
    ? (reader.at('custom_fields')?.entries() ?? [])
    : []) {
    const name = entry.key?.text ?? '';
    if (!fixed.has(name)) continue;
    entry.error({
      code: 'alertmanager/reserved-field',
      message: `\`${name}\` cannot be a custom field`,
      hint: fixed.has(name) && name.startsWith('entity_') ? 'rename it' : `set \`${name}\` beside \`custom_fields\``,
    });
  }
}

function pushover(input: IntegrationInput): void {
  const { reader } = input;
  needSecret(input, 'user_key', undefined);
  needSecret(input, 'token', undefined);
  texts(input, 'title message url url_title device sound priority');
  for (const key of ['retry', 'expire', 'ttl']) readGoDuration(reader, key, { bareNumbers: false });
  if (reader.boolean('html') && reader.boolean('monospace')) atMostOne(reader, ['html', 'monospace']);
  booleans(input, 'html monospace');
}

function sns(input: IntegrationInput): void {
  const { reader } = input;
  texts(input, 'api_url topic_arn phone_number target_arn subject message');
  readSigv4(reader);
  readTemplateMap(reader, 'attributes', input.texts);
  const targets = ['topic_arn', 'phone_number', 'target_arn'];
  const given = givenKeys(reader, targets);
  const hint = 'give one of `topic_arn`, `phone_number` and `target_arn`';
  if (given.length === 0) reportMissing(reader, 'topic_arn', 'there is no target', hint);
  if (given.length === 2) atMostOne(reader, targets, hint);
}

function wechat(input: IntegrationInput): void {
  const { reader, global } = input;
  needSecret(input, 'api_secret', global.wechatApiSecret, 'wechat_api_secret');
  needUrl(input, global.urls.wechat_api_url, 'wechat_api_url');
  const corp = readTemplate(reader, 'corp_id', input.texts) || global.wechatCorpId;
  const hint = 'set it here, or `wechat_api_corp_id` under `global`';
  if (corp === '') reportMissing(reader, 'corp_id', '`corp_id` is missing', hint);
  texts(input, 'message to_user to_party to_tag agent_id');
  const type = reader.string('message_type');
  if (type !== '' && type !== 'text' && type !== 'markdown')
    reportMissing(reader, 'message_type', `there is no message type \`${type}\``, 'write `text` or `markdown`');
}

function webex(input: IntegrationInput): void {
  const { reader, global } = input;
  needUrl(input, global.urls.webex_api_url, 'webex_api_url');
  texts(input, 'message');
  needText(input, 'room_id', 'it names the room that gets the message');
  const hint = 'the token of the bot stands in `http_config: {authorization: {credentials: ...}}`';
  if (isAuthorized(reader)) return;
  (reader.given('http_config') ?? reader.cursor).error({
    code: 'config/missing-key',
    message: 'there is no authorization',
    hint,
  });
}

function isAuthorized(reader: ObjectReader): boolean {
  const { node } = reader.given('http_config') ?? {};
  if (node?.kind !== 'map') return false;
  return node.entries.some(({ key }) => /^(?:authorization|bearer_token|bearer_token_file)$/.test(key.text));
}

function jira(input: IntegrationInput): void {
  const { reader, global } = input;
  needUrl(input, global.urls.jira_api_url, 'jira_api_url');
  needText(input, 'project', 'it is the key of the project in which issues are made');
  needText(input, 'issue_type', 'such as `Bug`');
  texts(input, 'api_type priority reopen_transition resolve_transition wont_fix_resolution');
  textOrSection(reader, 'summary', input.texts);
  textOrSection(reader, 'description', input.texts);
  reader.strings('labels');
  reader.duration('reopen_duration');
  reader.at('fields')?.entries();
  reader.at('custom_fields')?.entries();
}

/** A template, or since 0.29 a section with `template` and `enable_update`. */
function textOrSection(parent: ObjectReader, key: string, found: TemplateTexts): void {
  if (parent.at(key)?.node.kind !== 'map') {
    readTemplate(parent, key, found);
    return;
  }
  const reader = parent.object(key);
  if (reader === undefined) return;
  readTemplate(reader, 'template', found);
  reader.boolean('enable_update');
  reader.finish();
}

function rocketchat(input: IntegrationInput): void {
  const { reader, global } = input;
  readHttpUrl(reader, 'api_url');
  needSecret(input, 'token', global.rocketchatToken, 'rocketchat_token');
  needSecret(input, 'token_id', global.rocketchatTokenId, 'rocketchat_token_id');
  texts(input, 'channel color title title_link text emoji icon_url image_url thumb_url');
  booleans(input, 'short_fields link_names');
  // The type has no names for YAML, so its fields go by their lower-case names.
  for (const cursor of reader.list('fields')) closed(ObjectReader.open(cursor), 'title value', 'short');
  for (const cursor of reader.list('actions'))
    closed(
      ObjectReader.open(cursor),
      'type text url imageurl webviewheightratio msg msgprocessingtype',
      'iswebview msginchatwindow',
    );
}

function closed(reader: ObjectReader | undefined, textKeys: string, booleanKeys = ''): void {
  for (const key of textKeys.split(' ')) reader?.string(key);
  for (const key of booleanKeys.split(' ').filter((name) => name !== '')) reader?.boolean(key);
  reader?.finish();
}

function mattermost(input: IntegrationInput): void {
  const { reader, global } = input;
  const url = readSecretUrl(reader, 'webhook_url', 'webhook_url_file') ?? global.mattermostWebhookUrl;
  const hint = 'set `webhook_url` or `webhook_url_file`';
  if (url === undefined) reportMissing(reader, 'webhook_url', '`webhook_url` is missing', hint);
  const message =
    'text fallback color pretext author_name author_link author_icon title title_link thumb_url footer footer_icon image_url';
  texts(input, `${message} channel username icon_url icon_emoji type`);
  mattermostFields(reader);
  for (const cursor of entriesOf(reader, 'attachments', 'a list of attachments')) {
    const attachment = ObjectReader.open(cursor);
    if (attachment !== undefined) mattermostFields(attachment);
    closed(attachment, message);
  }
  closed(reader.object('props'), 'card');
  closed(reader.object('priority'), 'priority', 'requested_ack persistent_notifications');
}

function mattermostFields(parent: ObjectReader): void {
  for (const cursor of entriesOf(parent, 'fields', 'a list of fields')) {
    const field = ObjectReader.open(cursor);
    for (const key of ['title', 'value']) {
      if (field?.string(key) === '') reportMissing(field, key, `\`${key}\` is missing`, `write what the ${key} is`);
    }
    closed(field, 'title value', 'short');
  }
}

function incidentio(input: IntegrationInput): void {
  const { reader } = input;
  const url = readSecretUrl(reader, 'url', 'url_file');
  if (url === undefined) reportMissing(reader, 'url', '`url` is missing', 'set `url` or `url_file`');
  const token = readSecret(reader, 'alert_source_token', 'alert_source_token_file');
  reader.integer('max_alerts', 0, UINT64);
  readGoDuration(reader, 'timeout');
  const hint = 'set `alert_source_token` (or its `_file`), or `authorization` under `http_config`; not both';
  if (reader.isGiven('http_config') && (token !== undefined) === isAuthorized(reader))
    reportMissing(reader, 'alert_source_token', 'there has to be one kind of authorization', hint);
}

/** By the key in a receiver, in Alertmanager's order. */
export const UNSENT: Readonly<Record<string, Check>> = {
  wechat_configs: wechat,
  victorops_configs: victorops,
  pushover_configs: pushover,
  sns_configs: sns,
  webex_configs: webex,
  jira_configs: jira,
  rocketchat_configs: rocketchat,
  mattermost_configs: mattermost,
  incidentio_configs: incidentio,
};

/** Checks one entry; nothing is built of it. */
export function checkUnsent(check: Check, input: IntegrationInput, global: GlobalSection): void {
  const { reader } = input;
  reader.boolean('send_resolved');
  readHttp(reader, global.http);
  check(input);
  reader.finish();
}
