/** Rules about selectors that find nothing in data that has the metric and its labels: values that no series has. */
import { type Matcher, METRIC_NAME, quote } from '@sightline/model';
import type { VectorSelector } from '../parser/ast.ts';
import type { LintFacts, LintFinding } from './finding.ts';
import { metricOf } from './metric-kind.ts';
import { asksForAbsence } from './names.ts';
import { spanOf } from './rewrite.ts';
import { nearest } from './suggest.ts';
import type { LintRule } from './walk.ts';

/** Values that a hint lists. */
const MAX_SHOWN = 5;

export const unknownValueRule: LintRule = (node, parents, facts, findings) => {
  if (node.kind !== 'vectorSelector' || node.isLabelPick === true || asksForAbsence(parents)) return;
  const metric = metricOf(node);
  if (metric === undefined || facts.metricNames?.has(metric) === false) return;
  const known = facts.labelsOf?.(metric);
  let isExplained = false;
  for (const [index, matcher] of node.matchers.entries()) {
    if (matcher.name === METRIC_NAME || matcher.matchesEmpty()) continue;
    // That has a finding of its own.
    if (known?.has(matcher.name) === false) isExplained = true;
    const values = known?.has(matcher.name) === true ? facts.valuesOf?.(metric, matcher.name) : undefined;
    if (values === undefined || [...values].some((value) => matcher.matches(value))) continue;
    isExplained = true;
    findings.push(unknownValue(metric, matcher, values, spanOf(node.matcherSpans[index] ?? node)));
  }
  if (!isExplained) checkTogether(node, metric, facts, findings);
};

function unknownValue(
  metric: string,
  { name, op, value }: Matcher,
  values: ReadonlySet<string>,
  span: LintFinding['span'],
): LintFinding {
  const better = op === '=' ? nearest(value, values) : undefined;
  const shown = [...values].sort().slice(0, MAX_SHOWN).map(quote).join(', ');
  const more = values.size > MAX_SHOWN ? ` and ${values.size - MAX_SHOWN} more` : '';
  return {
    code: 'unknown-value',
    severity: 'warning',
    message: `no series of ${metric} has ${name}${op}${quote(value)}, so nothing matches`,
    hint: better === undefined ? `it has ${shown}${more}` : `did you mean ${quote(better)}?`,
    span,
  };
}

/** Each label alone is there, all of them on one series are not. */
function checkTogether(node: VectorSelector, metric: string, facts: LintFacts, findings: LintFinding[]): void {
  if (node.matchers.length < 3 || facts.hasSeries?.(node.matchers) !== false) return;
  findings.push({
    code: 'no-series',
    severity: 'warning',
    message: `no series of ${metric} matches all of these labels together, so nothing is found`,
    hint: 'each of them alone is there: compare the labels of one series',
    span: spanOf(node),
  });
}
