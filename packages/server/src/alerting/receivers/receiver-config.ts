/** One entry of `receivers`: the integrations of each kind, in the order of the file, with `global` filled in. */
import type { DiscordConfig } from './discord/config.ts';
import type { EmailConfig } from './email/config.ts';
import type { MsTeamsConfig, MsTeamsV2Config } from './msteams/config.ts';
import type { OpsgenieConfig } from './opsgenie/config.ts';
import type { PagerdutyConfig } from './pagerduty/config.ts';
import type { SlackConfig } from './slack/config.ts';
import type { TelegramConfig } from './telegram/config.ts';
import type { WebhookConfig } from './webhook/config.ts';

export interface ReceiverConfig {
  readonly name: string;
  readonly webhook: readonly WebhookConfig[];
  readonly email: readonly EmailConfig[];
  readonly slack: readonly SlackConfig[];
  readonly pagerduty: readonly PagerdutyConfig[];
  readonly opsgenie: readonly OpsgenieConfig[];
  readonly msteams: readonly MsTeamsConfig[];
  readonly msteamsv2: readonly MsTeamsV2Config[];
  readonly discord: readonly DiscordConfig[];
  readonly telegram: readonly TelegramConfig[];
}
