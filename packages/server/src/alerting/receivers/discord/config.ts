/** `discord_configs`. All texts are templates. Source: Alertmanager notify/discord/config.go. */
import type { Secret } from '../../../config/prometheus/types.ts';
import type { HttpIntegrationConfig } from '../integration-config.ts';

export interface DiscordConfig extends HttpIntegrationConfig {
  /** `webhook_url` or the content of `webhook_url_file`. */
  readonly webhookUrl: Secret;
  readonly content: string;
  readonly title: string;
  readonly message: string;
  readonly username: string;
  readonly avatarUrl: string;
}

export const DISCORD_DEFAULTS = {
  title: '{{ template "discord.default.title" . }}',
  message: '{{ template "discord.default.message" . }}',
} as const;
