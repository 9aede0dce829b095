/** Puts a fix into the text of a query. Pure. */
import type { LintFinding, LintFix } from '@sightline/promql';

export function applyFix(text: string, { span, replacement }: LintFix): string {
  return text.slice(0, span.start) + replacement + text.slice(span.end);
}

/** The finding with a fix at the cursor, or the first one with a fix. */
export function fixAt(findings: readonly LintFinding[], cursor: number): LintFix | undefined {
  const fixable = findings.filter(({ fix }) => fix !== undefined);
  const here = fixable.find(({ span }) => span.start <= cursor && cursor <= span.end);
  return (here ?? fixable[0])?.fix;
}
