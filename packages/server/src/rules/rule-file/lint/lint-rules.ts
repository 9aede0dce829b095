/**
 * What promtool does not see in a rule file that it accepts: expressions that cannot mean what was wanted or find nothing, texts that
 * name labels their alert never has, alerts without a runbook. Each finding has its place and its fix.
 */
import { type LintFacts, lintExpr } from '@sightline/promql';
import type { Diagnostic } from '../../../lib/diagnostic.ts';
import { sortDiagnostics } from '../../../lib/diagnostic.ts';
import { type LoadRulesOptions, loadRuleFile, type RulePlaces } from '../load.ts';
import { placeInText } from '../text-place.ts';
import { added } from './added.ts';
import { lintRunbooks } from './runbooks.ts';
import { lintTemplates } from './templates.ts';

/** What is looked for. */
export interface RuleLints {
  readonly expressions: boolean;
  readonly templates: boolean;
  readonly runbooks: boolean;
}

export interface LintRulesOptions extends LoadRulesOptions {
  readonly lints: RuleLints;
  /** What is known of the data. */
  readonly facts?: LintFacts;
}

/** Warnings by place; none for a file with errors. */
export async function lintRuleFile({
  lints,
  facts = {},
  ...options
}: LintRulesOptions): Promise<readonly Diagnostic[]> {
  const places: RulePlaces[] = [];
  const { groups } = loadRuleFile({ ...options, onRule: (rule) => places.push(rule) });
  if (groups === undefined) return [];
  const found: Diagnostic[] = [];
  for (const rule of places) {
    if (lints.expressions) found.push(...added(rule, () => lintExpression(rule, facts)));
    if (lints.templates) found.push(...(await lintTemplates(rule, facts)));
  }
  if (lints.runbooks) found.push(...lintRunbooks(places));
  return sortDiagnostics(found);
}

function lintExpression({ spec, reader }: RulePlaces, facts: LintFacts): void {
  const cursor = reader.at('expr');
  if (cursor === undefined) return;
  for (const { code, severity, message, hint, span, fix } of lintExpr(spec.expr, facts)) {
    if (severity === 'info') continue;
    cursor.warn({
      code: `promql/${code}`,
      message,
      hint: fix === undefined ? hint : `${hint}: \`${fix.replacement}\``,
      span: placeInText(cursor.context.source.text, cursor.node, span.start, span.end),
    });
  }
}
