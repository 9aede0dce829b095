/** Rules about ranges beside the scrape interval. */
import { formatDuration } from '@sightline/model';
import { type CallExpr, type MatrixSelector, unwrapParens } from '../parser/ast.ts';
import { formatExpr } from '../parser/print.ts';
import type { LintFacts, LintFinding } from './finding.ts';
import { intervalOf, metricOf } from './metric-kind.ts';
import { goodRangeMs, spanOf } from './rewrite.ts';
import type { LintRule } from './walk.ts';

/** Functions that need two samples in the range. */
const NEEDS_TWO: ReadonlySet<string> = new Set([
  'rate',
  'irate',
  'increase',
  'delta',
  'idelta',
  'deriv',
  'predict_linear',
  'double_exponential_smoothing',
]);
const LAST_TWO: ReadonlySet<string> = new Set(['irate', 'idelta']);
const LONG_MS = 600_000;
const LONG_INTERVALS = 20;

export const rangeRule: LintRule = (node, _parents, facts, findings) => {
  if (node.kind !== 'call') return;
  const arg = node.args[node.func.argTypes.indexOf('matrix')];
  const range = arg === undefined ? undefined : unwrapParens(arg);
  if (range?.kind !== 'matrixSelector' || range.rangeExpr !== undefined) return;
  const intervalMs = intervalOf(metricOf(range.selector), facts);
  if (intervalMs !== undefined) checkShort(node, range, intervalMs, facts, findings);
  if (LAST_TWO.has(node.func.name)) checkLong(node, range, intervalMs, findings);
};

function checkShort(
  call: CallExpr,
  range: MatrixSelector,
  intervalMs: number,
  facts: LintFacts,
  findings: LintFinding[],
): void {
  const { name } = call.func;
  const needed = NEEDS_TWO.has(name) ? 2 : 1;
  if (range.selector.edge !== undefined || range.rangeMs >= needed * intervalMs) return;
  // Of a range as long as the interval one end is left out, so it never holds two samples.
  const isHopeless = needed === 2 && range.rangeMs <= intervalMs;
  const words = `${formatDuration(range.rangeMs)} with a sample every ${formatDuration(intervalMs)}`;
  const good = { ...range, rangeMs: goodRangeMs(range.selector, facts) };
  findings.push({
    code: 'range-too-short',
    severity: isHopeless ? 'error' : 'warning',
    message:
      needed === 1
        ? `${words}: at times there is no sample in the range`
        : `${words}: ${name}() needs two samples and ${isHopeless ? 'never' : 'often does not'} find them`,
    hint: `use four scrape intervals or more, such as [${formatDuration(good.rangeMs)}]`,
    span: spanOf(range),
    fix: {
      title: `Use [${formatDuration(good.rangeMs)}]`,
      span: spanOf(range),
      replacement: formatExpr(good),
    },
  });
}

function checkLong(
  call: CallExpr,
  range: MatrixSelector,
  intervalMs: number | undefined,
  findings: LintFinding[],
): void {
  if (range.rangeMs <= Math.max(LONG_MS, LONG_INTERVALS * (intervalMs ?? 0))) return;
  const { name } = call.func;
  const better = name === 'irate' ? 'rate' : 'delta';
  findings.push({
    code: 'irate-over-long-range',
    severity: 'info',
    message: `${name}() looks at the last two samples only, however long the range is`,
    hint: `use ${better}() for the whole range, or a short range`,
    span: spanOf(call),
    fix: { title: `Use ${better}()`, span: { start: call.start, end: call.start + name.length }, replacement: better },
  });
}
