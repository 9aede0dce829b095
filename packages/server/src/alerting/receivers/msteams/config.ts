/** `msteams_configs` (cards of connectors) and `msteamsv2_configs` (cards of workflows). Source: Alertmanager notify/msteams*. */
import type { Secret } from '../../../config/prometheus/types.ts';
import type { HttpIntegrationConfig } from '../integration-config.ts';

interface TeamsConfig extends HttpIntegrationConfig {
  /** `webhook_url` or the content of `webhook_url_file`. */
  readonly webhookUrl: Secret;
  /** A template. */
  readonly title: string;
  /** A template. */
  readonly text: string;
}

export interface MsTeamsConfig extends TeamsConfig {
  /** A template. */
  readonly summary: string;
}

export type MsTeamsV2Config = TeamsConfig;

export const MSTEAMS_DEFAULTS = {
  title: '{{ template "msteams.default.title" . }}',
  summary: '{{ template "msteams.default.summary" . }}',
  text: '{{ template "msteams.default.text" . }}',
} as const;

export const MSTEAMSV2_DEFAULTS = {
  title: '{{ template "msteamsv2.default.title" . }}',
  text: '{{ template "msteamsv2.default.text" . }}',
} as const;
