/** How long the rules here may need after a start until alerts that fired before fire again. */
import type { Labels } from '@sightline/model';
import type { RuleGroupSpec } from '../../rules/rule-file/types.ts';

export interface ReturnOptions {
  /** Of groups that give none. */
  readonly evaluationIntervalMs: number;
  /** A shorter `for` starts anew; a longer one is restored. */
  readonly forGracePeriodMs: number;
}

/** State is restored after the second evaluation; one more fires, one more may be late. */
const EVALUATIONS = 4;

/** In ms; undefined for alerts that no rule here gives. */
export function returnTimes(
  groups: readonly RuleGroupSpec[],
  options: ReturnOptions,
): (labels: Labels) => number | undefined {
  const times = new Map<string, number>();
  for (const { rules, intervalMs = options.evaluationIntervalMs } of groups) {
    for (const rule of rules) {
      if (rule.kind !== 'alerting') continue;
      const forMs = rule.forMs < options.forGracePeriodMs ? rule.forMs : 0;
      times.set(rule.name, Math.max(times.get(rule.name) ?? 0, forMs + EVALUATIONS * intervalMs));
    }
  }
  return (labels) => times.get(labels.get('alertname'));
}
