/** What the configurations of all integrations share. Texts named "template" are executed for each notification. */
import type { HttpClientConfig } from '../../config/prometheus/types.ts';

export interface IntegrationConfig {
  readonly sendResolved: boolean;
}

export interface HttpIntegrationConfig extends IntegrationConfig {
  /** The receiver's own `http_config`, or the global one. */
  readonly http: HttpClientConfig;
  /** Of one request; 0: only the time of the notification limits it. */
  readonly timeoutMs: number;
}
