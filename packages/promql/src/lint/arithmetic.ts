/** Rules about operators: divisions by nothing, comparisons that cannot be true, sides that never match. */
import { METRIC_NAME } from '@sightline/model';
import { type BinaryExpr, type Expr, isComparison, unwrapParens } from '../parser/ast.ts';
import type { LintFinding } from './finding.ts';
import { isRecorded, metricOf, numberOf } from './metric-kind.ts';
import { callOf, spanOf } from './rewrite.ts';
import { formatExpr } from '../parser/print.ts';
import type { LintRule } from './walk.ts';

export const operatorRule: LintRule = (node, _parents, _facts, findings) => {
  if (node.kind !== 'binary') return;
  checkDivisor(node, findings);
  if (isComparison(node.op)) checkComparison(node, findings);
  checkSides(node, findings);
};

function checkDivisor(node: BinaryExpr, findings: LintFinding[]): void {
  if ((node.op !== '/' && node.op !== '%') || numberOf(node.rhs) !== 0) return;
  findings.push({
    code: 'division-by-zero',
    severity: 'error',
    message: `${node.op} 0 gives infinities and NaN only`,
    hint: 'divide by something else',
    span: spanOf(node),
  });
}

function checkComparison(node: BinaryExpr, findings: LintFinding[]): void {
  const isLeft = numberOf(node.rhs) !== undefined;
  const value = numberOf(isLeft ? node.rhs : node.lhs);
  if (value === undefined) return;
  if (Number.isNaN(value) && node.op !== '!=') {
    findings.push({
      code: 'empty-comparison',
      severity: 'error',
      message: 'nothing equals NaN, nor is it above or below',
      hint: 'x != x is true for NaN only',
      span: spanOf(node),
    });
    return;
  }
  const counted = unwrapParens(isLeft ? node.lhs : node.rhs);
  if (counted.kind !== 'aggregate' || counted.op !== 'count' || node.returnBool) return;
  const op = isLeft ? node.op : mirrored(node.op);
  const isNever = (op === '==' && value < 1) || (op === '<' && value <= 1) || (op === '<=' && value < 1);
  if (!isNever) return;
  const replacement = formatExpr(callOf('absent', [counted.expr]));
  findings.push({
    code: 'empty-comparison',
    severity: 'warning',
    message: 'count() of nothing is nothing, not 0, so this is never true',
    hint: `ask ${replacement}`,
    span: spanOf(node),
    ...(counted.grouping.length === 0 && !counted.without
      ? { fix: { title: `Use ${replacement}`, span: spanOf(node), replacement } }
      : {}),
  });
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function mirrored(op: string): string {
  return MIRRORED[op] ?? op;
}

/** The labels of the elements of a vector: exactly some, or those of scraped series; undefined when nobody knows. */
type Shape = readonly string[] | 'scraped' | undefined;

/** `sum(a) / b`: without on () or ignoring () both sides need the same labels. */
function checkSides(node: BinaryExpr, findings: LintFinding[]): void {
  const { matching } = node;
  if (matching === undefined || node.op === 'or' || matching.on || matching.labels.length > 0) return;
  if (matching.fill.lhs !== undefined || matching.fill.rhs !== undefined) return;
  const left = shapeOf(node.lhs);
  const right = shapeOf(node.rhs);
  if (left === undefined || right === undefined || node.op === 'unless') return;
  const isMismatch = isNone(left, right) || isNone(right, left);
  if (!isMismatch) return;
  const [without, withLabels] = isNone(left, right) ? ['left', 'right'] : ['right', 'left'];
  findings.push({
    code: 'sides-never-match',
    severity: 'warning',
    message: `the ${without} side has no labels and the ${withLabels} side has some, so no element matches`,
    hint: 'aggregate both sides alike, or say how they match with on () and group_left or group_right',
    span: spanOf(node),
  });
}

function isNone(bare: Shape, labelled: Shape): boolean {
  return Array.isArray(bare) && bare.length === 0 && labelled === 'scraped';
}

function shapeOf(expr: Expr): Shape {
  const node = unwrapParens(expr);
  switch (node.kind) {
    case 'aggregate':
      if (['topk', 'bottomk', 'limitk', 'limit_ratio'].includes(node.op)) return shapeOf(node.expr);
      if (node.without || node.op === 'count_values') return undefined;
      return node.grouping.filter((label) => label !== METRIC_NAME);
    case 'vectorSelector': {
      const metric = metricOf(node);
      return metric === undefined || isRecorded(metric) ? undefined : 'scraped';
    }
    case 'matrixSelector':
      return shapeOf(node.selector);
    case 'unary':
      return shapeOf(node.expr);
    case 'call': {
      const { name, argTypes } = node.func;
      if (name === 'vector') return [];
      if (/^(?:label_|absent|info|histogram_)/.test(name)) return undefined;
      const arg = node.args[argTypes.findIndex((type) => type === 'matrix' || type === 'vector')];
      return arg === undefined ? undefined : shapeOf(arg);
    }
    case 'binary': {
      if (node.matching !== undefined) return undefined;
      const side =
        numberOf(node.rhs) === undefined ? (numberOf(node.lhs) === undefined ? undefined : node.rhs) : node.lhs;
      return side === undefined ? undefined : shapeOf(side);
    }
    default:
      return undefined;
  }
}
