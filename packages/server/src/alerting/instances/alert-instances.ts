/**
 * Alerts as people see them: what was reported joined with what the rules here say, with what holds each one back, worst first.
 * Shapes: @sightline/api-types.
 */
import type { AlertAcknowledgement, AlertInstance, AlertInstanceState, AlertList } from '@sightline/api-types';
import type { Labels } from '@sightline/model';
import { Turns } from '../../rules/evaluate/turns.ts';
import { type Alert, isResolvedAt } from '../alert.ts';
import type { AlertManager } from '../alert-manager.ts';
import { ExpressionBook } from './expression-facts.ts';
import { type RuleAlert, type RuleAlertSource, RuleAlerts } from './rule-alerts.ts';

/** What people said about alerts, and which belong together. */
interface AlertMarks {
  acknowledgement(fingerprint: string): AlertAcknowledgement | undefined;
  incidentId(fingerprint: string): string | undefined;
}

export interface AlertInstancesParts {
  readonly manager: AlertManager;
  readonly rules: RuleAlertSource;
  readonly marks: AlertMarks;
  /** Unix ms. */
  readonly now: () => number;
}

export class AlertInstances {
  readonly #parts: AlertInstancesParts;
  readonly #rules: RuleAlerts;
  readonly #expressions = new ExpressionBook();

  constructor(parts: AlertInstancesParts) {
    this.#parts = parts;
    this.#rules = new RuleAlerts(parts.rules);
  }

  /** Worst first. */
  async all(): Promise<AlertInstance[]> {
    const byRule = await this.#rules.active();
    const nowMs = this.#parts.now();
    const found: AlertInstance[] = [];
    const turns = new Turns();
    for (const alert of this.#parts.manager.alerts) {
      if (turns.isOver()) await turns.next();
      const own = byRule.get(alert.fingerprint);
      byRule.delete(alert.fingerprint);
      found.push(this.#merged(alert, own, nowMs));
    }
    for (const own of byRule.values()) {
      if (turns.isOver()) await turns.next();
      found.push(this.#ofRule(own, nowMs));
    }
    return worstFirst(found);
  }

  async get(fingerprint: string): Promise<AlertInstance | undefined> {
    const own = (await this.#rules.active()).get(fingerprint);
    const alert = this.#parts.manager.alerts.get(fingerprint);
    const nowMs = this.#parts.now();
    if (alert !== undefined) return this.#merged(alert, own, nowMs);
    return own === undefined ? undefined : this.#ofRule(own, nowMs);
  }

  /** The rule's own view of an alert that is pending or fires. */
  async ruleAlert(fingerprint: string): Promise<RuleAlert | undefined> {
    return (await this.#rules.active()).get(fingerprint);
  }

  /** An alert that is over, of which only labels and times are known; the rest is what the rules say today. */
  ofLabels(
    fingerprint: string,
    labels: Labels,
    { startsAtMs, endsAtMs }: { readonly startsAtMs: number; readonly endsAtMs: number },
  ): AlertInstance {
    const found = this.#rules.named(labels.get('alertname'));
    const annotations = found === undefined ? [] : found.spec.annotations.filter(([, text]) => !text.includes('{{'));
    return {
      ...this.#identity(fingerprint, labels, Object.fromEntries(annotations)),
      ...this.#held(labels).by,
      silencedBy: [],
      inhibitedBy: [],
      mutedBy: [],
      state: 'resolved',
      startsAtMs,
      endsAtMs,
      updatedAtMs: endsAtMs,
      value: null,
      generatorUrl: '',
      ...this.#expressions.ofText(found?.spec.exprText ?? ''),
      rule: found === undefined ? null : { file: found.group.file, group: found.group.name, name: found.spec.name },
    };
  }

  async list(): Promise<AlertList> {
    const alerts = await this.all();
    const counts = { pending: 0, firing: 0, silenced: 0, inhibited: 0, muted: 0, resolved: 0 };
    for (const { state } of alerts) counts[state]++;
    return { nowMs: this.#parts.now(), alerts, counts, ...ruleFacts(this.#rules) };
  }

  #merged(alert: Alert, own: RuleAlert | undefined, nowMs: number): AlertInstance {
    // One that was over and is pending again: that it is pending is the news.
    if (isResolvedAt(alert, nowMs) && own !== undefined) return this.#ofRule(own, nowMs);
    const isOver = isResolvedAt(alert, nowMs);
    const held = this.#held(alert.labels);
    return {
      ...this.#identity(alert.fingerprint, alert.labels, alert.annotations.toObject()),
      ...held.by,
      state: isOver ? 'resolved' : held.state,
      startsAtMs: alert.startsAtMs,
      endsAtMs: isOver ? alert.endsAtMs : null,
      updatedAtMs: alert.updatedAtMs,
      generatorUrl: alert.generatorUrl,
      ...(own === undefined
        ? this.#expressions.ofLink(alert.generatorUrl)
        : this.#expressions.ofText(own.spec.exprText)),
      ...ruleOf(own),
    };
  }

  /** Pending, or not yet taken by the alert manager. */
  #ofRule(own: RuleAlert, nowMs: number): AlertInstance {
    const { alert, labels, fingerprint, group, spec } = own;
    const held = this.#held(labels);
    return {
      ...this.#identity(fingerprint, labels, Object.fromEntries(alert.annotations)),
      ...held.by,
      state: alert.state === 'pending' ? 'pending' : held.state,
      startsAtMs: alert.firedAtMs ?? alert.activeAtMs,
      endsAtMs: null,
      updatedAtMs: group.lastEvaluationMs ?? nowMs,
      generatorUrl: '',
      ...this.#expressions.ofText(spec.exprText),
      ...ruleOf(own),
    };
  }

  #identity(fingerprint: string, labels: Labels, annotations: Readonly<Record<string, string>>) {
    const { marks } = this.#parts;
    return {
      fingerprint,
      name: labels.get('alertname'),
      labels: labels.toObject(),
      annotations,
      runbookUrl: annotations['runbook_url'] ?? '',
      acknowledgement: marks.acknowledgement(fingerprint) ?? null,
      incidentId: marks.incidentId(fingerprint) ?? null,
    };
  }

  #held(labels: Labels) {
    const { manager } = this.#parts;
    const routes = manager.route.match(labels);
    const { inhibitedBy, silencedBy } = manager.suppression(labels);
    const muted = routes.map((route) => manager.mutedBy(route));
    const by = {
      receivers: [...new Set(routes.map(({ receiver }) => receiver))],
      silencedBy: silencedBy.map(({ id }) => id),
      inhibitedBy: [...new Set(inhibitedBy.map(({ fingerprint }) => fingerprint))],
      mutedBy: [...new Set(muted.flat())],
    };
    // An alert that one of its routes lets through is not muted.
    const isMuted = muted.length > 0 && muted.every((names) => names.length > 0);
    const state: AlertInstanceState =
      by.silencedBy.length > 0 ? 'silenced' : by.inhibitedBy.length > 0 ? 'inhibited' : isMuted ? 'muted' : 'firing';
    return { by, state };
  }
}

function ruleOf(own: RuleAlert | undefined): Pick<AlertInstance, 'value' | 'rule'> {
  if (own === undefined) return { value: null, rule: null };
  const { alert, group, spec } = own;
  return {
    value: Number.isFinite(alert.value) ? alert.value : null,
    rule: { file: group.file, group: group.name, name: spec.name },
  };
}

function ruleFacts({ groups }: RuleAlerts): Pick<AlertList, 'ruleCount' | 'lastEvaluationMs' | 'failingRules'> {
  let ruleCount = 0;
  let lastEvaluationMs: number | null = null;
  const failingRules: AlertList['failingRules'][number][] = [];
  for (const { file, name: group, rules, lastEvaluationMs: ranMs } of groups) {
    ruleCount += rules.length;
    if (ranMs !== undefined) lastEvaluationMs = Math.max(lastEvaluationMs ?? ranMs, ranMs);
    for (const { rule, history } of rules) {
      const error = history.at(-1)?.error;
      if (error !== undefined) failingRules.push({ file, group, name: rule.spec.name, error });
    }
  }
  return { ruleCount, lastEvaluationMs, failingRules };
}

const STATE_ORDER: readonly AlertInstanceState[] = ['firing', 'pending', 'silenced', 'inhibited', 'muted', 'resolved'];
const SEVERITY_ORDER: Readonly<Record<string, number>> = {
  critical: 0,
  page: 0,
  error: 1,
  warning: 1,
  info: 3,
  none: 3,
};
const UNKNOWN_SEVERITY = 2;

/** What asks for attention before what does not; critical before warning before the rest; older before newer. */
function worstFirst(alerts: readonly AlertInstance[]): AlertInstance[] {
  const ranked = alerts.map((alert) => ({ alert, rank: rankOf(alert) }));
  ranked.sort(
    (a, b) =>
      a.rank - b.rank ||
      a.alert.startsAtMs - b.alert.startsAtMs ||
      (a.alert.fingerprint < b.alert.fingerprint ? -1 : 1),
  );
  return ranked.map(({ alert }) => alert);
}

function rankOf(alert: AlertInstance): number {
  return (attention(alert) * 10 + severity(alert)) * 10 + STATE_ORDER.indexOf(alert.state);
}

/** Firing, then what will or would fire, then what is over. */
function attention({ state }: AlertInstance): number {
  return state === 'firing' ? 0 : state === 'resolved' ? 2 : 1;
}

function severity({ labels }: AlertInstance): number {
  return SEVERITY_ORDER[(labels['severity'] ?? '').toLowerCase()] ?? UNKNOWN_SEVERITY;
}
