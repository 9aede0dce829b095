/**
 * The `for` state of alerts over a restart: ALERTS_FOR_STATE tells since when an alert was there before. Source: Prometheus
 * rules/group.go (RestoreForState).
 */
import type { InstantSample } from '@sightline/promql';
import type { AlertingRule } from '../evaluate/alerting-rule.ts';

export interface RestoreOptions {
  /** As --rules.alert.for-outage-tolerance: alerts of longer ago are not restored. */
  readonly forOutageToleranceMs: number;
  /** As --rules.alert.for-grace-period: a restored alert does not fire sooner than this; shorter `for` is not restored. */
  readonly forGracePeriodMs: number;
}

/** An instant query whose samples may be `lookbackMs` old; staleness markers end a series as ever. */
export type LookbackQuery = (text: string, timeMs: number, lookbackMs: number) => Promise<readonly InstantSample[]>;

/** Marks the rule as restored, whatever comes of it. Rejects when the earlier state could not be read. */
export async function restoreForState(
  rule: AlertingRule,
  nowMs: number,
  query: LookbackQuery,
  options: RestoreOptions,
): Promise<void> {
  try {
    const { forMs } = rule.spec;
    if (forMs < options.forGracePeriodMs || rule.activeAlerts().length === 0) return;
    const selector = selectorOf(rule);
    const starts = await query(selector, nowMs, options.forOutageToleranceMs);
    if (starts.length === 0) return;
    const lastTimes = await query(`timestamp(${selector})`, nowMs, options.forOutageToleranceMs);
    const lastSeconds = new Map(lastTimes.map(({ labels, value }) => [labels.withoutName().key, value]));
    for (const { labels, value } of starts) {
      const alertLabels = labels.withoutName();
      const downAtSeconds = lastSeconds.get(alertLabels.key);
      if (downAtSeconds === undefined) continue;
      const activeAtMs = restoredStart(value * 1e3, downAtSeconds * 1e3, nowMs, forMs, options.forGracePeriodMs);
      rule.restoreActiveAt(alertLabels, activeAtMs);
    }
  } finally {
    rule.isRestored = true;
  }
}

/** Time that the process was away does not count for `for`. */
function restoredStart(activeAtMs: number, downAtMs: number, nowMs: number, forMs: number, graceMs: number): number {
  const remainingMs = forMs - (downAtMs - activeAtMs);
  if (remainingMs <= 0) return activeAtMs;
  if (remainingMs < graceMs) return nowMs + graceMs - forMs;
  return activeAtMs + (nowMs - downAtMs);
}

/** Labels that come from a template are not known here. */
function selectorOf({ spec }: AlertingRule): string {
  const pairs = [...spec.labels.filter(([name, value]) => name !== 'alertname' && !value.includes('{{'))];
  const matchers = [...pairs, ['alertname', spec.name] as const].map(
    ([name, value]) => `${JSON.stringify(name)}=${JSON.stringify(value)}`,
  );
  return `{"ALERTS_FOR_STATE",${matchers.join(',')}}`;
}
