/** The expression of a rule taken apart: what to draw, and the line that it is compared with. Brings the parser: load it lazily. */
import { type BinaryExpr, type Expr, formatExpr, parseExpr, PromqlError } from '@sightline/promql';

export type CompareOp = '>' | '>=' | '<' | '<=' | '==' | '!=';

export interface DrawnExpression {
  readonly text: string;
  /** Null when the rule compares with no number. */
  readonly threshold: { readonly op: CompareOp; readonly value: number } | null;
}

const FLIPPED: Readonly<Record<CompareOp, CompareOp>> = {
  '>': '<',
  '>=': '<=',
  '<': '>',
  '<=': '>=',
  '==': '==',
  '!=': '!=',
};

const isCompare = (op: string): op is CompareOp => op in FLIPPED;

/** Of `x > 1` and of `x > 1 and y` it is x that tells a story; of all else, itself. Null for what is no PromQL. */
export function drawnExpression(text: string): DrawnExpression | null {
  if (text.trim() === '') return null;
  try {
    const expr = unwrap(parseExpr(text, { enableExperimental: true }));
    return parts(expr) ?? { text, threshold: null };
  } catch (error) {
    if (error instanceof PromqlError) return null;
    throw error;
  }
}

function parts(expr: Expr): DrawnExpression | null {
  if (expr.kind !== 'binary') return null;
  // What comes after only says when the first part counts.
  if (expr.op === 'and' || expr.op === 'unless') return parts(unwrap(expr.lhs));
  return comparison(expr);
}

function comparison({ op, lhs, rhs }: BinaryExpr): DrawnExpression | null {
  if (!isCompare(op)) return null;
  const [left, right] = [numberOf(lhs), numberOf(rhs)];
  if (right !== null && left === null) return { text: formatExpr(lhs), threshold: { op, value: right } };
  if (left !== null && right === null) return { text: formatExpr(rhs), threshold: { op: FLIPPED[op], value: left } };
  return null;
}

function numberOf(expr: Expr): number | null {
  const inner = unwrap(expr);
  if (inner.kind === 'number') return inner.value;
  if (inner.kind !== 'unary') return null;
  const value = numberOf(inner.expr);
  return value === null ? null : inner.op === '-' ? -value : value;
}

function unwrap(expr: Expr): Expr {
  return expr.kind === 'paren' ? unwrap(expr.expr) : expr;
}
