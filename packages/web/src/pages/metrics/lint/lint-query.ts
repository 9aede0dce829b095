/** Runs the lint pass of the language package over a query as it is written. A chunk of its own: it brings the parser. */
import { lintExpr, type LintFacts, type LintFinding, parseExpr, PromqlError } from '@sightline/promql';
import type { FilledQuery } from '../../../lib/step.ts';

/** Findings with places in the query as it is written. A text that does not parse has none: its mistake is another matter. */
export function lintQuery({ text, sourceOf }: FilledQuery, facts: LintFacts): readonly LintFinding[] {
  let findings: readonly LintFinding[];
  try {
    findings = lintExpr(parseExpr(text, { enableExperimental: true }), facts);
  } catch (error) {
    if (error instanceof PromqlError) return [];
    throw error;
  }
  return findings.map(({ fix, ...finding }) => ({
    ...finding,
    span: sourceOf(finding.span),
    ...(fix === undefined ? {} : { fix: { ...fix, span: sourceOf(fix.span) } }),
  }));
}
