/** Which alerts of a rule are told to the Alertmanager when. Source: Prometheus rules/alerting.go (sendAlerts), notifier. */
import { Labels } from '@sightline/model';
import type { Alert } from '../evaluate/alert.ts';
import type { AlertingRule } from '../evaluate/alerting-rule.ts';

/** An alert as it is told: what an Alertmanager takes. Times are unix ms. */
export interface AlertReport {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  /** When it ended; while it fires, when it ends unless it is told again. */
  readonly endsAtMs: number;
  readonly generatorUrl: string;
}

export interface AlertSink {
  /** @throws when the alerts were not taken; they are told again after the resend delay */
  receive(reports: readonly AlertReport[]): Promise<void> | void;
}

export interface AlertSenderOptions {
  /** As --rules.alert.resend-delay. */
  readonly resendDelayMs: number;
  readonly externalUrl: string;
  /** Those of the running configuration; an alert's own labels go before. */
  readonly externalLabels: () => Labels;
}

/** A firing alert holds for this many missed repetitions. */
const VALID_REPEATS = 4;

export class AlertSender {
  readonly #options: AlertSenderOptions;
  /** By the alert itself: one that comes back after its resolution is another. */
  readonly #sentAtMs = new WeakMap<Alert, number>();

  constructor(options: AlertSenderOptions) {
    this.#options = options;
  }

  /** What is to be told at `timeMs`, after an evaluation; counted as told. */
  due(rule: AlertingRule, timeMs: number, intervalMs: number): AlertReport[] {
    const { resendDelayMs, externalUrl, externalLabels } = this.#options;
    const validUntilMs = timeMs + VALID_REPEATS * Math.max(intervalMs, resendDelayMs);
    const reports: AlertReport[] = [];
    for (const alert of rule.alerts()) {
      if (!this.#isDue(alert, timeMs)) continue;
      this.#sentAtMs.set(alert, timeMs);
      reports.push({
        labels: Labels.fromPairs([...externalLabels(), ...alert.labels]),
        annotations: Labels.fromPairs(alert.annotations),
        startsAtMs: alert.firedAtMs ?? timeMs,
        endsAtMs: alert.resolvedAtMs ?? validUntilMs,
        generatorUrl: `${externalUrl}/graph?${new URLSearchParams({ 'g0.expr': rule.spec.exprText, 'g0.tab': '1' })}`,
      });
    }
    return reports;
  }

  #isDue(alert: Alert, timeMs: number): boolean {
    if (alert.state === 'pending') return false;
    const sentAtMs = this.#sentAtMs.get(alert) ?? Number.NEGATIVE_INFINITY;
    if (alert.resolvedAtMs !== undefined && alert.resolvedAtMs > sentAtMs) return true;
    return sentAtMs + this.#options.resendDelayMs < timeMs;
  }
}
