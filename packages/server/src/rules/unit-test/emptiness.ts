/**
 * Expressions that certainly give nothing because a selector of them finds no series. A test loads the series of a few rules and all
 * rules of its files: most of them need not be evaluated at all. What could still fail or give a value without data is never said
 * to be empty.
 */
import type { Matcher } from '@sightline/model';
import { type CallExpr, type Expr, typeOf } from '@sightline/promql';

type HasSeries = (matchers: readonly Matcher[]) => boolean;
type IsEmpty = (hasSeries: HasSeries) => boolean;

const NEVER: IsEmpty = () => false;

/** Functions that give something for nothing, or read more than their arguments. */
const MAKES_VALUES: ReadonlySet<string> = new Set(['absent', 'absent_over_time', 'info', 'scalar', 'vector']);

const known = new WeakMap<Expr, IsEmpty>();

/** True when `expr` gives an empty vector at any time, as long as no further series appears. */
export function isCertainlyEmpty(expr: Expr, hasSeries: HasSeries): boolean {
  let isEmpty = known.get(expr);
  if (isEmpty === undefined) {
    isEmpty = typeOf(expr) === 'vector' ? emptinessOf(expr) : NEVER;
    known.set(expr, isEmpty);
  }
  return isEmpty(hasSeries);
}

function emptinessOf(expr: Expr): IsEmpty {
  switch (expr.kind) {
    case 'vectorSelector':
      return (hasSeries) => !hasSeries(expr.matchers);
    case 'matrixSelector':
      return emptinessOf(expr.selector);
    case 'subquery':
    case 'paren':
    case 'unary':
      return emptinessOf(expr.expr);
    case 'aggregate':
      // Parameters may be refused, whatever the vector holds.
      return expr.param === undefined || expr.param.kind === 'number' ? emptinessOf(expr.expr) : NEVER;
    case 'call':
      return emptinessOfCall(expr);
    case 'binary':
      return emptinessOfBinary(expr);
    default:
      return NEVER;
  }
}

function emptinessOfCall({ func, args }: CallExpr): IsEmpty {
  if (MAKES_VALUES.has(func.name)) return NEVER;
  // A text may be a bad pattern or label name, which fails without data too.
  if (args.some((arg) => typeOf(arg) === 'string')) return NEVER;
  const data = args.filter((arg) => typeOf(arg) === 'vector' || typeOf(arg) === 'matrix');
  const [only] = data;
  return data.length === 1 && only !== undefined ? emptinessOf(only) : NEVER;
}

function emptinessOfBinary(expr: Extract<Expr, { kind: 'binary' }>): IsEmpty {
  const isLhsVector = typeOf(expr.lhs) === 'vector';
  const isRhsVector = typeOf(expr.rhs) === 'vector';
  if (isLhsVector !== isRhsVector) return emptinessOf(isLhsVector ? expr.lhs : expr.rhs);
  if (!isLhsVector) return NEVER;
  const fill = expr.matching?.fill;
  if (fill?.lhs !== undefined || fill?.rhs !== undefined) return NEVER;
  const lhs = emptinessOf(expr.lhs);
  const rhs = emptinessOf(expr.rhs);
  // A side with data may fail, so both have to be empty, whatever the operator.
  return (hasSeries) => lhs(hasSeries) && rhs(hasSeries);
}
