/** What is told of the findings of checks: their metrics, and a log line whenever a check changes its state. */
import type { Registry } from '../metrics/registry.ts';
import { type EventLogger, rankOf } from './check.ts';
import type { Finding } from './run-check.ts';

/** Upper bounds in seconds: from a look into memory to a check at its time limit. */
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 10];

export interface Findings {
  add(finding: Finding, before: Finding | undefined): void;
  /** Forgets the series of a check that is no longer registered. */
  remove(name: string): void;
}

export function createFindings(registry: Registry, logger: EventLogger | undefined): Findings {
  const labels = ['check'] as const;
  const status = registry.gauge('health_check_status', 'State of a health check: 0 healthy, 1 warning, 2 critical', {
    labels,
    aggregate: 'max',
  });
  const duration = registry.histogram('health_check_duration_seconds', 'Time that a health check took', {
    labels,
    buckets: BUCKETS,
  });
  const success = registry.gauge(
    'health_check_last_success_timestamp_seconds',
    'When a health check last ended without failing, Unix time',
    { labels, aggregate: 'max' },
  );
  return {
    add(finding, before) {
      const { result, hasFailed } = finding;
      const check = { check: result.name };
      status.set(check, rankOf(result.status));
      if (result.blocked_by === undefined) duration.observe(check, result.response_time_ms / 1000);
      if (!hasFailed) success.set(check, Date.now() / 1000);
      const former = before?.result.status ?? 'healthy';
      if (logger !== undefined && former !== result.status) logChange(logger, former, finding);
    },
    remove(name) {
      status.remove({ check: name });
      duration.remove({ check: name });
      success.remove({ check: name });
    },
  };
}

function logChange(logger: EventLogger, former: string, finding: Finding): void {
  const { name, status, message, category, critical, response_time_ms, blocked_by } = finding.result;
  const data = { check: name, category, critical, status, former, message, response_time_ms, blocked_by };
  const line = `health check ${name}: ${former} -> ${status}`;
  if (status === 'critical') logger.error(line, data);
  else if (status === 'warning') logger.warn(line, data);
  else logger.info(line, data);
}
