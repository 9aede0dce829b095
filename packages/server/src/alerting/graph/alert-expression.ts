/** The expression of an alert, taken from the link that its sender gave, and what of it is worth drawing. */
import { type BinaryExpr, type Expr, formatExpr, parseExpr, PromqlError } from '@sightline/promql';

export interface DrawnExpression {
  readonly text: string;
  /** What the rule compares with. */
  readonly threshold?: number;
}

/** Prometheus's links have the expression in `g0.expr`, as Sightline's own have. */
export function expressionOfLink(generatorUrl: string): string | undefined {
  if (!URL.canParse(generatorUrl)) return undefined;
  const text = new URL(generatorUrl).searchParams.get('g0.expr');
  return text === null || text === '' ? undefined : text;
}

const COMPARISONS: ReadonlySet<string> = new Set(['>', '>=', '<', '<=', '==', '!=']);

/** Of `x > 1` it is x that tells a story, and 1 is a line; of all else, itself. Undefined when the text is no PromQL. */
export function drawnExpression(text: string): DrawnExpression | undefined {
  try {
    const expr = unwrap(parseExpr(text));
    return (expr.kind === 'binary' ? comparisonParts(expr) : undefined) ?? { text };
  } catch (error) {
    if (error instanceof PromqlError) return undefined;
    throw error;
  }
}

function comparisonParts({ op, lhs, rhs }: BinaryExpr): DrawnExpression | undefined {
  if (!COMPARISONS.has(op)) return undefined;
  const [left, right] = [numberOf(lhs), numberOf(rhs)];
  if (right !== undefined && left === undefined) return { text: formatExpr(lhs), threshold: right };
  if (left !== undefined && right === undefined) return { text: formatExpr(rhs), threshold: left };
  return undefined;
}

function numberOf(expr: Expr): number | undefined {
  const inner = unwrap(expr);
  if (inner.kind === 'number') return inner.value;
  if (inner.kind !== 'unary') return undefined;
  const value = numberOf(inner.expr);
  return value === undefined ? undefined : inner.op === '-' ? -value : value;
}

function unwrap(expr: Expr): Expr {
  return expr.kind === 'paren' ? unwrap(expr.expr) : expr;
}
