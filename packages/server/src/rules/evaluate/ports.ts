/** What the evaluation of rules needs of the outside: queries, a place to write to. It has no clock and knows no store. */
import type { Labels } from '@sightline/model';
import type { Expr, InstantSample } from '@sightline/promql';

/**
 * The vector that an expression gives at a time; a scalar is one sample without labels.
 * Rejects with PromqlError or RuleError for everything that fails the rule.
 */
export type RuleQuery = (expr: Expr | string, timeMs: number) => Promise<readonly InstantSample[]>;

/** What one evaluation of one rule writes, all at one time. Label sets are unique within it. */
export interface RuleBatch {
  readonly timeMs: number;
  readonly series: readonly Labels[];
  /** One for each of `series`. */
  readonly values: readonly number[];
  /** Series of the evaluation before that are gone: they get a staleness marker. */
  readonly vanished: readonly Labels[];
}

export interface WriteResult {
  /** Places in `series` whose sample was not taken. A marker that is not taken is no error: another rule may write that series. */
  readonly refused: readonly number[];
  /** Why, for the last of them. */
  readonly reason: string;
}

export interface RuleWriter {
  /** Undefined when all samples were taken. Rejects when nothing could be written. */
  write(batch: RuleBatch): Promise<WriteResult | undefined> | WriteResult | undefined;
}
