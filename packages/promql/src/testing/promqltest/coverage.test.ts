/** The hand-checked scripts leave nothing of the language out. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { childrenOf, type Expr } from '../../parser/ast.ts';
import { AGGREGATIONS, FUNCTIONS } from '../../parser/functions.ts';
import { parseExpr } from '../../parser/index.ts';
import { parseScript } from './script.ts';

const folder = fileURLToPath(new URL('../../../testdata/', import.meta.url));

const OPERATORS = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  'atan2',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'and',
  'or',
  'unless',
  '</',
  '>/',
];
const MODIFIERS = [
  'bool',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'fill',
  'by',
  'without',
  'offset',
  'negative offset',
  '@ time',
  '@ start',
  '@ end',
  'subquery',
  'subquery with default step',
  'anchored',
  'smoothed',
  'computed duration',
  'unary +',
  'unary -',
];

function used(): Set<string> {
  const found = new Set<string>();
  for (const name of readdirSync(folder)) {
    for (const command of parseScript(readFileSync(folder + name, 'utf8'))) {
      if (command.kind !== 'eval') continue;
      try {
        walk(parseExpr(command.query, { enableExperimental: true }), found);
      } catch {
        // A mistake whose message the script expects.
      }
    }
  }
  return found;
}

function walk(expr: Expr, found: Set<string>): void {
  for (const word of wordsOf(expr)) found.add(word);
  for (const child of childrenOf(expr)) walk(child, found);
}

function wordsOf(expr: Expr): string[] {
  switch (expr.kind) {
    case 'call':
      return [expr.func.name];
    case 'aggregate':
      return [expr.op, ...(expr.grouping.length > 0 ? [expr.without ? 'without' : 'by'] : [])];
    case 'unary':
      return [`unary ${expr.op}`];
    case 'binary':
      return [expr.op, ...(expr.returnBool ? ['bool'] : []), ...matchingWords(expr)];
    case 'matrixSelector':
      return expr.rangeExpr === undefined ? [] : ['computed duration'];
    case 'subquery':
      return [...shiftWords(expr), expr.stepMs === 0 ? 'subquery with default step' : 'subquery'];
    case 'vectorSelector':
      return [...shiftWords(expr), ...(expr.edge === undefined ? [] : [expr.edge])];
    default:
      return [];
  }
}

function matchingWords({ matching }: Extract<Expr, { kind: 'binary' }>): string[] {
  if (matching === undefined) return [];
  const words = matching.on ? ['on'] : matching.labels.length > 0 ? ['ignoring'] : [];
  if (matching.card === 'many-to-one') words.push('group_left');
  if (matching.card === 'one-to-many') words.push('group_right');
  if (matching.fill.lhs !== undefined || matching.fill.rhs !== undefined) words.push('fill');
  return words;
}

function shiftWords({ at, offsetMs }: { at: { kind: string } | undefined; offsetMs: number }): string[] {
  const words = at === undefined ? [] : [`@ ${at.kind}`];
  if (offsetMs > 0) words.push('offset');
  if (offsetMs < 0) words.push('negative offset');
  return words;
}

test('every function, aggregation, operator and modifier is evaluated in some script', () => {
  const found = used();
  const wanted = [
    ...FUNCTIONS.map((func) => func.name),
    ...AGGREGATIONS.map((aggregation) => aggregation.name),
    ...OPERATORS,
    ...MODIFIERS,
  ];
  expect(wanted.filter((word) => !found.has(word))).toEqual([]);
});
