/**
 * Arithmetic and comparison between two instant vectors. Labels do not change over time, so rows are paired once and
 * each pair is computed for all steps; only groups with several rows on a side are looked at step by step for the
 * matches that the language forbids.
 */
import { isLegacyLabelName, type Labels, METRIC_NAME, quote } from '@sightline/model';
import { executionError } from '../errors.ts';
import { type ArithmeticOp, type BinaryExpr, isComparison, type VectorMatching } from '../parser/ast.ts';
import { fillMissing } from './binary-fill.ts';
import type { QueryContext } from './context.ts';
import { emptyFrame, type Frame, mergeRows, newFrame } from './frame.ts';
import { groupBySignature, matchLabels } from './matching.ts';
import { ARITHMETIC, COMPARISON } from './operators.ts';
import type { Pacer } from './pacer.ts';

const MUST_BE_EXPLICIT = 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)';
const MUST_BE_UNIQUE = 'multiple matches for labels: grouping labels must ensure unique matches';

interface Pair {
  readonly many: number;
  readonly one: number;
}

export async function vectorWithVector(
  expr: BinaryExpr,
  lhs: Frame,
  rhs: Frame,
  context: QueryContext,
): Promise<Frame> {
  const matching = expr.matching as VectorMatching;
  // Below, "many" is the side whose labels survive; with group_right that is the right one.
  const isSwapped = matching.card === 'one-to-many';
  const [many, one] = await fillMissing(isSwapped ? rhs : lhs, isSwapped ? lhs : rhs, matching, context.pacer);
  if (many.labels.length === 0 || one.labels.length === 0) return emptyFrame(lhs.width);
  const { pairs, isOneEach } = await pairRows(many, one, matching, isSwapped, context.pacer);
  const resultLabels = resultLabelsOf(expr, matching);
  const labels: Labels[] = [];
  for (const pair of pairs) {
    labels.push(resultLabels(many.labels[pair.many] as Labels, one.labels[pair.one] as Labels));
    if (context.pacer.spends(0)) await context.pacer.pause();
  }
  const isFilter = isComparison(expr.op) && !expr.returnBool;
  if (isFilter && matching.card !== 'one-to-one') refuseFilteredTwins(pairs, labels, many, one, matching);
  const out = newFrame(labels, lhs.width);
  context.hold(out.values.length);
  const compute = pairKernel(expr, many, one, isSwapped, out);
  for (const [row, pair] of pairs.entries()) {
    compute(pair, row);
    if (context.pacer.spends(out.width)) await context.pacer.pause();
  }
  // The labels of a one-to-one result are those of its match group, the name aside.
  const isUnique = isOneEach && matching.card === 'one-to-one' && !matching.labels.includes(METRIC_NAME);
  return mergeRows({ ...out, isUnique }, context.pacer, matching.card === 'one-to-one' ? undefined : MUST_BE_UNIQUE);
}

async function pairRows(
  many: Frame,
  one: Frame,
  matching: VectorMatching,
  isSwapped: boolean,
  pacer: Pacer,
): Promise<{ readonly pairs: readonly Pair[]; readonly isOneEach: boolean }> {
  const manyGroups = await groupBySignature(many.labels, matching, pacer);
  const oneGroups = await groupBySignature(one.labels, matching, pacer);
  for (const rows of oneGroups.values()) if (rows.length > 1) refuseDuplicates(rows, many, one, matching, isSwapped);
  const partners: (readonly number[])[] = new Array(many.labels.length).fill(NO_ROWS);
  let isOneEach = true;
  for (const [key, rows] of manyGroups) {
    const oneRows = oneGroups.get(key);
    if (oneRows === undefined) continue;
    if (rows.length > 1 && matching.card === 'one-to-one') refuseManyToOne(rows, oneRows, many, one);
    if (rows.length > 1 || oneRows.length > 1) isOneEach = false;
    for (const row of rows) partners[row] = oneRows;
  }
  const pairs: Pair[] = [];
  for (let row = 0; row < partners.length; row++) {
    for (const partner of partners[row] as readonly number[]) pairs.push({ many: row, one: partner });
  }
  return { pairs, isOneEach };
}

const NO_ROWS: readonly number[] = [];

/** Two elements of the "one" side in one match group at the same step, while the other side has any element. */
function refuseDuplicates(
  rows: readonly number[],
  many: Frame,
  one: Frame,
  matching: VectorMatching,
  isSwapped: boolean,
): void {
  const { width } = one;
  for (let k = 0; k < width; k++) {
    const present = rows.filter((row) => one.has[row * width + k] === 1);
    if (present.length < 2 || !isAnyPresent(many, k)) continue;
    const [first, second] = present.map((row) => one.labels[row] as Labels) as [Labels, Labels];
    const group = matchLabels(first, matching).toString();
    const side = isSwapped ? 'left' : 'right';
    throw executionError(
      `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: ` +
        `[${withName(second)}, ${withName(first)}];many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  }
}

/** The name as one of the labels, which is how Prometheus prints a series in this message. */
function withName(labels: Labels): string {
  const pairs = [...labels].map(([name, value]) => `${isLegacyLabelName(name) ? name : quote(name)}=${quote(value)}`);
  return `{${pairs.join(', ')}}`;
}

function isAnyPresent(frame: Frame, step: number): boolean {
  for (let at = step; at < frame.has.length; at += frame.width) if (frame.has[at] === 1) return true;
  return false;
}

function refuseManyToOne(rows: readonly number[], oneRows: readonly number[], many: Frame, one: Frame): void {
  const { width } = many;
  for (let k = 0; k < width; k++) {
    if (!oneRows.some((row) => one.has[row * width + k] === 1)) continue;
    if (rows.filter((row) => many.has[row * width + k] === 1).length > 1) throw executionError(MUST_BE_EXPLICIT);
  }
}

/**
 * Results of one match group with equal labels are refused before the comparison filters them, since otherwise the values
 * would decide whether a query fails.
 */
function refuseFilteredTwins(
  pairs: readonly Pair[],
  labels: readonly Labels[],
  many: Frame,
  one: Frame,
  matching: VectorMatching,
): void {
  const byResult = new Map<string, Pair[]>();
  for (const [index, pair] of pairs.entries()) {
    const group = matchLabels(many.labels[pair.many] as Labels, matching);
    const key = `${group.key}\n${(labels[index] as Labels).key}`;
    const twins = byResult.get(key);
    if (twins === undefined) byResult.set(key, [pair]);
    else twins.push(pair);
  }
  const { width } = many;
  for (const twins of byResult.values()) {
    for (let k = 0; twins.length > 1 && k < width; k++) {
      const isPresent = (pair: Pair) => many.has[pair.many * width + k] === 1 && one.has[pair.one * width + k] === 1;
      if (twins.filter(isPresent).length > 1) throw executionError(MUST_BE_UNIQUE);
    }
  }
}

function resultLabelsOf(expr: BinaryExpr, matching: VectorMatching): (many: Labels, one: Labels) => Labels {
  const dropsName = expr.returnBool || !isComparison(expr.op);
  const isOneToOne = matching.card === 'one-to-one';
  const kept = new Set(matching.labels.filter((name) => !dropsName || name !== METRIC_NAME));
  const dropped = new Set(dropsName ? [...matching.labels, METRIC_NAME] : matching.labels);
  return (many, one) => {
    let labels = many;
    if (isOneToOne) labels = matching.on ? many.keep(kept) : many.drop(dropped);
    else if (dropsName) labels = many.withoutName();
    for (const name of matching.include) labels = labels.with(name, one.get(name));
    // A name taken over from the "one" side by group_left(__name__) stays, unless the operator returns bool.
    return expr.returnBool && labels.has(METRIC_NAME) ? labels.withoutName() : labels;
  };
}

function pairKernel(
  expr: BinaryExpr,
  many: Frame,
  one: Frame,
  isSwapped: boolean,
  out: Frame,
): (pair: Pair, row: number) => void {
  const { width } = many;
  const { op, returnBool } = expr;
  const isTrue = isComparison(op) ? COMPARISON[op] : undefined;
  const combine = isTrue === undefined ? ARITHMETIC[op as ArithmeticOp] : undefined;
  return (pair, row) => {
    const manyAt = pair.many * width;
    const oneAt = pair.one * width;
    const outAt = row * width;
    for (let k = 0; k < width; k++) {
      if (many.has[manyAt + k] === 0 || one.has[oneAt + k] === 0) continue;
      const a = (isSwapped ? one.values[oneAt + k] : many.values[manyAt + k]) as number;
      const b = (isSwapped ? many.values[manyAt + k] : one.values[oneAt + k]) as number;
      let value = a;
      if (combine !== undefined) value = combine(a, b);
      else if (isTrue !== undefined) {
        const holds = isTrue(a, b);
        if (!holds && !returnBool) continue;
        if (returnBool) value = Number(holds);
      }
      out.values[outAt + k] = value;
      out.has[outAt + k] = 1;
    }
  };
}
