/**
 * What a health check is and what is said about it: the words of the checks' interface and of the JSON that probes get.
 * `run-check.ts` runs one, `monitor.ts` keeps them all.
 */

/** State of one check and of the service. */
export type HealthStatus = 'healthy' | 'warning' | 'critical';

export type CheckCategory = 'database' | 'application' | 'integration' | 'security' | 'network' | 'system';

/** What a check answers with. Further fields (`last_sync`, `usage_percent`) are reported as they are, secrets hidden. */
export interface CheckOutcome {
  readonly status: HealthStatus;
  readonly message?: string | undefined;
  readonly [detail: string]: unknown;
}

/**
 * Looks whether something works. Nothing or `true` means healthy; `false`, an error or a rejection mean critical.
 *
 * @param signal Aborted at the time limit: a check that stops then frees what it holds.
 */
export type Check = (signal: AbortSignal) => CheckAnswer | Promise<CheckAnswer>;

/** What a function without `return` gives: such a check is healthy unless it throws. */
type Nothing = ReturnType<() => void>;
type CheckAnswer = CheckOutcome | boolean | undefined | Nothing;

export interface CheckOptions {
  /** Default `application`. */
  category?: CheckCategory | undefined;
  /** How long a run may take before it counts as failed; 2000. A probe never waits longer for this check. */
  timeoutMs?: number | undefined;
  /** Runs it in the background so often, and probes get the last result. Without it a probe runs it. */
  intervalMs?: number | undefined;
  /** How long a result serves further probes, when there is no interval; 1000. */
  cacheMs?: number | undefined;
  /** Whether the service cannot work without it; true. A check that is not critical makes a warning at most. */
  critical?: boolean | undefined;
  /** Whether it decides if the service gets traffic (`/health/ready`); default: as `critical`. */
  readiness?: boolean | undefined;
  /** Names of checks that must not have failed for this one to be run. */
  dependsOn?: readonly string[] | undefined;
}

/** A check with its options, as given to `observe({ health: { checks } })`. */
export interface CheckDefinition extends CheckOptions {
  readonly check: Check;
}

/** The last result of a check, in the words of the JSON. */
export interface CheckResult {
  readonly name: string;
  readonly status: HealthStatus;
  readonly category: CheckCategory;
  readonly critical: boolean;
  readonly response_time_ms: number;
  readonly message: string;
  /** When it was run, ISO 8601. */
  readonly timestamp: string;
  /** Checks it depends on that have failed: it was not run. */
  readonly blocked_by?: readonly string[];
  readonly [detail: string]: unknown;
}

export interface HealthSummary {
  readonly healthy: number;
  readonly warning: number;
  readonly critical: number;
  readonly total: number;
}

/** The JSON of `/health`. */
export interface HealthReport {
  readonly overall_status: HealthStatus;
  /** One word for those who only ask whether all is well: `healthy`, else `degraded`; `starting`, `draining`. */
  readonly status: 'healthy' | 'degraded' | 'starting' | 'draining';
  readonly timestamp: string;
  readonly service: string;
  readonly version?: string;
  readonly environment: string;
  readonly uptime_seconds: number;
  /** Absent where detail is hidden. */
  readonly checks?: Readonly<Record<string, CheckResult>>;
  readonly summary: HealthSummary;
}

/** The JSON of `/health/live`, `/health/ready` and `/health/startup`. */
export interface ProbeReport {
  readonly status: 'alive' | 'ready' | 'not_ready' | 'started' | 'starting' | 'draining';
  readonly timestamp: string;
  /** The checks that decided, where detail is allowed. */
  readonly checks?: Readonly<Record<string, CheckResult>>;
  readonly summary?: HealthSummary;
}

/** An answer to a probe, ready for HTTP. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly statusCode: 200 | 503;
  readonly body: HealthReport | ProbeReport;
}

/** `live` is the process alone, `startup` and `ready` the checks that decide about traffic, `health` all of them. */
export type ProbeKind = 'live' | 'ready' | 'startup' | 'health';

/** Where the service is in its life. Only `ready` gets traffic. */
export type Phase = 'starting' | 'ready' | 'draining' | 'closing';

/** What health and shutdown log with; a `Logger` of the SDK is one. */
export interface EventLogger {
  info(message: string, data?: object): void;
  warn(message: string, data?: object): void;
  error(message: string, data?: object): void;
  critical(message: string, data?: object): void;
}

const RANK: Readonly<Record<HealthStatus, number>> = { healthy: 0, warning: 1, critical: 2 };

/** 0 healthy, 1 warning, 2 critical: the value of `health_check_status`. */
export function rankOf(status: HealthStatus): number {
  return RANK[status];
}

export function worst(results: Iterable<CheckResult>): HealthStatus {
  let status: HealthStatus = 'healthy';
  for (const result of results) if (RANK[result.status] > RANK[status]) status = result.status;
  return status;
}

export function summarize(results: Iterable<CheckResult>): HealthSummary {
  const summary = { healthy: 0, warning: 0, critical: 0, total: 0 };
  for (const result of results) {
    summary[result.status]++;
    summary.total++;
  }
  return summary;
}
