/** `telegram_configs`: sendMessage of a bot. Source: Alertmanager notify/telegram/telegram.go; https://core.telegram.org/bots/api#sendmessage */
import type { TelegramConfig } from '../../config/receiver-types.ts';
import type { Rendering } from '../../templates/rendering.ts';
import type { ReceiverEnvironment } from '../environment.ts';
import { type Answer, checkAnswer } from '../http/answer.ts';
import { createHttpIntegration, readSecret } from '../http/http-integration.ts';
import type { ClosableIntegration } from '../integration.ts';
import { omitEmpty, paragraphs, truncate } from '../limits.ts';
import { NotifyError } from '../receiver.ts';

/** Characters that the reader sees. */
const MAX_TEXT = 4096;
/** Bytes with the markup. */
const MAX_BYTES = 32_768;

export function createTelegram(config: TelegramConfig, environment: ReceiverEnvironment): ClosableIntegration {
  return createHttpIntegration(config, environment, async ({ rendering, post }) => {
    const { text, parseMode } = await message(config, rendering);
    const chat = await readSecret(config.chatId, 'chat_id');
    if (!/^-?\d+$/.test(chat)) throw new NotifyError('permanent', 'chat_id is not a whole number');
    const token = await readSecret(config.botToken, 'bot_token');
    const json = {
      chat_id: chat,
      text,
      ...omitEmpty({
        parse_mode: parseMode,
        message_thread_id: config.messageThreadId || undefined,
        disable_notification: config.disableNotifications,
      }),
      disable_web_page_preview: true,
    };
    const url = `${config.apiUrl.replace(/\/+$/, '')}/bot${token}/sendMessage`;
    checkAnswer(await post({ url, json, timeoutMs: config.timeoutMs, secrets: [token] }), { detail });
  });
}

interface TelegramText {
  readonly text: string;
  readonly parseMode: TelegramConfig['parseMode'];
}

/** Plain text takes the place of HTML that is too long, since markup cannot be cut anywhere. */
async function message(config: TelegramConfig, rendering: Rendering): Promise<TelegramText> {
  const { parseMode, message: template } = config;
  const plain = paragraphs(rendering.plainTitle, rendering.plainText);
  if (parseMode !== 'HTML') {
    const text = await rendering.text('message', template, plain);
    if (rendering.note === '') return { text: truncate(text, MAX_TEXT), parseMode };
    return { text: truncate(paragraphs(rendering.note, text), MAX_TEXT), parseMode: '' };
  }
  const html = await rendering.html('message', template, plain);
  if (rendering.note !== '') return { text: truncate(paragraphs(rendering.note, plain), MAX_TEXT), parseMode: '' };
  const isShort = visibleLength(html) <= MAX_TEXT && Buffer.byteLength(html) <= MAX_BYTES;
  if (isShort) return { text: html, parseMode };
  const why = 'The message of the template is longer than Telegram takes.';
  return { text: truncate(paragraphs(why, plain), MAX_TEXT), parseMode: '' };
}

/** Characters without tags, an entity as one. */
function visibleLength(html: string): number {
  return [...html.replace(/<[^>]*>/g, '').replace(/&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);/g, '.')].length;
}

function detail({ body }: Answer): string {
  try {
    const { description } = (JSON.parse(body) ?? {}) as { description?: unknown };
    return typeof description === 'string' ? description : body;
  } catch {
    return body;
  }
}
