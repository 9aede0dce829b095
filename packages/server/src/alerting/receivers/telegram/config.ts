/** `telegram_configs`. Source: Alertmanager notify/telegram/config.go. */
import type { Secret } from '../../../config/prometheus/types.ts';
import type { HttpIntegrationConfig } from '../integration-config.ts';

export interface TelegramConfig extends HttpIntegrationConfig {
  /** The receiver's `api_url` or `telegram_api_url` of `global`. */
  readonly apiUrl: string;
  /** `bot_token` or the content of `bot_token_file`. */
  readonly botToken: Secret;
  /** `chat_id`, as digits, or the content of `chat_id_file`. */
  readonly chatId: Secret;
  /** 0: none. */
  readonly messageThreadId: number;
  /** A template. */
  readonly message: string;
  readonly disableNotifications: boolean;
  readonly parseMode: '' | 'Markdown' | 'MarkdownV2' | 'HTML';
}

export const TELEGRAM_DEFAULTS = {
  apiUrl: 'https://api.telegram.org',
  message: '{{ template "telegram.default.message" . }}',
  parseMode: 'HTML',
} as const;
