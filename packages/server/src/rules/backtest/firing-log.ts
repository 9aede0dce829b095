/** When each instance of an alerting rule fired: spans by labels, and the transitions that an Alertmanager hears of. */
import type { Labels } from '@sightline/model';
import type { AlertingRule } from '../evaluate/alerting-rule.ts';
import { BacktestError } from './errors.ts';

export interface FiringSpan {
  readonly fromMs: number;
  /** Of the evaluation that resolved it, or the end of the backtest. */
  readonly toMs: number;
}

export interface FiringInstance {
  readonly labels: Labels;
  readonly spans: readonly FiringSpan[];
  readonly firingMs: number;
}

/** An instance began to fire, or was resolved. */
export interface Transition {
  readonly timeMs: number;
  /** Place of the rule among the alerting rules of the plan. */
  readonly rule: number;
  readonly labels: Labels;
  readonly isFiring: boolean;
}

/** Spans of one rule. */
const MAX_SPANS = 50_000;

export class FiringLog {
  readonly #rule: number;
  readonly #instances = new Map<string, { readonly labels: Labels; readonly spans: FiringSpan[] }>();
  readonly #firing = new Map<string, { readonly labels: Labels; readonly fromMs: number }>();
  #spans = 0;

  constructor(rule: number) {
    this.#rule = rule;
  }

  get isFiring(): boolean {
    return this.#firing.size > 0;
  }

  /** After an evaluation: what changed. @throws BacktestError backtest_limit */
  observe(rule: AlertingRule, timeMs: number): Transition[] {
    const transitions: Transition[] = [];
    const still = new Set<string>();
    for (const { labels, state } of rule.activeAlerts()) {
      if (state !== 'firing') continue;
      still.add(labels.key);
      if (this.#firing.has(labels.key)) continue;
      this.#firing.set(labels.key, { labels, fromMs: timeMs });
      transitions.push({ timeMs, rule: this.#rule, labels, isFiring: true });
    }
    for (const [key, { labels, fromMs }] of this.#firing) {
      if (still.has(key)) continue;
      this.#firing.delete(key);
      this.#close(labels, fromMs, timeMs, rule.spec.name);
      transitions.push({ timeMs, rule: this.#rule, labels, isFiring: false });
    }
    return transitions;
  }

  /** Everything within the range, the longest first. What fires still, fires to the end. */
  instances(startMs: number, endMs: number): FiringInstance[] {
    for (const { labels, fromMs } of this.#firing.values()) this.#close(labels, fromMs, endMs, '');
    this.#firing.clear();
    return [...this.#instances.values()]
      .map(({ labels, spans }) => {
        const within = spans
          .filter(({ toMs }) => toMs > startMs)
          .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, startMs), toMs }));
        return { labels, spans: within, firingMs: within.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) };
      })
      .filter(({ spans }) => spans.length > 0)
      .sort((a, b) => b.firingMs - a.firingMs);
  }

  #close(labels: Labels, fromMs: number, toMs: number, name: string): void {
    if (++this.#spans > MAX_SPANS) {
      throw new BacktestError('backtest_limit', `the alert ${name} fires more than ${MAX_SPANS} times`, {
        hint: 'shorten the range, aggregate labels away, or give the rule a `for`',
      });
    }
    const known = this.#instances.get(labels.key);
    if (known === undefined) this.#instances.set(labels.key, { labels, spans: [{ fromMs, toMs }] });
    else known.spans.push({ fromMs, toMs });
  }
}
