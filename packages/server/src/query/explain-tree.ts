/** The tree of a traced query as explain shows it: each node with its text, its place and what it took. */
import type { ExplainFigures, ExplainNode, ExplainSelector } from '@sightline/api-types';
import { childrenOf, type Expr, formatExpr, type QueryTrace, typeOf, type VectorSelector } from '@sightline/promql';

/** Texts of nodes are cut here: nested nodes repeat the text of their operands. */
const MAX_TEXT = 300;

export function explainTree(expr: Expr, trace: QueryTrace): ExplainNode {
  return {
    span: { start: expr.start, end: expr.end },
    kind: expr.kind,
    label: cut(formatExpr(withoutOperands(expr))),
    text: cut(formatExpr(expr)),
    valueType: typeOf(expr),
    figures: figuresOf(expr, trace),
    selector: selectorOf(expr, trace),
    children: operandsOf(expr).map((child) => explainTree(child, trace)),
  };
}

function operandsOf(expr: Expr): readonly Expr[] {
  return expr.kind === 'matrixSelector' ? [] : childrenOf(expr);
}

function figuresOf(expr: Expr, trace: QueryTrace): ExplainFigures | null {
  const node = trace.nodes.get(expr);
  if (node === undefined) return null;
  const { seriesIn, seriesOut, samplesIn, samplesOut, totalMs, selfMs, bytes } = node;
  return { seriesIn, seriesOut, samplesIn, samplesOut, totalMs, selfMs, bytes };
}

function selectorOf(expr: Expr, trace: QueryTrace): ExplainSelector | null {
  if (expr.kind !== 'vectorSelector' && expr.kind !== 'matrixSelector') return null;
  const select = trace.selects.get(expr);
  if (select === undefined) return null;
  const { startMs, endMs, series, samples, readMs, examples } = select;
  const { matchers } = expr.kind === 'matrixSelector' ? expr.selector : expr;
  return {
    matchers: matchers.map(String),
    startMs,
    endMs,
    series,
    samples,
    readMs,
    examples: examples.map((labels) => labels.toObject()),
  };
}

/** Stands where an operand was; its name is printed as it is. */
const OPERAND: VectorSelector = {
  kind: 'vectorSelector',
  start: 0,
  end: 0,
  name: '…',
  matchers: [],
  matcherSpans: [],
  edge: undefined,
  offsetMs: 0,
  offsetExpr: undefined,
  at: undefined,
};

/** `rate(…)`, `sum by (job) (…)`, `… / on (job) …`. */
function withoutOperands(expr: Expr): Expr {
  switch (expr.kind) {
    case 'paren':
    case 'unary':
    case 'subquery':
      return { ...expr, expr: OPERAND };
    case 'binary':
      return { ...expr, lhs: OPERAND, rhs: OPERAND };
    case 'aggregate':
      return { ...expr, expr: OPERAND };
    case 'call':
      return { ...expr, args: expr.args.map((arg) => (isLiteral(arg) ? arg : OPERAND)) };
    default:
      return expr;
  }
}

function isLiteral({ kind }: Expr): boolean {
  return kind === 'number' || kind === 'string';
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
