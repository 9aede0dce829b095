/** `/api/sightline/v1/rules`, `backtests`: rules with their evaluations, and what a rule would have done. Times are Unix ms. */
import type { LabelSet } from './alerts.ts';

export interface RuleEvaluationEntry {
  readonly timeMs: number;
  readonly seconds: number;
  readonly samples: number;
  /** Null: it went well. */
  readonly error: string | null;
}

export interface RuleEntry {
  readonly kind: 'alerting' | 'recording';
  readonly name: string;
  readonly expr: string;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly health: 'unknown' | 'ok' | 'err';
  /** Null for recording rules. */
  readonly state: 'inactive' | 'pending' | 'firing' | null;
  readonly pending: number;
  readonly firing: number;
  /** The newest last, at most 20. */
  readonly evaluations: readonly RuleEvaluationEntry[];
}

export interface RuleGroupEntry {
  readonly file: string;
  readonly name: string;
  readonly intervalMs: number;
  readonly limit: number;
  readonly missedEvaluations: number;
  readonly lastEvaluationMs: number | null;
  readonly lastSeconds: number;
  readonly rules: readonly RuleEntry[];
}

/** `GET rules`. */
export interface RuleGroups {
  readonly nowMs: number;
  readonly groups: readonly RuleGroupEntry[];
}

/** `POST backtests`. Either `yaml`, a file of rules, or `rule`, one that runs here. */
export interface BacktestRequest {
  readonly yaml?: string;
  readonly rule?: { readonly file: string; readonly group: string; readonly name: string };
  readonly startMs: number;
  readonly endMs: number;
}

export interface BacktestStatus {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed' | 'canceled';
  /** From 0 to 1. */
  readonly progress: number;
  readonly error: string | null;
  /** Messages of all rules together, once done: one about alerts of several rules counts once. */
  readonly notifications: readonly { readonly receiver: string; readonly count: number }[];
  /** Of alerting rules, once done. */
  readonly rules: readonly BacktestRule[];
}

export interface BacktestRule {
  readonly group: string;
  readonly name: string;
  /** Times an instance began to fire, over all instances. */
  readonly firedCount: number;
  readonly firingMs: number;
  readonly longestMs: number;
  /** Messages after grouping and routing, by receiver. */
  readonly notifications: readonly { readonly receiver: string; readonly count: number }[];
  /** The 100 that fired longest. */
  readonly instances: readonly {
    readonly labels: LabelSet;
    readonly spans: readonly { readonly fromMs: number; readonly toMs: number }[];
  }[];
  readonly instanceCount: number;
  /** Times at which the expression could not be evaluated, and the error of the first; null without any. */
  readonly failedEvaluations: number;
  readonly error: string | null;
}

/** `POST rules/check`: reads a file of rules and loads nothing. */
export interface RuleCheckRequest {
  readonly yaml: string;
}

export interface RuleCheck {
  /** It could be loaded: there is no error, warnings at most. */
  readonly isValid: boolean;
  readonly ruleCount: number;
  readonly findings: readonly {
    readonly severity: 'error' | 'warning';
    readonly code: string;
    readonly message: string;
    /** '' when there is none. */
    readonly hint: string;
    /** From 1; null where it is about the file. */
    readonly line: number | null;
    readonly column: number | null;
  }[];
}
