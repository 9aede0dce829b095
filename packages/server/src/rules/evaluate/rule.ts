/** What recording and alerting rules have in common. */
import type { Labels } from '@sightline/model';
import type { RuleQuery } from './ports.ts';

/** Samples that a rule gives at its time. */
export interface RuleOutput {
  readonly series: readonly Labels[];
  readonly values: readonly number[];
}

export interface EvaluateRule {
  /**
   * One evaluation at `timeMs`, over data as of `queryOffsetMs` before.
   * @param limit most series or alerts, 0 for any number
   * @throws RuleError, PromqlError: the rule failed and gives nothing
   */
  evaluate(timeMs: number, queryOffsetMs: number, limit: number, query: RuleQuery): Promise<RuleOutput>;
}
