/** The tree as GET /api/v1/parse_query answers it. Source: translate_ast.go of Prometheus 3. */
import { formatFloatPlain, type Matcher } from '@sightline/model';
import type { AtModifier, Expr, VectorMatching, VectorSelector } from './ast.ts';

export function exprToJson(expr: Expr): unknown {
  switch (expr.kind) {
    case 'aggregate':
      return {
        type: 'aggregation',
        op: expr.op,
        expr: exprToJson(expr.expr),
        param: expr.param === undefined ? null : exprToJson(expr.param),
        grouping: expr.grouping,
        without: expr.without,
      };
    case 'binary':
      return {
        type: 'binaryExpr',
        op: expr.op,
        lhs: exprToJson(expr.lhs),
        rhs: exprToJson(expr.rhs),
        matching: expr.matching === undefined ? null : matchingFields(expr.matching),
        bool: expr.returnBool,
      };
    case 'call': {
      const { name, argTypes, variadic, returnType } = expr.func;
      return { type: 'call', func: { name, argTypes, variadic, returnType }, args: expr.args.map(exprToJson) };
    }
    case 'matrixSelector':
      return { type: 'matrixSelector', range: expr.rangeMs, ...selectorFields(expr.selector) };
    case 'vectorSelector':
      return { type: 'vectorSelector', ...selectorFields(expr) };
    case 'subquery':
      return {
        type: 'subquery',
        expr: exprToJson(expr.expr),
        range: expr.rangeMs,
        step: expr.stepMs,
        ...shiftFields(expr),
      };
    case 'number':
      return { type: 'numberLiteral', val: formatFloatPlain(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'paren':
      return { type: 'parenExpr', expr: exprToJson(expr.expr) };
    case 'unary':
      return { type: 'unaryExpr', op: expr.op, expr: exprToJson(expr.expr) };
  }
}

function selectorFields(selector: VectorSelector): object {
  return {
    name: selector.name,
    matchers: selector.matchers.map(({ name, value, op }: Matcher) => ({ name, value, type: op })),
    ...shiftFields(selector),
    anchored: selector.edge === 'anchored',
    smoothed: selector.edge === 'smoothed',
  };
}

function matchingFields({ card, labels, on, include, fill }: VectorMatching): object {
  return { card, labels, on, include, fillValues: { lhs: fill.lhs ?? null, rhs: fill.rhs ?? null } };
}

function shiftFields({ offsetMs, at }: { offsetMs: number; at: AtModifier | undefined }): object {
  return {
    offset: offsetMs,
    timestamp: at?.kind === 'time' ? at.ms : null,
    startOrEnd: at === undefined || at.kind === 'time' ? null : at.kind,
  };
}
