/**
 * An alerting rule and the alerts it has: pending, firing, resolved. Source: Prometheus rules/alerting.go, whose states and
 * series (ALERTS, ALERTS_FOR_STATE) are kept to the letter.
 */
import { compareLabels, Labels, METRIC_NAME } from '@sightline/model';
import type { InstantSample } from '@sightline/promql';
import type { AlertingRuleSpec, LabelPair } from '../rule-file/types.ts';
import { AlertTexts } from '../template/index.ts';
import type { Alert, AlertState } from './alert.ts';
import { RuleError } from './errors.ts';
import type { RuleQuery } from './ports.ts';
import type { EvaluateRule, RuleOutput } from './rule.ts';
import { Turns } from './turns.ts';

/** How long a resolved alert is kept, so that its resolution reaches an Alertmanager that was away. */
const RESOLVED_RETENTION_MS = 15 * 60_000;

export interface AlertingContext {
  readonly externalLabels: Labels;
  readonly externalUrl: string;
}

type MutableAlert = { -readonly [K in keyof Alert]: Alert[K] } & {
  /** The ALERTS series by state, and ALERTS_FOR_STATE: built once. */
  stateSeries: Map<AlertState, Labels>;
  forStateSeries: Labels | undefined;
};

const parsedTexts = new WeakMap<AlertingRuleSpec, AlertTexts>();

/** Parsed once for all rules that are made of a description: tests make thousands of them. */
function textsOf(spec: AlertingRuleSpec): AlertTexts {
  let texts = parsedTexts.get(spec);
  if (texts === undefined) {
    texts = new AlertTexts(spec.name, spec.labels, spec.annotations);
    parsedTexts.set(spec, texts);
  }
  return texts;
}

export class AlertingRule implements EvaluateRule {
  readonly spec: AlertingRuleSpec;
  readonly #context: AlertingContext;
  readonly #texts: AlertTexts;
  readonly #alerts = new Map<string, MutableAlert>();
  /** Labels of a series to labels of its alert, where no template is between: the same series come again at each evaluation. */
  readonly #labels = new WeakMap<Labels, Labels>();
  /** False until the `for` state of an earlier process was looked up: ALERTS is not written before. */
  isRestored = true;

  constructor(spec: AlertingRuleSpec, context: AlertingContext) {
    this.spec = spec;
    this.#context = context;
    this.#texts = textsOf(spec);
  }

  async evaluate(timeMs: number, queryOffsetMs: number, limit: number, query: RuleQuery): Promise<RuleOutput> {
    const vector = await query(this.spec.expr, timeMs - queryOffsetMs);
    const found = new Map<string, MutableAlert>();
    const turns = new Turns();
    for (const sample of vector) {
      if (turns.isOver()) await turns.next();
      const alert = await this.#alertOf(sample, timeMs, query);
      if (found.has(alert.labels.key)) {
        throw new RuleError(
          'rule_duplicate_labels',
          'vector contains metrics with the same labelset after applying alert labels',
          { hint: 'the labels of the rule hide a difference between series of its expression' },
        );
      }
      found.set(alert.labels.key, alert);
    }
    this.#take(found);
    return this.#advance(found, timeMs, limit);
  }

  /** Pending and firing alerts. */
  activeAlerts(): Alert[] {
    return [...this.#alerts.values()].filter(({ state }) => state !== 'inactive');
  }

  /** All alerts, the resolved ones that are still told included, sorted by labels. */
  alerts(): Alert[] {
    return [...this.#alerts.values()].sort((a, b) => compareLabels(a.labels, b.labels));
  }

  /** Resolved ones included. */
  get hasAlerts(): boolean {
    return this.#alerts.size > 0;
  }

  /** The worst state of its alerts. */
  get state(): AlertState {
    let worst: AlertState = 'inactive';
    for (const { state } of this.#alerts.values()) {
      if (state === 'firing') return 'firing';
      if (state === 'pending') worst = 'pending';
    }
    return worst;
  }

  /** Takes over the alerts of the same rule before a reload. */
  adoptAlerts(from: AlertingRule): void {
    for (const [key, alert] of from.#alerts) this.#alerts.set(key, alert);
  }

  /** Gives an alert the start it had in an earlier process. */
  restoreActiveAt(labels: Labels, activeAtMs: number): void {
    const alert = this.#alerts.get(labels.key);
    if (alert !== undefined) alert.activeAtMs = activeAtMs;
  }

  async #alertOf({ labels, value }: InstantSample, timeMs: number, query: RuleQuery): Promise<MutableAlert> {
    const texts = this.#texts.plain ?? (await this.#texts.expand({ labels, value, ...this.#context }, timeMs, query));
    return {
      labels: this.#labelsOf(labels, texts.labels),
      annotations: texts.annotations,
      state: 'pending',
      value,
      activeAtMs: timeMs,
      firedAtMs: undefined,
      resolvedAtMs: undefined,
      keepFiringSinceMs: undefined,
      stateSeries: new Map(),
      forStateSeries: undefined,
    };
  }

  #labelsOf(series: Labels, own: readonly LabelPair[]): Labels {
    const known = this.#labels.get(series);
    if (known !== undefined) return known;
    const labels = Labels.fromPairs([...series.withoutName(), ...own, ['alertname', this.spec.name]]);
    if (this.#texts.plainLabels !== undefined) this.#labels.set(series, labels);
    return labels;
  }

  /** New alerts start; those that are there get the new value and text. A resolved alert that comes back starts anew. */
  #take(found: ReadonlyMap<string, MutableAlert>): void {
    for (const [key, fresh] of found) {
      const alert = this.#alerts.get(key);
      if (alert === undefined || alert.state === 'inactive') this.#alerts.set(key, fresh);
      else {
        alert.value = fresh.value;
        alert.annotations = fresh.annotations;
      }
    }
  }

  #advance(found: ReadonlyMap<string, MutableAlert>, timeMs: number, limit: number): RuleOutput {
    const series: Labels[] = [];
    const values: number[] = [];
    let active = 0;
    for (const [key, alert] of this.#alerts) {
      if (found.has(key)) alert.keepFiringSinceMs = undefined;
      else if (!this.#isKept(alert, timeMs)) {
        this.#resolve(key, alert, timeMs);
        continue;
      }
      active++;
      if (alert.state === 'pending' && timeMs - alert.activeAtMs >= this.spec.forMs) {
        alert.state = 'firing';
        alert.firedAtMs = timeMs;
      }
      if (!this.isRestored) continue;
      series.push(this.#stateSeries(alert), this.#forStateSeries(alert));
      values.push(1, Math.floor(alert.activeAtMs / 1000));
    }
    if (limit > 0 && active > limit) {
      this.#alerts.clear();
      throw new RuleError('rule_limit', `exceeded limit of ${limit} with ${active} alerts`, {
        hint: 'raise the `limit` of the group, or aggregate more labels away',
      });
    }
    return { series, values };
  }

  /** Whether `keep_firing_for` keeps an alert whose series is gone. The clock starts at the first evaluation without it. */
  #isKept(alert: MutableAlert, timeMs: number): boolean {
    if (alert.state !== 'firing' || this.spec.keepFiringForMs === 0) return false;
    alert.keepFiringSinceMs ??= timeMs;
    return timeMs - alert.keepFiringSinceMs < this.spec.keepFiringForMs;
  }

  #resolve(key: string, alert: MutableAlert, timeMs: number): void {
    const isOld = alert.resolvedAtMs !== undefined && timeMs - alert.resolvedAtMs > RESOLVED_RETENTION_MS;
    if (alert.state === 'pending' || isOld) this.#alerts.delete(key);
    if (alert.state === 'inactive') return;
    alert.state = 'inactive';
    alert.resolvedAtMs = timeMs;
  }

  #stateSeries(alert: MutableAlert): Labels {
    let series = alert.stateSeries.get(alert.state);
    if (series === undefined) {
      series = this.#series('ALERTS', alert, [['alertstate', alert.state]]);
      alert.stateSeries.set(alert.state, series);
    }
    return series;
  }

  #forStateSeries(alert: MutableAlert): Labels {
    alert.forStateSeries ??= this.#series('ALERTS_FOR_STATE', alert, []);
    return alert.forStateSeries;
  }

  /** The labels of the rule stand below those of the alert: one that its template emptied appears as it is written in the file. */
  #series(name: string, alert: MutableAlert, more: readonly LabelPair[]): Labels {
    const { spec } = this;
    return Labels.fromPairs([...spec.labels, ...alert.labels, [METRIC_NAME, name], ['alertname', spec.name], ...more]);
  }
}
