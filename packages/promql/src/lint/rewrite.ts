/** Texts that fixes put in place: the tree with something around it or in it. */
import { findFunction, UNKNOWN_FUNCTION } from '../parser/functions.ts';
import type { CallExpr, Expr, MatrixSelector, VectorSelector } from '../parser/ast.ts';
import { formatExpr } from '../parser/print.ts';
import type { LintFacts, LintFix } from './finding.ts';
import { intervalOf, metricOf } from './metric-kind.ts';

const DEFAULT_RANGE_MS = 300_000;

/** Four scrapes fit in, so that one may be missed; five minutes unless that is longer. */
export function goodRangeMs(selector: VectorSelector, facts: LintFacts): number {
  return Math.max(DEFAULT_RANGE_MS, 4 * (intervalOf(metricOf(selector), facts) ?? 0));
}

export function callOf(name: string, args: Expr[]): CallExpr {
  return { kind: 'call', func: findFunction(name) ?? UNKNOWN_FUNCTION, args, start: 0, end: 0 };
}

export function rangeOf(selector: VectorSelector, rangeMs: number): MatrixSelector {
  return { kind: 'matrixSelector', selector, rangeMs, rangeExpr: undefined, start: selector.start, end: selector.end };
}

export function rateFix(selector: VectorSelector, facts: LintFacts): LintFix {
  const replacement = formatExpr(callOf('rate', [rangeOf(selector, goodRangeMs(selector, facts))]));
  return { title: `Use ${replacement}`, span: spanOf(selector), replacement };
}

export function spanOf({ start, end }: { readonly start: number; readonly end: number }) {
  return { start, end };
}
