/** Prometheus HTTP API v1 shapes. Source: prometheus.io/docs/prometheus/latest/querying/api. */

/** Seconds with milliseconds as the fraction, then the value as text (`"NaN"`, `"+Inf"`). */
export type ApiSample = readonly [seconds: number, value: string];

export interface VectorSample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: ApiSample;
}

export interface MatrixSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly ApiSample[];
}

export type QueryData =
  | { readonly resultType: 'vector'; readonly result: readonly VectorSample[] }
  | { readonly resultType: 'matrix'; readonly result: readonly MatrixSeries[] }
  | { readonly resultType: 'scalar'; readonly result: ApiSample }
  | { readonly resultType: 'string'; readonly result: readonly [seconds: number, value: string] };

export type ApiErrorType =
  | 'timeout'
  | 'canceled'
  | 'execution'
  | 'bad_data'
  | 'internal'
  | 'unavailable'
  | 'not_found'
  | 'not_acceptable';

export interface ApiSuccess<T> {
  readonly status: 'success';
  readonly data: T;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export interface ApiFailure {
  readonly status: 'error';
  readonly errorType: ApiErrorType;
  readonly error: string;
}

export type ApiResponse<T> = ApiSuccess<T> | ApiFailure;

export type TargetHealth = 'up' | 'down' | 'unknown';

export interface ActiveTarget {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  readonly lastError: string;
  /** RFC 3339. */
  readonly lastScrape: string;
  /** Seconds. */
  readonly lastScrapeDuration: number;
  readonly health: TargetHealth;
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

export interface DroppedTarget {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
}

export interface TargetsData {
  readonly activeTargets: readonly ActiveTarget[];
  readonly droppedTargets: readonly DroppedTarget[];
  readonly droppedTargetCounts: Readonly<Record<string, number>>;
}

export interface MetadataEntry {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

export type MetadataData = Readonly<Record<string, readonly MetadataEntry[]>>;

export interface BuildInfo {
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  readonly buildUser: string;
  readonly buildDate: string;
  readonly goVersion: string;
}

/** `GET /api/v1/rules`. */
export interface RulesData {
  readonly groups: readonly PrometheusRuleGroup[];
  /** Where the next page begins; absent when there is none. */
  readonly groupNextToken?: string;
}

export interface PrometheusRuleGroup {
  readonly name: string;
  readonly file: string;
  readonly rules: readonly PrometheusRule[];
  /** Seconds. */
  readonly interval: number;
  readonly limit: number;
  /** Seconds. */
  readonly evaluationTime: number;
  /** RFC 3339; year 1 before the first evaluation. */
  readonly lastEvaluation: string;
}

export type PrometheusRule = PrometheusAlertingRule | PrometheusRecordingRule;

interface RuleOutcome {
  readonly health: 'unknown' | 'ok' | 'err';
  readonly lastError?: string;
  /** Seconds. */
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
}

export interface PrometheusAlertingRule extends RuleOutcome {
  readonly type: 'alerting';
  readonly state: 'unknown' | 'inactive' | 'pending' | 'firing';
  readonly name: string;
  readonly query: string;
  /** Seconds. */
  readonly duration: number;
  readonly keepFiringFor: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Null when they were not asked for. */
  readonly alerts: readonly PrometheusAlert[] | null;
}

export interface PrometheusRecordingRule extends RuleOutcome {
  readonly type: 'recording';
  readonly name: string;
  readonly query: string;
  /** Absent when there is none. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface PrometheusAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
  readonly activeAt: string;
  /** While `keep_firing_for` keeps it firing. */
  readonly keepFiringSince?: string;
  /** A number with an exponent. */
  readonly value: string;
}

/** `GET /api/v1/alerts`. */
export interface AlertsData {
  readonly alerts: readonly PrometheusAlert[];
}

/** `GET /api/v1/alertmanagers`. */
export interface AlertmanagersData {
  readonly activeAlertmanagers: readonly { readonly url: string }[];
  readonly droppedAlertmanagers: readonly { readonly url: string }[];
}
