/**
 * prometheus.yml after checking, with every default filled in and frozen. Durations are milliseconds, sizes bytes (0: no limit).
 * Key names and defaults: Prometheus 3.x config/config.go.
 */
import type { AnchoredRegex, Labels } from '@sightline/model';

/** A secret that never prints: String(), JSON and util.inspect give `<secret>`. `read` gets the current value (files are read at use). */
export interface Secret {
  read(): Promise<string>;
}

export interface TlsConfig {
  /** PEM text or a file; files are read again when they change. */
  readonly ca?: string;
  readonly caFile?: string;
  readonly cert?: string;
  readonly certFile?: string;
  readonly key?: Secret;
  readonly keyFile?: string;
  readonly serverName?: string;
  readonly insecureSkipVerify: boolean;
  readonly minVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
}

export interface HttpClientConfig {
  /** `usernameFile`, when given, takes the place of `username`. */
  readonly basicAuth?: { readonly username: string; readonly usernameFile?: string; readonly password?: Secret };
  readonly authorization?: { readonly type: string; readonly credentials: Secret };
  readonly oauth2?: {
    readonly clientId: string;
    readonly clientSecret: Secret;
    readonly tokenUrl: string;
    readonly scopes: readonly string[];
    readonly endpointParams: Readonly<Record<string, string>>;
    readonly tls?: TlsConfig;
  };
  readonly tls: TlsConfig;
  readonly proxyUrl?: string;
  readonly noProxy: readonly string[];
  readonly followRedirects: boolean;
  readonly enableHttp2: boolean;
  readonly httpHeaders: Readonly<Record<string, readonly (string | Secret)[]>>;
}

export type RelabelAction =
  | 'replace'
  | 'keep'
  | 'drop'
  | 'keepequal'
  | 'dropequal'
  | 'hashmod'
  | 'labelmap'
  | 'labeldrop'
  | 'labelkeep'
  | 'lowercase'
  | 'uppercase';

export interface RelabelConfig {
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  readonly regex: AnchoredRegex;
  readonly modulus: bigint;
  readonly targetLabel: string;
  readonly replacement: string;
  readonly action: RelabelAction;
}

/** Targets with the labels they share. `source` identifies the group within its discovery. */
export interface TargetGroup {
  readonly source: string;
  readonly targets: readonly string[];
  readonly labels: Labels;
}

export interface FileSdConfig {
  readonly files: readonly string[];
  readonly refreshIntervalMs: number;
}

export interface HttpSdConfig {
  readonly url: string;
  readonly refreshIntervalMs: number;
  readonly http: HttpClientConfig;
}

export interface DnsSdConfig {
  readonly names: readonly string[];
  readonly type: 'A' | 'AAAA' | 'SRV' | 'MX' | 'NS';
  readonly port: number;
  readonly refreshIntervalMs: number;
}

export interface ScrapeLimits {
  readonly bodySizeBytes: number;
  readonly samples: number;
  readonly targets: number;
  readonly labels: number;
  readonly labelNameLength: number;
  readonly labelValueLength: number;
  readonly keepDroppedTargets: number;
}

export type ScrapeProtocol =
  | 'PrometheusText0.0.4'
  | 'PrometheusText1.0.0'
  | 'OpenMetricsText0.0.1'
  | 'OpenMetricsText1.0.0'
  | 'PrometheusProto';

/** Where targets come from; several kinds may stand beside each other. */
export interface DiscoveryConfig {
  readonly staticConfigs: readonly TargetGroup[];
  readonly fileSdConfigs: readonly FileSdConfig[];
  readonly httpSdConfigs: readonly HttpSdConfig[];
  readonly dnsSdConfigs: readonly DnsSdConfig[];
}

export interface ScrapeConfig extends DiscoveryConfig {
  readonly jobName: string;
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  readonly trackTimestampsStaleness: boolean;
  readonly params: Readonly<Record<string, readonly string[]>>;
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
  readonly scrapeProtocols: readonly ScrapeProtocol[];
  readonly fallbackScrapeProtocol?: ScrapeProtocol;
  readonly metricsPath: string;
  /** `http` or `https`; Prometheus takes any text, because relabeling may replace it. */
  readonly scheme: string;
  readonly enableCompression: boolean;
  readonly metricNameValidationScheme: 'legacy' | 'utf8';
  readonly http: HttpClientConfig;
  readonly relabelConfigs: readonly RelabelConfig[];
  readonly metricRelabelConfigs: readonly RelabelConfig[];
  readonly limits: ScrapeLimits;
}

/** Alertmanagers outside this process that are sent alerts in the same way. */
export interface AlertmanagersConfig extends DiscoveryConfig {
  readonly scheme: string;
  readonly pathPrefix: string;
  readonly timeoutMs: number;
  readonly http: HttpClientConfig;
  /** Of the Alertmanagers that are found. */
  readonly relabelConfigs: readonly RelabelConfig[];
  /** Of the alerts that are sent to them, after those of all. */
  readonly alertRelabelConfigs: readonly RelabelConfig[];
}

export interface AlertingSection {
  readonly alertmanagers: readonly AlertmanagersConfig[];
  /** Of all alerts, whoever gets them. */
  readonly alertRelabelConfigs: readonly RelabelConfig[];
  readonly nameScheme: 'legacy' | 'utf8';
}

export interface PrometheusConfig {
  readonly global: {
    readonly scrapeIntervalMs: number;
    readonly scrapeTimeoutMs: number;
    readonly evaluationIntervalMs: number;
    /** How far back rules look, for samples that arrive late; groups may say otherwise. */
    readonly ruleQueryOffsetMs: number;
    readonly externalLabels: Labels;
    readonly queryLogFile: string;
  };
  readonly scrapeConfigs: readonly ScrapeConfig[];
  readonly alerting: AlertingSection;
  /** Globs, resolved against the folder of the file. */
  readonly ruleFiles: readonly string[];
  readonly outOfOrderTimeWindowMs: number;
  readonly maxExemplars: number;
  /** The file's text with secrets masked, as /api/v1/status/config shows it. */
  readonly maskedYaml: string;
}
