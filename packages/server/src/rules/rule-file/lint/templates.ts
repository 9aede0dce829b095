/** Texts of alerts that parse and do not work: labels that the alert never has, fields and functions that fail whatever the data. */
import { alertData, AlertTemplate, TemplateError } from '@sightline/gotemplate';
import { type LintFacts, outputLabelsOf } from '@sightline/promql';
import type { Diagnostic } from '../../../lib/diagnostic.ts';
import type { Cursor } from '../../../lib/yaml-cursor.ts';
import { closest } from '../../../lib/yaml-suggest.ts';
import type { RulePlaces } from '../load.ts';
import { placeInText } from '../text-place.ts';
import type { AlertingRuleSpec } from '../types.ts';
import { added } from './added.ts';

const LABEL = /(?:\$labels|\.Labels)\.([A-Za-z_][A-Za-z0-9_]*)|index\s+(?:\$labels|\.Labels)\s+"([^"]+)"/g;
/** Failures that no other data would avoid. */
const CERTAIN = /can't evaluate field|wrong number of args|wrong type|incompatible types|has arguments but cannot/;
/** Labels that the series have, but not the alert of them. */
const NAME = '__name__';

export async function lintTemplates(rule: RulePlaces, facts: LintFacts): Promise<readonly Diagnostic[]> {
  const { spec, reader } = rule;
  if (spec.kind !== 'alerting') return [];
  const labels = outputLabelsOf(spec.expr, facts.labelsOf);
  const texts = ['labels', 'annotations'].flatMap((key) => reader.at(key)?.entries() ?? []);
  const found: Diagnostic[] = [];
  for (const cursor of texts) {
    const text = cursor.node.kind === 'scalar' ? cursor.node.text : '';
    if (!text.includes('{{')) continue;
    const failure = await failureOf(spec.name, text, labels ?? new Set());
    found.push(
      ...added(rule, () => {
        if (labels !== undefined) checkLabels(cursor, text, labels, spec);
        if (failure !== undefined) reportFailure(cursor, failure);
      }),
    );
  }
  return found;
}

function checkLabels(cursor: Cursor, text: string, labels: ReadonlySet<string>, spec: AlertingRuleSpec): void {
  for (const match of text.matchAll(LABEL)) {
    const label = match[1] ?? match[2] ?? '';
    // What only works with the label may also be guarded by it: `{{ if $labels.x }}`.
    if (labels.has(label) || isGuard(text, match.index)) continue;
    cursor.warn({
      code: 'rules/template-label',
      message: `the alert never has the label \`${label}\` of its expression, so the text is empty there`,
      hint: hintFor(label, labels, spec),
      span: placeInText(cursor.context.source.text, cursor.node, match.index, match.index + match[0].length),
    });
  }
}

function isGuard(text: string, index: number): boolean {
  return /\{\{-?\s*(?:else\s+)?(?:if|with)\s[^{}]*$/.test(text.slice(0, index));
}

function hintFor(label: string, labels: ReadonlySet<string>, { labels: own }: AlertingRuleSpec): string {
  const [, value] = own.find(([name]) => name === label) ?? [];
  if (label === NAME || label === 'alertname')
    return 'names of metrics and alerts are not in `$labels`: write the name itself';
  if (value !== undefined) return `labels that the rule sets are not in \`$labels\`: write \`${value}\` itself`;
  const better = closest(label, labels);
  if (better !== undefined) return `did you mean \`$labels.${better}\`?`;
  const kept = [...labels]
    .sort()
    .map((name) => `\`${name}\``)
    .join(', ');
  return kept === ''
    ? `the expression keeps no label: aggregate \`by (${label})\``
    : `the expression keeps ${kept}: keep \`${label}\` too`;
}

async function failureOf(name: string, text: string, labels: ReadonlySet<string>): Promise<string | undefined> {
  const data = alertData({
    labels: [...labels].map((label) => [label, '1'] as const),
    externalLabels: [],
    externalUrl: 'http://localhost',
    value: 1,
  });
  try {
    await new AlertTemplate(name, text).expand(data, {
      nowMs: 0,
      externalUrl: 'http://localhost',
      query: async () => [],
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return CERTAIN.test(error.message) ? error.message : undefined;
  }
}

function reportFailure(cursor: Cursor, failure: string): void {
  const reason = /: executing [^:]*(?:at )?(<.*)$/s.exec(failure)?.[1] ?? failure;
  cursor.warn({
    code: 'rules/template-fails',
    message: `the template fails for every alert: ${reason}`,
    hint: 'Prometheus puts an error in its place; use `$labels.name` and `$value`',
  });
}
