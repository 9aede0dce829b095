/** Which series a rule reads and writes, by name: what decides whether rules may go on before others are stored. */
import { METRIC_NAME } from '@sightline/model';
import { childrenOf, type Expr } from '@sightline/promql';
import type { RuleSpec } from '../rule-file/types.ts';

const STATE_SERIES = ['ALERTS', 'ALERTS_FOR_STATE'];

export function namesWritten(rule: RuleSpec): readonly string[] {
  return rule.kind === 'recording' ? [rule.name] : STATE_SERIES;
}

/** False for an expression that could read one of them; one with a selector that names no metric could read all. */
export function readsNoneOf(expr: Expr, names: ReadonlySet<string>): boolean {
  if (expr.kind !== 'vectorSelector') return childrenOf(expr).every((child) => readsNoneOf(child, names));
  const name = expr.matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.op === '=')?.value;
  return name !== undefined && !names.has(name);
}

/** Whether a text of the rule may run queries of its own. */
export function hasQueryInTexts(rule: RuleSpec): boolean {
  const texts = rule.kind === 'alerting' ? [...rule.labels, ...rule.annotations] : [];
  return texts.some(([, text]) => /\bquery\b/.test(text));
}

/** For each rule of a group in its order: whether a later one may read what it writes. */
export function areRead(rules: readonly RuleSpec[]): boolean[] {
  return rules.map((rule, index) => {
    const names = new Set(namesWritten(rule));
    return rules.slice(index + 1).some((later) => hasQueryInTexts(later) || !readsNoneOf(later.expr, names));
  });
}
