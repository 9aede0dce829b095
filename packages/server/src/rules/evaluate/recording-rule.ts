/** A recording rule: the result of its expression under a new name, with its labels set. */
import { Labels, METRIC_NAME } from '@sightline/model';
import type { InstantSample } from '@sightline/promql';
import type { RecordingRuleSpec } from '../rule-file/types.ts';
import { RuleError } from './errors.ts';
import type { RuleQuery } from './ports.ts';
import type { EvaluateRule, RuleOutput } from './rule.ts';
import { Turns } from './turns.ts';

export class RecordingRule implements EvaluateRule {
  readonly spec: RecordingRuleSpec;
  /** Labels of what came in to labels of what goes out: the same series come again at each evaluation. */
  #renamed = new Map<Labels, Labels>();

  constructor(spec: RecordingRuleSpec) {
    this.spec = spec;
  }

  async evaluate(timeMs: number, queryOffsetMs: number, limit: number, query: RuleQuery): Promise<RuleOutput> {
    const vector = await query(this.spec.expr, timeMs - queryOffsetMs);
    const series = await this.#rename(vector);
    if (limit > 0 && series.length > limit) {
      throw new RuleError('rule_limit', `exceeded limit of ${limit} with ${series.length} series`, {
        hint: 'raise the `limit` of the group, or aggregate more labels away',
      });
    }
    return { series, values: vector.map(({ value }) => value) };
  }

  async #rename(vector: readonly InstantSample[]): Promise<Labels[]> {
    const known = this.#renamed;
    const renamed = new Map<Labels, Labels>();
    const keys = new Set<string>();
    const out: Labels[] = [];
    const turns = new Turns();
    for (const { labels } of vector) {
      if (turns.isOver()) await turns.next();
      const result = known.get(labels) ?? this.#outputLabels(labels);
      renamed.set(labels, result);
      keys.add(result.key);
      out.push(result);
    }
    this.#renamed = renamed;
    if (keys.size === vector.length) return out;
    throw new RuleError(
      'rule_duplicate_labels',
      'vector contains metrics with the same labelset after applying rule labels',
      { hint: 'the labels of the rule hide a difference between series of its expression; aggregate that label away' },
    );
  }

  #outputLabels(labels: Labels): Labels {
    return Labels.fromPairs([...labels, [METRIC_NAME, this.spec.name], ...this.spec.labels]);
  }
}
