/** Rules about metrics and labels that do not exist, as far as the facts tell. */
import { isLegacyMetricName, METRIC_NAME, quote } from '@sightline/model';
import { type AggregateExpr, type Expr, unwrapParens, type VectorSelector } from '../parser/ast.ts';
import type { LintFacts, LintFinding } from './finding.ts';
import { metricOf, nameSpanOf } from './metric-kind.ts';
import { spanOf } from './rewrite.ts';
import { nearest } from './suggest.ts';
import type { LintRule, Parents } from './walk.ts';

/** Endings that are easily forgotten or written too much. */
const ENDINGS = ['_total', '_bucket', '_count', '_sum', '_seconds', '_bytes', '_seconds_total', '_bytes_total'];
/** Series that exist only while an alert does. */
const COMES_AND_GOES: ReadonlySet<string> = new Set(['ALERTS', 'ALERTS_FOR_STATE']);

export const unknownMetricRule: LintRule = (node, parents, facts, findings) => {
  if (node.kind !== 'vectorSelector' || node.isLabelPick === true) return;
  const { metricNames } = facts;
  const metric = metricOf(node);
  if (metricNames === undefined || metric === undefined || metric === '' || metricNames.has(metric)) return;
  if (COMES_AND_GOES.has(metric) || asksForAbsence(parents) || hasAlternative(parents)) return;
  const better = suggestMetric(metric, metricNames);
  const span = spanOf(nameSpanOf(node));
  const isPlainName = node.name !== '' && better !== undefined && isLegacyMetricName(better);
  findings.push({
    code: 'unknown-metric',
    severity: 'warning',
    message: `there is no metric ${quote(metric)}`,
    hint: better === undefined ? 'check the name, and whether its target is scraped' : `did you mean ${better}?`,
    span,
    ...(isPlainName ? { fix: { title: `Use ${better}`, span, replacement: better } } : {}),
  });
};

export function asksForAbsence(parents: Parents): boolean {
  return parents.some((parent) => parent.kind === 'call' && parent.func.name.startsWith('absent'));
}

/** `new_name or old_name`: only one of them need exist. */
function hasAlternative(parents: Parents): boolean {
  return parents.some((parent) => parent.kind === 'binary' && parent.op === 'or');
}

function suggestMetric(metric: string, names: ReadonlySet<string>): string | undefined {
  for (const ending of ENDINGS) {
    if (names.has(metric + ending)) return metric + ending;
    if (metric.endsWith(ending) && names.has(metric.slice(0, -ending.length))) return metric.slice(0, -ending.length);
  }
  return nearest(metric, names);
}

/** Label names that may stand on a metric; undefined when nobody knows. */
function labelsOf(selector: VectorSelector, facts: LintFacts): ReadonlySet<string> | undefined {
  const metric = metricOf(selector);
  const own = metric === undefined ? undefined : facts.labelsOf?.(metric);
  return own ?? (metric !== undefined && facts.metricNames?.has(metric) === false ? undefined : facts.labelNames);
}

export const unknownLabelRule: LintRule = (node, parents, facts, findings) => {
  if (node.kind === 'aggregate') checkGrouping(node, facts, findings);
  if (node.kind !== 'vectorSelector' || node.isLabelPick === true || asksForAbsence(parents)) return;
  const known = labelsOf(node, facts);
  if (known === undefined) return;
  for (const [index, matcher] of node.matchers.entries()) {
    const { name } = matcher;
    // What matches the empty text matches series without the label, which may be what is wanted.
    if (name === METRIC_NAME || known.has(name) || matcher.matchesEmpty()) continue;
    const span = spanOf(node.matcherSpans[index] ?? node);
    findings.push(unknownLabel(name, 'so nothing matches', metricOf(node), known, span));
  }
};

function checkGrouping(aggregate: AggregateExpr, facts: LintFacts, findings: LintFinding[]): void {
  if (aggregate.without) return;
  const selector = onlySelector(aggregate.expr);
  if (selector === undefined) return;
  const known = labelsOf(selector, facts);
  if (known === undefined) return;
  for (const label of aggregate.grouping) {
    if (label === METRIC_NAME || known.has(label)) continue;
    findings.push(unknownLabel(label, 'so the groups are not told apart by it', metricOf(selector), known, aggregate));
  }
}

/** The selector whose labels an expression has, when nothing in between can add others. */
function onlySelector(expr: Expr): VectorSelector | undefined {
  const node = unwrapParens(expr);
  switch (node.kind) {
    case 'vectorSelector':
      return node;
    case 'matrixSelector':
      return node.selector;
    case 'call': {
      const { argTypes, name } = node.func;
      if (name.startsWith('label_') || name === 'info' || name.startsWith('absent') || name === 'histogram_quantiles') {
        return undefined;
      }
      const arg = node.args[argTypes.findIndex((type) => type === 'matrix' || type === 'vector')];
      return arg === undefined ? undefined : onlySelector(arg);
    }
    default:
      return undefined;
  }
}

function unknownLabel(
  label: string,
  consequence: string,
  metric: string | undefined,
  known: ReadonlySet<string>,
  { start, end }: { readonly start: number; readonly end: number },
): LintFinding {
  const better = nearest(label, known);
  const where = metric === undefined ? 'no series has' : `${metric} does not have`;
  return {
    code: 'unknown-label',
    severity: 'warning',
    message: `${where} the label ${label}, ${consequence}`,
    hint: better === undefined ? 'check the name of the label' : `did you mean ${better}?`,
    span: { start, end },
  };
}
