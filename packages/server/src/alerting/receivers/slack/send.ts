/**
 * `slack_configs`: a message with one attachment, to an incoming webhook or to chat.postMessage with a token. Source: Alertmanager
 * notify/slack/slack.go; https://api.slack.com/reference/messaging/attachments
 */
import type { SlackAction, SlackConfig } from '../../config/receiver-types.ts';
import type { Rendering } from '../../templates/rendering.ts';
import type { ReceiverEnvironment } from '../environment.ts';
import { type Answer, checkAnswer, shorten } from '../http/answer.ts';
import { createHttpIntegration, readSecret } from '../http/http-integration.ts';
import type { ClosableIntegration } from '../integration.ts';
import { omitEmpty, paragraphs, truncate } from '../limits.ts';
import { NotifyError } from '../receiver.ts';

const MAX_TITLE = 1024;
const DEFAULT_MARKDOWN = ['fallback', 'pretext', 'text'];

export function createSlack(config: SlackConfig, environment: ReceiverEnvironment): ClosableIntegration {
  return createHttpIntegration(config, environment, async ({ rendering, notification, signal, post }) => {
    // A picture that the configuration names has the place of the graph.
    const graphUrl = config.imageUrl === '' ? await environment.graphUrl?.(notification, signal) : undefined;
    const json = await message(config, rendering, graphUrl);
    const url = await readSecret(config.apiUrl, 'api_url');
    const token = config.appToken === undefined ? '' : await readSecret(config.appToken, 'app_token');
    const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
    const answer = await post({ url, json, headers, timeoutMs: config.timeoutMs, secrets: [token] });
    try {
      checkAnswer(answer);
      checkBody(answer);
    } catch (error) {
      if (!(error instanceof NotifyError)) throw error;
      throw new NotifyError(error.code, `channel "${json.channel ?? ''}": ${error.message}`, { cause: error });
    }
  });
}

/** Slack answers some mistakes with status 200. */
function checkBody({ contentType, body }: Answer): void {
  if (contentType !== 'application/json') {
    if (body === 'ok') return;
    throw new NotifyError('permanent', `received an error response from Slack: ${shorten(body)}`);
  }
  const { ok, error } = parseAnswer(body);
  if (ok !== true) throw new NotifyError('permanent', `error response from Slack: ${shorten(String(error))}`);
}

function parseAnswer(body: string): { ok?: unknown; error?: unknown } {
  try {
    return (JSON.parse(body) ?? {}) as { ok?: unknown; error?: unknown };
  } catch {
    throw new NotifyError('temporary', `the answer of Slack is not JSON: ${shorten(body)}`);
  }
}

async function message(config: SlackConfig, rendering: Rendering, graphUrl = '') {
  const { data } = rendering;
  const channel = await rendering.text('channel', config.channel);
  const attachment = await attachmentOf(config, rendering, graphUrl);
  const head = omitEmpty({
    channel,
    username: await rendering.text('username', config.username),
    icon_emoji: await rendering.text('icon_emoji', config.iconEmoji),
    icon_url: await rendering.text('icon_url', config.iconUrl),
    link_names: config.linkNames,
    text: await rendering.text('message_text', config.messageText, data.status),
  });
  // Last, so that it knows of every template that failed.
  const text = rendering.note === '' ? attachment.text : paragraphs(attachment.text, rendering.note);
  return { ...head, attachments: [{ ...attachment, text }] };
}

async function attachmentOf(config: SlackConfig, rendering: Rendering, graphUrl: string) {
  const { plainTitle, plainText } = rendering;
  const optional = omitEmpty({
    title: truncate(await rendering.text('title', config.title, plainTitle), MAX_TITLE),
    title_link: await rendering.text('title_link', config.titleLink, rendering.data.externalURL),
    pretext: await rendering.text('pretext', config.pretext),
    color: await rendering.text('color', config.color, rendering.isFiring ? 'danger' : 'good'),
    image_url: graphUrl === '' ? await rendering.text('image_url', config.imageUrl) : graphUrl,
    thumb_url: await rendering.text('thumb_url', config.thumbUrl),
    mrkdwn_in: config.mrkdwnIn.length === 0 ? DEFAULT_MARKDOWN : config.mrkdwnIn,
    fields: await fields(config, rendering),
    actions: await Promise.all(config.actions.map((action, index) => actionOf(action, index, rendering))),
  });
  return {
    ...optional,
    text: await rendering.text('text', config.text, plainText),
    fallback: await rendering.text('fallback', config.fallback, plainTitle),
    callback_id: await rendering.text('callback_id', config.callbackId),
    footer: await rendering.text('footer', config.footer),
  };
}

function fields(config: SlackConfig, rendering: Rendering) {
  return Promise.all(
    config.fields.map(async ({ title, value, short }, index) => ({
      title: await rendering.text(`fields[${index}].title`, title),
      value: await rendering.text(`fields[${index}].value`, value),
      short: short ?? config.shortFields,
    })),
  );
}

async function actionOf({ confirm, ...action }: SlackAction, index: number, rendering: Rendering) {
  const text = (name: string, template: string) => rendering.text(`actions[${index}].${name}`, template);
  const fields = omitEmpty({
    type: await text('type', action.type),
    text: await text('text', action.text),
    url: await text('url', action.url),
    style: await text('style', action.style),
    name: await text('name', action.name),
    value: await text('value', action.value),
  });
  if (confirm === undefined) return fields;
  return {
    ...fields,
    confirm: omitEmpty({
      text: await text('confirm.text', confirm.text),
      title: await text('confirm.title', confirm.title),
      ok_text: await text('confirm.ok_text', confirm.okText),
      dismiss_text: await text('confirm.dismiss_text', confirm.dismissText),
    }),
  };
}
