/** Which metric name the elements of an expression's value have, as far as the text tells. */
import { METRIC_NAME } from '@sightline/model';
import {
  type AggregateExpr,
  type BinaryExpr,
  type Expr,
  isComparison,
  typeOf,
  type VectorSelector,
} from '../parser/ast.ts';

/** Functions whose result has the names of their argument. */
export const KEEPS_NAME: ReadonlySet<string> = new Set([
  'first_over_time',
  'info',
  'label_join',
  'label_replace',
  'last_over_time',
  'sort',
  'sort_by_label',
  'sort_by_label_desc',
  'sort_desc',
]);
const PICKS_ELEMENTS: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

/** The one name that every element has, '' when none has a name, undefined when names may differ. */
export function nameOf(expr: Expr): string | undefined {
  switch (expr.kind) {
    case 'vectorSelector':
      return nameOfSelector(expr);
    case 'matrixSelector':
      return nameOfSelector(expr.selector);
    case 'subquery':
    case 'paren':
      return nameOf(expr.expr);
    case 'unary':
      return expr.op === '+' ? nameOf(expr.expr) : '';
    case 'aggregate':
      return nameOfAggregate(expr);
    case 'binary':
      return nameOfBinary(expr);
    case 'call': {
      if (!KEEPS_NAME.has(expr.func.name)) return '';
      const setsName = expr.func.name.startsWith('label_') && isText(expr.args[1], METRIC_NAME);
      return setsName || expr.args[0] === undefined ? undefined : nameOf(expr.args[0]);
    }
    default:
      return '';
  }
}

function isText(expr: Expr | undefined, text: string): boolean {
  return expr?.kind === 'string' && expr.value === text;
}

function nameOfSelector({ matchers }: VectorSelector): string | undefined {
  return matchers.find(({ name, op }) => name === METRIC_NAME && op === '=')?.value;
}

function nameOfAggregate(expr: AggregateExpr): string | undefined {
  if (PICKS_ELEMENTS.has(expr.op)) return nameOf(expr.expr);
  if (expr.op === 'count_values' && isText(expr.param, METRIC_NAME)) return undefined;
  return !expr.without && expr.grouping.includes(METRIC_NAME) ? nameOf(expr.expr) : '';
}

function nameOfBinary({ op, lhs, rhs, matching, returnBool }: BinaryExpr): string | undefined {
  if (matching === undefined) {
    return isComparison(op) && !returnBool ? nameOf(typeOf(lhs) === 'scalar' ? rhs : lhs) : '';
  }
  if (op === 'or') return nameOf(lhs) === nameOf(rhs) ? nameOf(lhs) : undefined;
  if (op === 'and' || op === 'unless') return nameOf(lhs);
  if (matching.include.includes(METRIC_NAME)) return undefined;
  if (!isComparison(op) || returnBool) return '';
  return nameOf(matching.card === 'one-to-many' ? rhs : lhs);
}
