/** Aggregations that look at each group's values at a step: topk, bottomk, limitk, quantile, count_values. */
import { formatFloatG, formatFloatPlain, quote } from '@sightline/model';
import { executionError } from '../errors.ts';
import { quantileOf } from '../functions/kahan.ts';
import type { AggregateExpr } from '../parser/ast.ts';
import type { QueryContext } from './context.ts';
import { emptyFrame, type Frame, mergeRows, newFrame, pickRows } from './frame.ts';
import { type Groups, rowsByGroup } from './grouping.ts';

/** Compares for the order of the result: the better value first, NaN last. */
type Order = (a: number, b: number) => number;

const NAN_LAST = (a: number, b: number): number => Number(Number.isNaN(a)) - Number(Number.isNaN(b));
const DESCENDING: Order = (a, b) => NAN_LAST(a, b) || b - a || 0;
const ASCENDING: Order = (a, b) => NAN_LAST(a, b) || a - b || 0;

/** The k best of each group at every step. The rows of an instant query come in order of rank, group by group. */
export async function pickBest(
  op: 'topk' | 'bottomk',
  ks: Float64Array,
  input: Frame,
  groups: Groups,
  context: QueryContext,
): Promise<Frame> {
  const order = op === 'topk' ? DESCENDING : ASCENDING;
  if (!isAnyPicked(ks)) return emptyFrame(input.width);
  const { width, has } = input;
  const picked = new Uint8Array(has.length);
  const ranked: number[] = [];
  for (const rows of rowsByGroup(groups)) {
    for (let k = 0; k < width; k++) {
      const limit = Math.trunc(ks[k] as number);
      if (limit < 1) continue;
      for (const row of bestRows(rows, limit, k, input, order)) {
        picked[row * width + k] = 1;
        if (width === 1) ranked.push(row);
      }
      if (context.pacer.isDue()) await context.pacer.pause();
    }
  }
  const frame = { ...input, has: picked };
  return width === 1 ? pickRows(frame, ranked) : frame;
}

/** Above this many, sorting everything is cheaper than inserting one by one. */
const FEW = 64;

/** The first `limit` rows present at step `k` in order of rank; among equals the earlier row comes first. */
function bestRows(rows: readonly number[], limit: number, k: number, input: Frame, order: Order): readonly number[] {
  const { width, values, has } = input;
  const valueAt = (row: number) => values[row * width + k] as number;
  if (limit > FEW) {
    const present = rows.filter((row) => has[row * width + k] === 1);
    return present.sort((a, b) => order(valueAt(a), valueAt(b)) || a - b).slice(0, limit);
  }
  const best: number[] = [];
  for (const row of rows) {
    if (has[row * width + k] === 0) continue;
    const value = valueAt(row);
    if (best.length === limit && order(value, valueAt(best[limit - 1] as number)) >= 0) continue;
    let at = best.length === limit ? limit - 1 : best.length;
    while (at > 0 && order(value, valueAt(best[at - 1] as number)) < 0) {
      best[at] = best[at - 1] as number;
      at--;
    }
    best[at] = row;
  }
  return best;
}

/** k elements of each group, the first in vector order. */
export function limitK(ks: Float64Array, input: Frame, groups: Groups): Frame {
  const { width, has } = input;
  if (!isAnyPicked(ks)) return emptyFrame(width);
  const picked = new Uint8Array(has.length);
  for (const rows of rowsByGroup(groups)) {
    for (let k = 0; k < width; k++) {
      let left = Math.trunc(ks[k] as number);
      for (const row of rows) {
        if (left < 1) break;
        if (has[row * width + k] === 0) continue;
        picked[row * width + k] = 1;
        left--;
      }
    }
  }
  return { ...input, has: picked };
}

/** Whether any step picks something. Numbers of elements that are none are refused only then, as Prometheus does. */
function isAnyPicked(ks: Float64Array): boolean {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let hasNan = false;
  for (const k of ks) {
    if (k < least) least = k;
    if (k > most) most = k;
    if (Number.isNaN(k)) hasNan = true;
  }
  if (!hasNan && most < 1) return false;
  if (hasNan) throw executionError('Parameter value is NaN');
  if (least <= -(2 ** 63)) throw executionError(`Scalar value ${formatFloatG(least)} underflows int64`);
  if (most >= 2 ** 63) throw executionError(`Scalar value ${formatFloatG(most)} overflows int64`);
  return true;
}

export async function groupQuantiles(
  expr: AggregateExpr,
  qs: Float64Array,
  input: Frame,
  groups: Groups,
  context: QueryContext,
): Promise<Frame> {
  const { min, max } = Math;
  const worst = [
    qs.find(Number.isNaN) ?? 0.5,
    qs.reduce((a, q) => max(a, q || 0), 0),
    qs.reduce((a, q) => min(a, q || 0), 0),
  ];
  for (const q of worst) {
    if (q >= 0 && q <= 1) continue;
    context.warn(`quantile value should be between 0 and 1, got ${formatFloatG(q)}`, expr.param ?? expr);
  }
  const { width, values, has } = input;
  const out = newFrame(groups.labels, width);
  for (const [group, rows] of rowsByGroup(groups).entries()) {
    const members = new Float64Array(rows.length);
    for (let k = 0; k < width; k++) {
      let size = 0;
      for (const row of rows) if (has[row * width + k] === 1) members[size++] = values[row * width + k] as number;
      if (size === 0) continue;
      out.values[group * width + k] = quantileOf(qs[k] as number, members, size);
      out.has[group * width + k] = 1;
      if (context.pacer.isDue()) await context.pacer.pause();
    }
  }
  return out;
}

/** How many elements of a group have each value; the value goes into label `name`. */
export async function countValues(name: string, input: Frame, groups: Groups, context: QueryContext): Promise<Frame> {
  if (name === '') throw executionError(`invalid label name ${quote(name)}`);
  const { width, values, has } = input;
  const counters = new Map<string, { labels: Frame['labels'][number]; counts: Float64Array }>();
  for (let row = 0; row < input.labels.length; row++) {
    const group = groups.labels[groups.groupOf[row] as number] as Frame['labels'][number];
    for (let k = 0; k < width; k++) {
      if (has[row * width + k] === 0) continue;
      const labels = group.with(name, formatFloatPlain(values[row * width + k] as number));
      let counter = counters.get(labels.key);
      if (counter === undefined) {
        context.hold(width);
        counter = { labels, counts: new Float64Array(width) };
        counters.set(labels.key, counter);
      }
      counter.counts[k] = (counter.counts[k] as number) + 1;
    }
    if (context.pacer.isDue()) await context.pacer.pause();
  }
  const all = [...counters.values()];
  const out = newFrame(
    all.map((counter) => counter.labels),
    width,
  );
  for (const [row, { counts }] of all.entries()) {
    out.values.set(counts, row * width);
    for (let k = 0; k < width; k++) if ((counts[k] as number) > 0) out.has[row * width + k] = 1;
  }
  return mergeRows(out, context.pacer);
}
