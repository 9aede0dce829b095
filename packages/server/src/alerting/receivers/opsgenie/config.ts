/** `opsgenie_configs`. All texts are templates. Source: Alertmanager notify/opsgenie/config.go. */
import type { Secret } from '../../../config/prometheus/types.ts';
import type { HttpIntegrationConfig } from '../integration-config.ts';

export interface OpsgenieResponder {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  /** team, teams, user, escalation, schedule; a template. */
  readonly type: string;
}

export interface OpsgenieConfig extends HttpIntegrationConfig {
  /** `api_key` or the content of `api_key_file`, of the receiver or of `global`. */
  readonly apiKey: Secret;
  /** The receiver's `api_url` or `opsgenie_api_url` of `global`. */
  readonly apiUrl: string;
  readonly message: string;
  readonly description: string;
  readonly source: string;
  readonly details: Readonly<Record<string, string>>;
  readonly entity: string;
  readonly responders: readonly OpsgenieResponder[];
  /** Separated by commas. */
  readonly actions: string;
  /** Separated by commas. */
  readonly tags: string;
  readonly note: string;
  /** P1 to P5. */
  readonly priority: string;
  readonly updateAlerts: boolean;
}

export const OPSGENIE_DEFAULTS = {
  apiUrl: 'https://api.opsgenie.com/',
  message: '{{ template "opsgenie.default.message" . }}',
  description: '{{ template "opsgenie.default.description" . }}',
  source: '{{ template "opsgenie.default.source" . }}',
} as const;
