/** The type check: what the grammar allows but the language does not. Messages are Prometheus's. */
import { METRIC_NAME, quote } from '@sightline/model';
import { type PromqlError, parseError } from '../errors.ts';
import {
  type AggregateExpr,
  type BinaryExpr,
  type CallExpr,
  type Expr,
  isComparison,
  isSetOp,
  type Span,
  typeOf,
  type ValueType,
  type VectorMatching,
  type VectorSelector,
} from './ast.ts';
import { aggregationOf } from './functions.ts';

const TYPE_WORDS: Readonly<Record<ValueType, string>> = {
  none: 'none',
  vector: 'instant vector',
  matrix: 'range vector',
  scalar: 'scalar',
  string: 'string',
};

/** Adds what is wrong to `errors` and settles the vector matching of binary expressions. */
export function checkExpr(text: string, expr: Expr, errors: PromqlError[]): void {
  new Checker(text, errors).check(expr);
}

class Checker {
  readonly #text: string;
  readonly #errors: PromqlError[];

  constructor(text: string, errors: PromqlError[]) {
    this.#text = text;
    this.#errors = errors;
  }

  check(expr: Expr): ValueType {
    switch (expr.kind) {
      case 'aggregate':
        this.#aggregate(expr);
        break;
      case 'binary':
        this.#binary(expr);
        break;
      case 'call':
        this.#call(expr);
        break;
      case 'paren':
        this.check(expr.expr);
        break;
      case 'unary': {
        const type = this.check(expr.expr);
        if (type !== 'scalar' && type !== 'vector') {
          const got = quote(TYPE_WORDS[type]);
          this.#error(
            `unary expression only allowed on expressions of type scalar or instant vector, got ${got}`,
            expr,
          );
        }
        break;
      }
      case 'subquery': {
        const type = this.check(expr.expr);
        if (type !== 'vector') this.#error(`subquery is only allowed on instant vector, got ${type} instead`, expr);
        break;
      }
      case 'matrixSelector':
        this.check(expr.selector);
        break;
      case 'vectorSelector':
        this.#selector(expr);
        break;
    }
    return typeOf(expr);
  }

  #error(message: string, span: Span): void {
    this.#errors.push(parseError(this.#text, span.start, span.end, message));
  }

  #expect(expr: Expr, wanted: ValueType, context: string): void {
    const type = this.check(expr);
    if (type === wanted) return;
    this.#error(`expected type ${TYPE_WORDS[wanted]} in ${context}, got ${TYPE_WORDS[type]}`, expr);
  }

  #aggregate(expr: AggregateExpr): void {
    this.#expect(expr.expr, 'vector', 'aggregation expression');
    const wanted = aggregationOf(expr.op).param;
    if (wanted !== undefined && expr.param !== undefined) this.#expect(expr.param, wanted, 'aggregation parameter');
  }

  #binary(expr: BinaryExpr): void {
    const left = this.check(expr.lhs);
    const right = this.check(expr.rhs);
    const operator = this.#operatorSpan(expr);
    if (expr.returnBool && !isComparison(expr.op)) {
      this.#error('bool modifier can only be used on comparison operators', operator);
    }
    if (isComparison(expr.op) && !expr.returnBool && left === 'scalar' && right === 'scalar') {
      this.#error('comparisons between scalars must use BOOL modifier', operator);
    }
    const matching = expr.matching;
    if (matching !== undefined && isSetOp(expr.op) && matching.card === 'one-to-one') matching.card = 'many-to-many';
    for (const label of matching?.on === true ? matching.labels : []) {
      if (matching?.include.includes(label)) {
        this.#error(`label ${quote(label)} must not occur in ON and GROUP clause at once`, operator);
      }
    }
    for (const [side, type] of [
      [expr.lhs, left],
      [expr.rhs, right],
    ] as const) {
      if (type !== 'scalar' && type !== 'vector') {
        this.#error('binary expression must contain only scalar and instant vector types', side);
      }
    }
    if (left !== 'vector' || right !== 'vector') {
      if (matching !== undefined && matching.labels.length > 0) {
        this.#error('vector matching only allowed between instant vectors', expr);
      }
      if (hasFill(matching)) this.#error('filling in missing series only allowed between instant vectors', expr);
      expr.matching = undefined;
    } else if (isSetOp(expr.op)) {
      if (matching?.card === 'one-to-many' || matching?.card === 'many-to-one') {
        this.#error(`no grouping allowed for ${quote(expr.op)} operation`, expr);
        this.#error('set operations must always be many-to-many', expr);
      }
      if (hasFill(matching)) this.#error('filling in missing series not allowed for set operators', expr);
    }
    if ((left === 'scalar' || right === 'scalar') && isSetOp(expr.op)) {
      this.#error(`set operator ${quote(expr.op)} not allowed in binary scalar expression`, expr);
    }
  }

  #operatorSpan(expr: BinaryExpr): Span {
    let start = expr.lhs.end;
    while (/\s/.test(this.#text[start] ?? '')) start++;
    let end = expr.rhs.start;
    while (end > start && /\s/.test(this.#text[end - 1] ?? '')) end--;
    return { start, end };
  }

  #call(expr: CallExpr): void {
    const { name, argTypes, variadic } = expr.func;
    const given = expr.args.length;
    if (variadic === 0 && given !== argTypes.length) {
      this.#error(`expected ${argTypes.length} argument(s) in call to ${quote(name)}, got ${given}`, expr);
    } else if (variadic !== 0) {
      const least = argTypes.length - 1;
      const most = least + variadic;
      if (given < least) {
        this.#error(`expected at least ${least} argument(s) in call to ${quote(name)}, got ${given}`, expr);
      } else if (variadic > 0 && given > most) {
        this.#error(`expected at most ${most} argument(s) in call to ${quote(name)}, got ${given}`, expr);
      }
    }
    if (name === 'info') this.#labelPick(expr);
    expr.args.forEach((arg, index) => {
      if (index >= argTypes.length && variadic === 0) return;
      const wanted = argTypes[Math.min(index, argTypes.length - 1)] as ValueType;
      this.#expect(arg, wanted, `call to function ${quote(name)}`);
    });
  }

  /** The second argument of info() names labels: a selector without a metric, which may match everything. */
  #labelPick(expr: CallExpr): void {
    const pick = expr.args[1];
    if (pick === undefined) return;
    const type = typeOf(pick);
    if (type !== 'vector') {
      this.#error(`expected type instant vector in call to function "info", got ${TYPE_WORDS[type]}`, expr);
    }
    if (pick.kind !== 'vectorSelector') this.#error('expected label selectors only', pick);
    else if (pick.name !== '') this.#error('expected label selectors only, got vector selector instead', pick);
    else pick.isLabelPick = true;
  }

  #selector(expr: VectorSelector): void {
    if (expr.name !== '') {
      for (const matcher of expr.matchers.slice(0, -1)) {
        if (matcher.name !== METRIC_NAME) continue;
        const names = `${quote(expr.name)} or ${quote(matcher.value)}`;
        this.#error(`metric name must not be set twice: ${names}`, expr);
      }
      return;
    }
    if (expr.isLabelPick === true) return;
    if (expr.matchers.every((matcher) => matcher.matchesEmpty())) {
      this.#error('vector selector must contain at least one non-empty matcher', expr);
    }
  }
}

function hasFill(matching: VectorMatching | undefined): boolean {
  return matching !== undefined && (matching.fill.lhs !== undefined || matching.fill.rhs !== undefined);
}
