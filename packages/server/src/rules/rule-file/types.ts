/** Rule groups as a file describes them: decoded, checked and frozen; nothing in here runs. */
import type { Expr } from '@sightline/promql';
import type { Position } from '../../lib/diagnostic.ts';

export interface RuleGroupSpec {
  readonly name: string;
  /** As the user named it. */
  readonly file: string;
  /** Undefined: the global evaluation interval. */
  readonly intervalMs: number | undefined;
  /** How far in the past the expressions are evaluated; undefined: the global setting. */
  readonly queryOffsetMs: number | undefined;
  /** Most series or alerts of one rule; 0 or less is no limit. */
  readonly limit: number;
  readonly rules: readonly RuleSpec[];
}

interface RuleBase {
  readonly name: string;
  readonly expr: Expr;
  /** The expression as it stands in the file. */
  readonly exprText: string;
  /**
   * Labels of the group under those of the rule, sorted by name. An empty value is kept: it takes that label away from the
   * result.
   */
  readonly labels: readonly LabelPair[];
  readonly position: Position;
}

export type LabelPair = readonly [name: string, value: string];

export interface RecordingRuleSpec extends RuleBase {
  readonly kind: 'recording';
}

export interface AlertingRuleSpec extends RuleBase {
  readonly kind: 'alerting';
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly annotations: readonly LabelPair[];
}

export type RuleSpec = RecordingRuleSpec | AlertingRuleSpec;
