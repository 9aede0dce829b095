/** What a server needs to be told to start: every option resolved, nothing optional that has a default. */
import type { HostCollectorOptions } from '../metrics/host/index.ts';
import type { MetricLimits } from '../storage/clickhouse/index.ts';

export interface ServerOptions {
  /** Port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Listening on other addresses than loopback, although there is no log-in. */
  readonly isInsecureAllowed: boolean;
  readonly storage: StorageChoice;
  /** 0 keeps for ever and takes any time since 1970. */
  readonly metricsRetentionMs: number;
  readonly limits: Partial<MetricLimits>;
  readonly hostMetrics: {
    readonly isEnabled: boolean;
    readonly intervalMs: number;
    readonly collector: Omit<HostCollectorOptions, 'logger'>;
  };
  readonly selfScrape: { readonly isEnabled: boolean; readonly intervalMs: number };
  readonly query: {
    readonly lookbackMs: number;
    readonly timeoutMs: number;
    readonly maxConcurrency: number;
    readonly maxSamples: number;
    readonly maxSeries: number;
  };
  /** sightline.yml, as the user named it; '' when there is none. */
  readonly configFile: string;
  /** Every option as text, for `/api/v1/status/flags`. Secrets are not in it. */
  readonly flags: Readonly<Record<string, string>>;
}

export type StorageChoice =
  | { readonly backend: 'chdb'; readonly dataDirectory: string }
  | {
      readonly backend: 'clickhouse';
      readonly url: string;
      readonly username?: string;
      readonly password?: string;
      readonly database?: string;
    };
