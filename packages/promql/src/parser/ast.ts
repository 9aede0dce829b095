/** The typed tree of a PromQL expression. Every node knows its place in the text (UTF-16 offsets, end exclusive). */
import type { Matcher } from '@sightline/model';

export type ValueType = 'none' | 'vector' | 'scalar' | 'matrix' | 'string';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `@ 1600000000`, `@ start()` or `@ end()`. */
export type AtModifier = { readonly kind: 'time'; readonly ms: number } | { readonly kind: 'start' | 'end' };

interface TimeShift {
  /** Positive looks into the past. 0 while `offsetExpr` is not resolved. */
  offsetMs: number;
  /** The offset when it was written as an expression. */
  offsetExpr: DurationExpr | undefined;
  at: AtModifier | undefined;
}

export interface NumberLiteral extends Span {
  kind: 'number';
  start: number;
  end: number;
  value: number;
  /** Written as a duration (`5m`), value in seconds. */
  isDuration: boolean;
}

export type DurationOp = '+' | '-' | '*' | '/' | '%' | '^' | 'min_of' | 'max_of' | 'step' | 'range';
export type DurationOperand = NumberLiteral | DurationExpr;

/** Arithmetic in a range, a step or an offset: `5m * 2`, `-step()`, `max_of(range(), 1h)`. Its value is in seconds. */
export interface DurationExpr extends Span {
  kind: 'duration';
  op: DurationOp;
  /** Undefined for a sign, for step() and for range(). */
  lhs: DurationOperand | undefined;
  /** Undefined for step() and range(). */
  rhs: DurationOperand | undefined;
  isWrapped: boolean;
}

export interface StringLiteral extends Span {
  kind: 'string';
  value: string;
}

export interface VectorSelector extends TimeShift {
  kind: 'vectorSelector';
  start: number;
  end: number;
  /** The name outside the braces, '' when there is none. */
  name: string;
  /** All matchers in order; the one for `name` comes last. */
  matchers: Matcher[];
  /** Where the matchers stand in the text, in their order. The last one, for `name`, is where the name stands. */
  matcherSpans: readonly Span[];
  /** What happens at the edges of the window; undefined for the usual extrapolation. */
  edge: 'anchored' | 'smoothed' | undefined;
  /** Picks labels for info() instead of samples, so it may match everything. */
  isLabelPick?: true;
}

export interface MatrixSelector {
  kind: 'matrixSelector';
  start: number;
  end: number;
  /** Carries offset and @ of the whole. */
  selector: VectorSelector;
  /** 0 while `rangeExpr` is not resolved. */
  rangeMs: number;
  rangeExpr: DurationExpr | undefined;
}

export interface SubqueryExpr extends TimeShift {
  kind: 'subquery';
  start: number;
  end: number;
  expr: Expr;
  /** 0 while `rangeExpr` is not resolved. */
  rangeMs: number;
  rangeExpr: DurationExpr | undefined;
  /** 0 means the default step, or that `stepExpr` is not resolved. */
  stepMs: number;
  stepExpr: DurationExpr | undefined;
}

export interface ParenExpr extends Span {
  kind: 'paren';
  expr: Expr;
}

export interface UnaryExpr extends Span {
  kind: 'unary';
  op: '+' | '-';
  expr: Expr;
}

export type ArithmeticOp = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
export type ComparisonOp = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type SetOp = 'and' | 'or' | 'unless';
/** Cuts observations off a native histogram, above or below a value. */
export type TrimOp = '</' | '>/';
export type BinaryOp = ArithmeticOp | ComparisonOp | SetOp | TrimOp;

export type Cardinality = 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';

export interface VectorMatching {
  card: Cardinality;
  on: boolean;
  labels: string[];
  /** Labels that group_left/group_right copies from the "one" side. */
  include: string[];
  /** Values that stand in for a series missing on the left or the right. */
  fill: { readonly lhs: number | undefined; readonly rhs: number | undefined };
}

export interface BinaryExpr extends Span {
  kind: 'binary';
  op: BinaryOp;
  lhs: Expr;
  rhs: Expr;
  returnBool: boolean;
  /** Undefined unless both sides are instant vectors. */
  matching: VectorMatching | undefined;
}

export type AggregateOp =
  | 'sum'
  | 'avg'
  | 'count'
  | 'min'
  | 'max'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'count_values'
  | 'quantile'
  | 'limitk'
  | 'limit_ratio';

export interface AggregateExpr extends Span {
  kind: 'aggregate';
  op: AggregateOp;
  expr: Expr;
  param: Expr | undefined;
  grouping: string[];
  without: boolean;
}

export interface CallExpr extends Span {
  kind: 'call';
  func: FunctionSignature;
  args: Expr[];
}

export interface FunctionSignature {
  readonly name: string;
  readonly argTypes: readonly ValueType[];
  /** 0: exactly argTypes; n > 0: the last type may be left out or given up to n times; -1: any number of times. */
  readonly variadic: number;
  readonly returnType: ValueType;
  readonly isExperimental: boolean;
  /** One line for editors. */
  readonly doc: string;
}

export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | SubqueryExpr
  | ParenExpr
  | UnaryExpr
  | BinaryExpr
  | AggregateExpr
  | CallExpr;

export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vectorSelector':
    case 'aggregate':
      return 'vector';
    case 'matrixSelector':
    case 'subquery':
      return 'matrix';
    case 'paren':
    case 'unary':
      return typeOf(expr.expr);
    case 'binary':
      return typeOf(expr.lhs) === 'scalar' && typeOf(expr.rhs) === 'scalar' ? 'scalar' : 'vector';
    case 'call':
      return expr.func.returnType;
  }
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const SET_OPS: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

export function isComparison(op: BinaryOp): op is ComparisonOp {
  return COMPARISONS.has(op);
}

export function isSetOp(op: BinaryOp): op is SetOp {
  return SET_OPS.has(op);
}

export function isTrim(op: BinaryOp): op is TrimOp {
  return op === '</' || op === '>/';
}

export function unwrapParens(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === 'paren') inner = inner.expr;
  return inner;
}

/** The direct sub-expressions, left to right. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vectorSelector':
      return [];
    case 'matrixSelector':
      return [expr.selector];
    case 'subquery':
    case 'paren':
    case 'unary':
      return [expr.expr];
    case 'binary':
      return [expr.lhs, expr.rhs];
    case 'aggregate':
      return expr.param === undefined ? [expr.expr] : [expr.param, expr.expr];
    case 'call':
      return expr.args;
  }
}
