/**
 * Settles what depends on the query and not on its data: durations written as expressions become milliseconds, start(), end(),
 * range() and step() become numbers, info() gets its selector. The tree that was parsed is left as it is.
 */
import { METRIC_NAME, Matcher } from '@sightline/model';
import { PromqlError } from '../errors.ts';
import {
  type CallExpr,
  childrenOf,
  type DurationExpr,
  type DurationOperand,
  type Expr,
  type MatrixSelector,
  type SubqueryExpr,
  type VectorSelector,
} from '../parser/ast.ts';

export interface QueryBounds {
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for an instant query. */
  readonly stepMs: number;
}

const QUERY_FUNCTIONS: ReadonlySet<string> = new Set(['start', 'end', 'range', 'step']);
/** Largest duration, in seconds: the span of 64-bit nanoseconds. */
const MAX_SECONDS = 9_223_372_036;

/**
 * @throws PromqlError parse_error when a duration comes out at zero or below where that has no meaning
 */
export function resolveExpr(expr: Expr, bounds: QueryBounds): Expr {
  return isResolved(expr) ? expr : new Resolver(bounds).resolve(expr);
}

function isResolved(expr: Expr): boolean {
  switch (expr.kind) {
    case 'vectorSelector':
      return expr.offsetExpr === undefined;
    case 'matrixSelector':
      return expr.rangeExpr === undefined && isResolved(expr.selector);
    case 'subquery':
      if (expr.rangeExpr ?? expr.stepExpr ?? expr.offsetExpr) return false;
      break;
    case 'call':
      if (QUERY_FUNCTIONS.has(expr.func.name) || expr.func.name === 'info') return false;
      break;
  }
  return childrenOf(expr).every(isResolved);
}

class Resolver {
  readonly #bounds: QueryBounds;

  constructor(bounds: QueryBounds) {
    this.#bounds = bounds;
  }

  resolve(expr: Expr): Expr {
    switch (expr.kind) {
      case 'number':
      case 'string':
        return expr;
      case 'vectorSelector':
        return this.#selector(expr);
      case 'matrixSelector':
        return this.#matrix(expr);
      case 'subquery':
        return this.#subquery(expr);
      case 'paren':
      case 'unary':
        return { ...expr, expr: this.resolve(expr.expr) };
      case 'binary':
        return { ...expr, lhs: this.resolve(expr.lhs), rhs: this.resolve(expr.rhs) };
      case 'aggregate': {
        const param = expr.param === undefined ? undefined : this.resolve(expr.param);
        return { ...expr, expr: this.resolve(expr.expr), param };
      }
      case 'call':
        return this.#call(expr);
    }
  }

  #call(expr: CallExpr): Expr {
    const { name } = expr.func;
    if (QUERY_FUNCTIONS.has(name)) {
      const { start, end } = expr;
      return { kind: 'number', value: this.#queryValue(name), isDuration: false, start, end };
    }
    const args = expr.args.map((arg) => this.resolve(arg));
    return { ...expr, args: name === 'info' ? withInfoSelector(args, expr) : args };
  }

  #queryValue(name: string): number {
    const { startMs, endMs, stepMs } = this.#bounds;
    if (name === 'start') return startMs / 1000;
    if (name === 'end') return endMs / 1000;
    // A query of one moment has no step, whatever was asked for.
    if (name === 'step') return startMs === endMs ? 0 : stepMs / 1000;
    return (endMs - startMs) / 1000;
  }

  #selector(expr: VectorSelector): VectorSelector {
    return { ...expr, offsetMs: this.#offsetMs(expr), offsetExpr: undefined };
  }

  #matrix(expr: MatrixSelector): MatrixSelector {
    const rangeMs = this.#positiveMs(expr.rangeExpr, expr.rangeMs);
    return { ...expr, selector: this.#selector(expr.selector), rangeMs, rangeExpr: undefined };
  }

  #subquery(expr: SubqueryExpr): SubqueryExpr {
    return {
      ...expr,
      expr: this.resolve(expr.expr),
      rangeMs: this.#positiveMs(expr.rangeExpr, expr.rangeMs),
      rangeExpr: undefined,
      stepMs: this.#positiveMs(expr.stepExpr, expr.stepMs),
      stepExpr: undefined,
      offsetMs: this.#offsetMs(expr),
      offsetExpr: undefined,
    };
  }

  #offsetMs({ offsetMs, offsetExpr }: VectorSelector | SubqueryExpr): number {
    return offsetExpr === undefined ? offsetMs : this.#durationMs(offsetExpr);
  }

  #positiveMs(expr: DurationExpr | undefined, literalMs: number): number {
    if (expr === undefined) return literalMs;
    const ms = this.#durationMs(expr);
    if (ms <= 0) throw new PromqlError('parse_error', 'duration must be greater than 0');
    return ms;
  }

  #durationMs(expr: DurationExpr): number {
    const seconds = this.#seconds(expr);
    if (!(Math.abs(seconds) <= MAX_SECONDS)) throw new PromqlError('parse_error', 'duration is out of range');
    return Math.trunc(seconds * 1000);
  }

  #seconds(expr: DurationOperand): number {
    if (expr.kind === 'number') return expr.value;
    const { startMs, endMs, stepMs } = this.#bounds;
    if (expr.op === 'step') return stepMs / 1000;
    if (expr.op === 'range') return (endMs - startMs) / 1000;
    const right = expr.rhs === undefined ? 0 : this.#seconds(expr.rhs);
    if (expr.lhs === undefined) return expr.op === '-' ? -right : right;
    return combine(expr.op, this.#seconds(expr.lhs), right);
  }
}

function combine(op: DurationExpr['op'], left: number, right: number): number {
  if (right === 0 && op === '/') throw new PromqlError('parse_error', 'division by zero');
  if (right === 0 && op === '%') throw new PromqlError('parse_error', 'modulo by zero');
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
    case 'min_of':
      return Math.min(left, right);
    case 'max_of':
      return Math.max(left, right);
    default:
      return Number.NaN;
  }
}

/**
 * The info series are read like those of any selector, at the time of the first selector of the vector they add to. Without
 * a name they are those of target_info.
 */
function withInfoSelector(args: readonly Expr[], call: CallExpr): Expr[] {
  const [vector, pick] = args;
  if (vector === undefined) return [...args];
  const given = pick?.kind === 'vectorSelector' ? pick.matchers : [];
  const names = given.filter(({ name }) => name === METRIC_NAME);
  // What is not excluded must still be an info metric.
  const isOnlyExcluded = names.length > 0 && names.every(({ op }) => op === '!=' || op === '!~');
  const implied = isOnlyExcluded ? [new Matcher(METRIC_NAME, '=~', '.+_info')] : [];
  const first = firstSelector(vector);
  const selector: VectorSelector = {
    kind: 'vectorSelector',
    name: '',
    matchers: [...given, ...(names.length === 0 ? [new Matcher(METRIC_NAME, '=', 'target_info')] : implied)],
    matcherSpans: [],
    offsetMs: first?.offsetMs ?? 0,
    offsetExpr: undefined,
    at: first?.at,
    edge: undefined,
    isLabelPick: true,
    start: pick?.start ?? call.start,
    end: pick?.end ?? call.end,
  };
  return [vector, selector];
}

function firstSelector(expr: Expr): VectorSelector | undefined {
  if (expr.kind === 'vectorSelector') return expr;
  for (const child of childrenOf(expr)) {
    const found = firstSelector(child);
    if (found !== undefined) return found;
  }
  return undefined;
}
