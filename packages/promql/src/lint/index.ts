/**
 * The lint pass: finds what is valid PromQL but cannot mean what was wanted. Pure and fast, so that an editor can run it on
 * each key. Rules prefer silence to a false alarm.
 */
import type { Expr } from '../parser/ast.ts';
import type { LintFacts, LintFinding } from './finding.ts';
import { RULES } from './rules.ts';
import { visit } from './walk.ts';

/** Most findings reported for one expression. */
const MAX_FINDINGS = 100;

/** What is suspicious in a checked tree, in order of place. Offsets are those of the text the tree was parsed from. */
export function lintExpr(expr: Expr, facts: LintFacts = {}): LintFinding[] {
  const findings: LintFinding[] = [];
  visit(expr, (node, parents) => {
    if (findings.length >= MAX_FINDINGS) return;
    for (const rule of RULES) rule(node, parents, facts, findings);
  });
  return findings.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end).slice(0, MAX_FINDINGS);
}
