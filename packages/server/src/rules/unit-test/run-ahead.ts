/**
 * Evaluates the rules of a test rule by rule instead of tick by tick: each expression once as a range query over many ticks, whose
 * steps then go through the rule one after another. Only for rules of which none reads what it or a later one writes, and whose
 * expressions depend on nothing after the tick; everything else is evaluated tick by tick.
 */
import { type EvaluateOptions, evaluateRange, type Expr, timeDependenceOf, typeOf } from '@sightline/promql';
import { AlertingRule } from '../evaluate/alerting-rule.ts';
import type { RuleQuery } from '../evaluate/ports.ts';
import { hasQueryInTexts, namesWritten, readsNoneOf } from '../evaluate/reads.ts';
import { RangeSteps } from '../evaluate/range-steps.ts';
import type { Rule, RuleGroup, RuleOutcome } from '../evaluate/rule-group.ts';
import type { RuleSpec } from '../rule-file/types.ts';
import { isCertainlyEmpty } from './emptiness.ts';
import type { TestStore } from './test-store.ts';

/** Ticks evaluated at once: bounds what a result holds. */
const CHUNK = 1_000;

export interface AheadOptions {
  readonly groups: readonly RuleGroup[];
  readonly store: TestStore;
  readonly evaluation: EvaluateOptions;
  readonly firstTickMs: number;
  readonly lastTickMs: number;
  readonly stepMs: number;
  /** Called after each evaluation of an alerting rule. */
  readonly onAlerts: (rule: AlertingRule, tickMs: number) => void;
}

/** Whether the rules, in the order of their evaluation, may be evaluated one after another over all ticks. */
export function canRunAhead(rules: readonly RuleSpec[]): boolean {
  const written = new Set<string>();
  for (const rule of [...rules].reverse()) {
    for (const name of namesWritten(rule)) written.add(name);
    if (!isSelfContained(rule) || !readsNoneOf(rule.expr, written)) return false;
  }
  return true;
}

function isSelfContained(rule: RuleSpec): boolean {
  const type = typeOf(rule.expr);
  if (type !== 'vector' && type !== 'scalar') return false;
  const { isSplittable, lookAheadMs, fixed } = timeDependenceOf(rule.expr);
  if (!isSplittable || lookAheadMs > 0 || fixed !== undefined) return false;
  // A template that queries sees the store at its own tick.
  return !hasQueryInTexts(rule);
}

/**
 * Runs all ticks. False when a rule failed: the ticks before its failure are then not told apart, and the caller starts again
 * tick by tick with a fresh store. Rejects with PromqlError likewise.
 */
export async function runAhead(options: AheadOptions): Promise<boolean> {
  const { stepMs, lastTickMs } = options;
  for (let from = options.firstTickMs; from <= lastTickMs; from += CHUNK * stepMs) {
    const to = Math.min(lastTickMs, from + (CHUNK - 1) * stepMs);
    for (const group of options.groups) {
      for (const index of group.rules.keys()) {
        if (!(await runRule(options, group, index, from, to))) return false;
      }
    }
  }
  return true;
}

async function runRule(options: AheadOptions, group: RuleGroup, index: number, from: number, to: number) {
  const rule = group.rules[index] as Rule;
  const { store, stepMs } = options;
  store.nowMs = to;
  const isEmpty = isCertainlyEmpty(rule.spec.expr, (matchers) => store.hasSeries(matchers));
  if (isEmpty && group.isIdle(index)) {
    if (rule instanceof AlertingRule) for (let tick = from; tick <= to; tick += stepMs) options.onAlerts(rule, tick);
    return true;
  }
  const steps = new RangeSteps(isEmpty ? [] : await rangeOf(rule.spec.expr, options, from, to));
  const query: RuleQuery = async (_expr, timeMs) => steps.at(timeMs);
  for (let tick = from; tick <= to; tick += stepMs) {
    if (steps.isEmptyAt(tick) && group.isIdle(index)) {
      if (rule instanceof AlertingRule) options.onAlerts(rule, tick);
      continue;
    }
    store.nowMs = tick;
    const { error }: RuleOutcome = await group.evaluateRule(index, tick, { query, writer: store });
    if (error !== undefined) return false;
    if (rule instanceof AlertingRule) options.onAlerts(rule, tick);
  }
  return true;
}

async function rangeOf(expr: Expr, { evaluation, stepMs }: AheadOptions, startMs: number, endMs: number) {
  const { value } = await evaluateRange(expr, { startMs, endMs, stepMs }, evaluation);
  return value.type === 'matrix' ? value.series : [];
}
