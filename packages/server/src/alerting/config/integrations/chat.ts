/** telegram_configs, discord_configs, msteams_configs and msteamsv2_configs. */
import type { Secret } from '../../../config/prometheus/types.ts';
import { atMostOne, readFileName } from '../../../config/prometheus/decode-kit.ts';
import { secretFromFile, secretFromText } from '../../../config/secret.ts';
import type { ObjectReader } from '../../../lib/yaml-object.ts';
import { readGoDuration, readHttp, readHttpUrl, readSecret, readSecretUrl, readTemplate } from '../kit.ts';
import type { DiscordConfig, MsTeamsConfig, MsTeamsV2Config, TelegramConfig } from '../receiver-types.ts';
import { type IntegrationInput, reportMissing } from './kind.ts';

const WEBHOOK_HINTS = {
  url: 'did you mean `webhook_url`?',
  api_url: 'did you mean `webhook_url`?',
  webhook: 'did you mean `webhook_url`?',
};

const TELEGRAM_HINTS = {
  token: 'did you mean `bot_token`?',
  chat: 'did you mean `chat_id`?',
  chat_ids: 'did you mean `chat_id`? For several chats write an entry for each',
  text: 'did you mean `message`?',
  url: 'did you mean `api_url`?',
};

const PARSE_MODES = ['HTML', 'Markdown', 'MarkdownV2', ''] as const;

export function readTelegram({ reader, global, texts, index }: IntegrationInput): TelegramConfig | undefined {
  const botToken = readSecret(reader, 'bot_token', 'bot_token_file') ?? global.telegramBotToken;
  if (botToken === undefined) {
    const hint = 'set `bot_token` or `bot_token_file`; @BotFather tells it';
    reportMissing(reader, 'bot_token', 'there is no bot token', hint);
  }
  const chatId = readChatId(reader);
  const mode = reader.string('parse_mode', 'HTML');
  const parseMode = PARSE_MODES.find((known) => known === mode);
  if (parseMode === undefined) {
    reader.at('parse_mode')?.error({
      code: 'alertmanager/parse-mode',
      message: `there is no parse mode \`${mode}\``,
      hint: 'write HTML, Markdown or MarkdownV2; an empty text sends plain text',
    });
  }
  const config = {
    kind: 'telegram' as const,
    index,
    sendResolved: reader.boolean('send_resolved', true),
    http: readHttp(reader, global.http),
    apiUrl: readHttpUrl(reader, 'api_url') ?? global.urls.telegram_api_url,
    messageThreadId: reader.integer('message_thread_id'),
    message: readTemplate(reader, 'message', texts, '{{ template "telegram.default.message" . }}'),
    disableNotifications: reader.boolean('disable_notifications'),
    parseMode: parseMode ?? 'HTML',
    timeoutMs: readGoDuration(reader, 'timeout'),
  };
  reader.finish({ hints: TELEGRAM_HINTS });
  if (botToken === undefined || chatId === undefined) return undefined;
  return { ...config, apiUrl: config.apiUrl ?? 'https://api.telegram.org', botToken, chatId };
}

function readChatId(reader: ObjectReader): Secret | undefined {
  const cursor = reader.given('chat_id');
  const id = cursor?.integer();
  const file = readFileName(reader, 'chat_id_file');
  if (id !== undefined && id !== 0n && file !== '') atMostOne(reader, ['chat_id', 'chat_id_file']);
  if (id !== undefined && id !== 0n) return secretFromText(id.toString());
  if (file !== '') return secretFromFile(file);
  if (cursor !== undefined && id === undefined) return undefined;
  const hint = 'write the number of the chat; those of groups are negative';
  return reportMissing(reader, 'chat_id', 'there is no `chat_id`', hint);
}

function readWebhookUrl(reader: ObjectReader): Secret | undefined {
  const url = readSecretUrl(reader, 'webhook_url', 'webhook_url_file');
  if (url !== undefined) return url;
  const hint = 'name the URL in `webhook_url` or a file in `webhook_url_file`';
  return reportMissing(reader, 'webhook_url', '`webhook_url` is missing', hint);
}

export function readDiscord({ reader, global, texts, index }: IntegrationInput): DiscordConfig | undefined {
  const webhookUrl = readWebhookUrl(reader);
  const config = {
    kind: 'discord' as const,
    index,
    sendResolved: reader.boolean('send_resolved', true),
    http: readHttp(reader, global.http),
    content: readTemplate(reader, 'content', texts),
    title: readTemplate(reader, 'title', texts, '{{ template "discord.default.title" . }}'),
    message: readTemplate(reader, 'message', texts, '{{ template "discord.default.message" . }}'),
    username: readTemplate(reader, 'username', texts),
    avatarUrl: readTemplate(reader, 'avatar_url', texts),
  };
  reader.finish({ hints: { ...WEBHOOK_HINTS, text: 'did you mean `message`?' } });
  return webhookUrl === undefined ? undefined : { ...config, webhookUrl };
}

export function readMsTeams({ reader, global, texts, index }: IntegrationInput): MsTeamsConfig | undefined {
  const webhookUrl = readWebhookUrl(reader);
  const config = {
    kind: 'msteams' as const,
    index,
    sendResolved: reader.boolean('send_resolved', true),
    http: readHttp(reader, global.http),
    title: readTemplate(reader, 'title', texts, '{{ template "msteams.default.title" . }}'),
    summary: readTemplate(reader, 'summary', texts, '{{ template "msteams.default.summary" . }}'),
    text: readTemplate(reader, 'text', texts, '{{ template "msteams.default.text" . }}'),
  };
  reader.finish({ hints: { ...WEBHOOK_HINTS, message: 'did you mean `text`?' } });
  return webhookUrl === undefined ? undefined : { ...config, webhookUrl };
}

export function readMsTeamsV2({ reader, global, texts, index }: IntegrationInput): MsTeamsV2Config | undefined {
  const webhookUrl = readWebhookUrl(reader);
  const config = {
    kind: 'msteamsv2' as const,
    index,
    sendResolved: reader.boolean('send_resolved', true),
    http: readHttp(reader, global.http),
    title: readTemplate(reader, 'title', texts, '{{ template "msteamsv2.default.title" . }}'),
    text: readTemplate(reader, 'text', texts, '{{ template "msteamsv2.default.text" . }}'),
  };
  reader.finish({ hints: { ...WEBHOOK_HINTS, message: 'did you mean `text`?' } });
  return webhookUrl === undefined ? undefined : { ...config, webhookUrl };
}
