/** slack_configs. */
import { atMostOne } from '../../../config/prometheus/decode-kit.ts';
import { secretFromText } from '../../../config/secret.ts';
import { ObjectReader } from '../../../lib/yaml-object.ts';
import {
  entriesOf,
  readGoDuration,
  readHttp,
  readHttpUrl,
  readSecret,
  readSecretUrl,
  readTemplate,
  type TemplateTexts,
} from '../kit.ts';
import type { SlackAction, SlackConfig, SlackField } from '../receiver-types.ts';
import { type IntegrationInput, reportMissing } from './kind.ts';

const HINTS = {
  webhook_url: 'did you mean `api_url`?',
  url: 'did you mean `api_url`?',
  webhook: 'did you mean `api_url`?',
  slack_api_url: 'did you mean `api_url`? `slack_api_url` belongs under `global`',
  token: 'did you mean `app_token`?',
  message: 'did you mean `text`?',
  body: 'did you mean `text`?',
  blocks: 'Alertmanager sends attachments: use `title`, `text`, `fields` and `actions`',
  attachments: 'Alertmanager sends one attachment: use `title`, `text`, `fields` and `actions`',
  channels: 'did you mean `channel`? For several channels write an entry for each',
  icon: 'did you mean `icon_emoji` or `icon_url`?',
};

const DEFAULT_COLOR = '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}';

export function readSlack(input: IntegrationInput): SlackConfig | undefined {
  const { reader, global, texts, index } = input;
  const target = readTarget(input);
  const text = (key: string, name?: string) =>
    readTemplate(reader, key, texts, name === undefined ? '' : `{{ template "slack.default.${name}" . }}`);
  const config = {
    kind: 'slack' as const,
    index,
    sendResolved: reader.boolean('send_resolved'),
    http: readHttp(reader, global.http),
    channel: text('channel'),
    username: text('username', 'username'),
    color: readTemplate(reader, 'color', texts, DEFAULT_COLOR),
    title: text('title', 'title'),
    titleLink: text('title_link', 'titlelink'),
    pretext: text('pretext', 'pretext'),
    text: text('text', 'text'),
    messageText: text('message_text'),
    fields: readFields(reader, texts),
    shortFields: reader.boolean('short_fields'),
    footer: text('footer', 'footer'),
    fallback: text('fallback', 'fallback'),
    callbackId: text('callback_id', 'callbackid'),
    iconEmoji: text('icon_emoji', 'iconemoji'),
    iconUrl: text('icon_url', 'iconurl'),
    imageUrl: text('image_url'),
    thumbUrl: text('thumb_url'),
    linkNames: reader.boolean('link_names'),
    mrkdwnIn: reader.strings('mrkdwn_in'),
    actions: readActions(reader, texts),
    updateMessage: reader.boolean('update_message'),
    timeoutMs: readGoDuration(reader, 'timeout'),
  };
  warnThread(reader);
  warnComment(reader);
  reader.finish({ hints: HINTS });
  return target === undefined ? undefined : { ...config, ...target };
}

/** Where messages go: a webhook, or a channel of an app with its token. What stands here wins over `global`. */
function readTarget({ reader, global }: IntegrationInput): Pick<SlackConfig, 'apiUrl' | 'appToken'> | undefined {
  const url = readSecretUrl(reader, 'api_url', 'api_url_file');
  const token = readSecret(reader, 'app_token', 'app_token_file');
  const appUrl = secretFromText(readHttpUrl(reader, 'app_url') ?? global.urls.slack_app_url ?? '');
  if (url !== undefined && token !== undefined)
    atMostOne(reader, [reader.isGiven('api_url') ? 'api_url' : 'api_url_file', 'app_token', 'app_token_file']);
  if (url !== undefined) return { apiUrl: url, appToken: undefined };
  if (token !== undefined) return { apiUrl: appUrl, appToken: token };
  const { slackApiUrl, slackAppToken } = global;
  if (slackApiUrl !== undefined) return { apiUrl: slackApiUrl, appToken: undefined };
  if (slackAppToken !== undefined) return { apiUrl: appUrl, appToken: slackAppToken };
  const hint = 'set `api_url` (or `api_url_file`, `app_token`) here, or `slack_api_url` under `global`';
  return reportMissing(reader, 'api_url', 'there is no Slack webhook URL or token', hint);
}

/** A channel is often written as `channel: #name`, which is a comment. */
function warnComment(reader: ObjectReader): void {
  const cursor = reader.at('channel');
  if (cursor?.isNull !== true) return;
  cursor.warn({
    code: 'alertmanager/empty-channel',
    message: '`channel` is empty',
    hint: "a `#` starts a comment; put the name in quotes: `channel: '#name'`",
  });
}

function warnThread(reader: ObjectReader): void {
  if (!reader.boolean('post_updates_to_thread')) return;
  reader.at('post_updates_to_thread')?.warn({
    code: 'alertmanager/not-run',
    message: '`post_updates_to_thread` is accepted but not used yet',
  });
}

function readFields(parent: ObjectReader, texts: TemplateTexts): SlackField[] {
  return entriesOf(parent, 'fields', 'a list of fields').flatMap((cursor) => {
    const reader = ObjectReader.open(cursor, 'a field with `title` and `value`');
    if (reader === undefined) return [];
    const title = required(reader, 'title', texts);
    const value = required(reader, 'value', texts);
    const short = reader.given('short')?.boolean();
    reader.finish();
    return [{ title, value, short }];
  });
}

function required(reader: ObjectReader, key: string, texts: TemplateTexts): string {
  const text = readTemplate(reader, key, texts);
  if (text === '') reportMissing(reader, key, `\`${key}\` is missing`, `write what the ${key} is`);
  return text;
}

function readActions(parent: ObjectReader, texts: TemplateTexts): SlackAction[] {
  return entriesOf(parent, 'actions', 'a list of actions').flatMap((cursor) => {
    const reader = ObjectReader.open(cursor, 'an action with `type`, `text` and `url`');
    if (reader === undefined) return [];
    const type = required(reader, 'type', texts);
    const text = required(reader, 'text', texts);
    const url = readTemplate(reader, 'url', texts);
    const name = readTemplate(reader, 'name', texts);
    const value = readTemplate(reader, 'value', texts);
    const style = readTemplate(reader, 'style', texts);
    const confirm = readConfirm(reader, texts);
    reader.finish();
    if (url === '' && name === '')
      reportMissing(reader, 'url', 'an action has no `url` or `name`', 'a button that opens a page has a `url`');
    const isLink = url !== '';
    return [
      {
        type,
        text,
        url,
        style,
        name: isLink ? '' : name,
        value: isLink ? '' : value,
        confirm: isLink ? undefined : confirm,
      },
    ];
  });
}

function readConfirm(parent: ObjectReader, texts: TemplateTexts): SlackAction['confirm'] {
  const reader = parent.object('confirm');
  if (reader === undefined) return undefined;
  const confirm = {
    text: required(reader, 'text', texts),
    title: readTemplate(reader, 'title', texts),
    okText: readTemplate(reader, 'ok_text', texts),
    dismissText: readTemplate(reader, 'dismiss_text', texts),
  };
  reader.finish();
  return confirm;
}
