/** The options of a run after they are resolved: nothing is optional, durations in ms, sizes in bytes, paths absolute. */
import type { ListenAddress } from './option-types.ts';

export interface SightlineConfig {
  readonly listen: ListenAddress;
  readonly listeners: readonly ListenAddress[];
  readonly dataDir: string;
  readonly security: { readonly insecureNoAuth: boolean };
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly format: 'auto' | 'json' | 'text' };
  /** '' when there is none. */
  readonly prometheus: { readonly configFile: string };
  /** '' when there is none. */
  readonly alertmanager: { readonly configFile: string };
  /** Without a slash at its end; '' when it is not set. */
  readonly externalUrl: string;
  readonly alerting: { readonly defaultRules: 'auto' | 'true' | 'false'; readonly maxAlerts: number };
  readonly hostMetrics: {
    readonly enabled: boolean;
    readonly intervalMs: number;
    readonly job: string;
    /** '' stands for the name of the host. */
    readonly instance: string;
    readonly procPath: string;
    readonly sysPath: string;
    readonly rootfs: string;
    readonly disabledCollectors: readonly string[];
    readonly enabledCollectors: readonly string[];
    /** '' when there is none. */
    readonly textfileDirectory: string;
  };
  readonly selfScrape: { readonly enabled: boolean; readonly intervalMs: number };
  readonly storage: {
    readonly backend: 'chdb' | 'clickhouse';
    /** 0: decided by the memory of the host. */
    readonly maxMemoryBytes: number;
    readonly clickhouse: {
      readonly url: string;
      readonly username: string;
      /** '' when there is none. */
      readonly passwordFile: string;
      readonly database: string;
      /** No other process writes to the database. */
      readonly soleWriter: boolean;
    };
    /** For decoded samples; 0: none are kept. */
    readonly cacheBytes: number;
    /** 0 keeps for ever. */
    readonly retention: { readonly metricsMs: number; readonly alertEventsMs: number };
    readonly maxActiveSeries: number;
    readonly maxQueuedSamples: number;
  };
  readonly query: {
    readonly timeoutMs: number;
    readonly maxSamples: number;
    readonly maxSeries: number;
    readonly maxPoints: number;
    readonly maxMemoryBytes: number;
    readonly maxTotalMemoryBytes: number;
    /** 0: no cache. */
    readonly cacheBytes: number;
    readonly maxConcurrency: number;
    readonly maxQueued: number;
    readonly lookbackMs: number;
    readonly experimentalFunctions: boolean;
  };
  readonly limits: {
    readonly requestBodyBytes: number;
    readonly decompressedBodyBytes: number;
    readonly labelsPerSeries: number;
    readonly labelNameLength: number;
    readonly labelValueLength: number;
  };
}

/** Where the value of an option came from. */
export type OptionOrigin = 'flag' | 'env' | 'file' | 'default';
