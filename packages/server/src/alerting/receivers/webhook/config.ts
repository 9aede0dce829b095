/** `webhook_configs`: the notification as JSON to any HTTP server. Source: Alertmanager notify/webhook/config.go. */
import type { Secret } from '../../../config/prometheus/types.ts';
import type { HttpIntegrationConfig } from '../integration-config.ts';

export interface WebhookConfig extends HttpIntegrationConfig {
  /** `url` or the content of `url_file`; a template. */
  readonly url: Secret;
  /** Alerts of one message; 0: all. */
  readonly maxAlerts: number;
}
