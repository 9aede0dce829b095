/** Rule queries over a sample source. */
import { Labels } from '@sightline/model';
import { type EvaluateOptions, evaluateInstant } from '@sightline/promql';
import { RuleError } from './errors.ts';
import type { RuleQuery } from './ports.ts';

/** Evaluates with the given limits and look-back; the answer is what a rule takes, a vector or a scalar. */
export function createRuleQuery(options: EvaluateOptions): RuleQuery {
  return async (expr, timeMs) => {
    const { value } = await evaluateInstant(expr, timeMs, options);
    if (value.type === 'vector') return value.samples;
    if (value.type === 'scalar') return [{ labels: Labels.EMPTY, timestampMs: timeMs, value: value.value }];
    throw new RuleError('rule_result_type', 'rule result is not a vector or scalar');
  };
}
