/**
 * Aggregations that fold each group into one value: sum, avg, count, group, min, max, stddev, stdvar. Rows are added one
 * after another, from a frame or as a selector or range function computes them; then only the groups are held.
 */
import { METRIC_NAME } from '@sightline/model';
import { meanOf, sumOf } from '../functions/kahan.ts';
import type { KernelOutput } from '../functions/range-kernel.ts';
import type { AggregateExpr, AggregateOp } from '../parser/ast.ts';
import type { QueryContext } from './context.ts';
import { type Frame, newFrame, pickRows } from './frame.ts';
import { type Groups, groupRows } from './grouping.ts';
import { isRowEmpty, type RowStream } from './rows.ts';

export type FoldOp = Extract<AggregateOp, 'sum' | 'avg' | 'count' | 'group' | 'min' | 'max' | 'stddev' | 'stdvar'>;

const FOLD_OPS: ReadonlySet<AggregateOp> = new Set<FoldOp>([
  'sum',
  'avg',
  'count',
  'group',
  'min',
  'max',
  'stddev',
  'stdvar',
]);

export function isFoldOp(op: AggregateOp): op is FoldOp {
  return FOLD_OPS.has(op);
}

/** Gathers the groups; `finish` turns what was gathered into the results. */
interface Fold {
  /** Adds the samples of a row to the cells of its group, which begin at `outAt`. */
  addRow(outAt: number, row: KernelOutput, width: number): void;
  finish(): void;
  /** Cells whose samples came near the largest number; they are computed again, from all samples of the group. */
  readonly overflown?: Uint8Array;
  readonly ofAll?: (samples: Float64Array) => number;
}

export async function foldFrame(op: FoldOp, input: Frame, groups: Groups, context: QueryContext): Promise<Frame> {
  const { width, values, has } = input;
  const out = newFrame(groups.labels, width);
  context.hold(out.values.length);
  const fold = FOLDS[op](out);
  const row = { values, has, at: 0 };
  for (let index = 0; index < input.labels.length; index++) {
    row.at = index * width;
    fold.addRow((groups.groupOf[index] as number) * width, row, width);
    if (context.pacer.spends(width)) await context.pacer.pause();
  }
  fold.finish();
  const { overflown, ofAll } = fold;
  if (overflown !== undefined && ofAll !== undefined) {
    for (let at = 0; at < overflown.length; at++) {
      if (overflown[at] === 1) out.values[at] = ofAll(samplesOfGroup(input, groups, at));
    }
  }
  return { ...out, isUnique: true };
}

/** The same over rows as they are computed. Undefined when a mean has to be computed from all of them together. */
export async function foldStream(
  op: FoldOp,
  { grouping, without }: Pick<AggregateExpr, 'grouping' | 'without'>,
  input: RowStream,
  context: QueryContext,
): Promise<Frame | undefined> {
  const { width, labels } = input;
  const names = input.dropsName ? grouping.filter((name) => name !== METRIC_NAME) : grouping;
  const groups = await groupRows(labels, names, without, context.pacer);
  const frame = newFrame(groups.labels, width);
  context.hold(frame.values.length + width);
  const fold = FOLDS[op](frame);
  const row = { values: new Float64Array(width), has: new Uint8Array(width), at: 0 };
  const isSeen = new Uint8Array(labels.length);
  const order = visitOrder(groups, frame.values.length);
  const add = (index: number) => {
    if (isRowEmpty(row.has, 0, width)) return;
    isSeen[index] = 1;
    fold.addRow((groups.groupOf[index] as number) * width, row, width);
    row.has.fill(0);
  };
  for (let i = 0; i < labels.length; i++) {
    const index = order === undefined ? i : (order[i] as number);
    const wait = input.fill(index, row);
    if (wait !== undefined) await wait;
    add(index);
    if (context.pacer.spends(width)) await context.pacer.pause();
  }
  fold.finish();
  if (fold.overflown?.includes(1) === true) return undefined;
  input.finish?.(labels.filter((_, index) => isSeen[index] === 1));
  return { ...inOrderOfSamples(frame, groups, isSeen), isUnique: true };
}

/** Cells that stay in the fastest cache while rows of all groups are added in turn. */
const CACHED_CELLS = 16_384;

/** Group after group when the groups are large; within a group in order, since rounding depends on it. */
function visitOrder({ labels, groupOf }: Groups, cells: number): Uint32Array | undefined {
  if (labels.length < 2 || cells <= CACHED_CELLS) return undefined;
  const next = new Uint32Array(labels.length + 1);
  for (let row = 0; row < groupOf.length; row++) count(next, (groupOf[row] as number) + 1, 1);
  for (let group = 0; group < labels.length; group++) count(next, group + 1, next[group] as number);
  const order = new Uint32Array(groupOf.length);
  for (let row = 0; row < groupOf.length; row++) {
    const group = groupOf[row] as number;
    order[next[group] as number] = row;
    count(next, group, 1);
  }
  return order;
}

function count(counts: Uint32Array, at: number, by: number): void {
  counts[at] = (counts[at] as number) + by;
}

/** The groups that have a sample, in the order of their first row that has one. */
function inOrderOfSamples(frame: Frame, { groupOf, labels }: Groups, isSeen: Uint8Array): Frame {
  const order: number[] = [];
  const isStarted = new Uint8Array(labels.length);
  for (let row = 0; row < groupOf.length; row++) {
    const group = groupOf[row] as number;
    if (isSeen[row] === 0 || isStarted[group] === 1) continue;
    isStarted[group] = 1;
    order.push(group);
  }
  const isInOrder = order.length === labels.length && order.every((group, index) => group === index);
  return isInOrder ? frame : pickRows(frame, order);
}

const FOLDS: Readonly<Record<FoldOp, (out: Frame) => Fold>> = {
  sum: sumFold,
  avg: averageFold,
  count: countFold,
  group: groupFold,
  min: (out) => extremeFold(out, -1),
  max: (out) => extremeFold(out, 1),
  stdvar: (out) => varianceFold(out, (variance) => variance),
  stddev: (out) => varianceFold(out, Math.sqrt),
};

function sumFold(out: Frame): Fold {
  const { values, has } = out;
  const compensation = new Float64Array(values.length);
  const overflown = new Uint8Array(values.length);
  return {
    overflown,
    ofAll: sumOf,
    addRow(outAt, row, width) {
      addRowToSums(values, compensation, has, outAt, row, width);
    },
    finish() {
      for (let at = 0; at < values.length; at++) {
        const total = values[at] as number;
        // An infinite sum has no meaningful compensation.
        if (!Number.isFinite(total)) continue;
        values[at] = total + (compensation[at] as number);
        if (Number.isNaN(values[at])) overflown[at] = 1;
      }
    },
  };
}

/**
 * KahanSum's additions without its branch: what an addition loses is an exact number, which Knuth's six operations give
 * whichever operand is larger. Near the largest number they may overflow on the way, which `finish` sees.
 */
function addRowToSums(
  sums: Float64Array,
  compensation: Float64Array,
  outHas: Uint8Array,
  outAt: number,
  row: KernelOutput,
  width: number,
): void {
  const { values, has, at } = row;
  const isFull = has.length === width && !has.includes(0);
  if (isFull) outHas.fill(1, outAt, outAt + width);
  for (let k = 0; k < width; k++) {
    if (!isFull) {
      if (has[at + k] === 0) continue;
      outHas[outAt + k] = 1;
    }
    const value = values[at + k] as number;
    const sum = sums[outAt + k] as number;
    const total = sum + value;
    const added = total - sum;
    sums[outAt + k] = total;
    compensation[outAt + k] = (compensation[outAt + k] as number) + (sum - (total - added) + (value - added));
  }
}

function averageFold(out: Frame): Fold {
  const counts = new Uint32Array(out.values.length);
  const compensation = new Float64Array(out.values.length);
  const overflown = new Uint8Array(out.values.length);
  return {
    overflown,
    ofAll: (samples) => meanOf(samples, 0, samples.length),
    addRow(outAt, row, width) {
      addRowToSums(out.values, compensation, out.has, outAt, row, width);
      const { has, at } = row;
      for (let k = 0; k < width; k++) counts[outAt + k] = (counts[outAt + k] as number) + (has[at + k] as number);
    },
    finish() {
      for (let at = 0; at < counts.length; at++) {
        const count = counts[at] as number;
        if (count === 0) continue;
        const total = (out.values[at] as number) / count + (compensation[at] as number) / count;
        // An infinite sum may be an overflow of finite values, whose mean is finite.
        if (Number.isFinite(out.values[at]) && !Number.isNaN(total)) out.values[at] = total;
        else overflown[at] = 1;
      }
    },
  };
}

function samplesOfGroup(input: Frame, groups: Groups, outAt: number): Float64Array {
  const { width } = input;
  const step = outAt % width;
  const group = Math.floor(outAt / width);
  const members: number[] = [];
  for (let row = 0; row < input.labels.length; row++) {
    const at = row * width + step;
    if (groups.groupOf[row] === group && input.has[at] === 1) members.push(input.values[at] as number);
  }
  return Float64Array.from(members);
}

function countFold({ values, has: outHas }: Frame): Fold {
  return {
    addRow(outAt, { has, at }, width) {
      for (let k = 0; k < width; k++) values[outAt + k] = (values[outAt + k] as number) + (has[at + k] as number);
    },
    finish() {
      for (let at = 0; at < values.length; at++) if ((values[at] as number) > 0) outHas[at] = 1;
    },
  };
}

function groupFold({ values, has: outHas }: Frame): Fold {
  return {
    addRow(outAt, { has, at }, width) {
      for (let k = 0; k < width; k++) if (has[at + k] === 1) outHas[outAt + k] = 1;
    },
    finish() {
      for (let at = 0; at < values.length; at++) values[at] = outHas[at] as number;
    },
  };
}

/** The largest value for sign 1, the smallest for -1. NaN gives way to any number. */
function extremeFold({ values: best, has: outHas }: Frame, sign: 1 | -1): Fold {
  return {
    addRow(outAt, { values, has, at }, width) {
      for (let k = 0; k < width; k++) {
        if (has[at + k] === 0) continue;
        const value = values[at + k] as number;
        const known = best[outAt + k] as number;
        const isBetter = sign * value > sign * known || outHas[outAt + k] === 0 || Number.isNaN(known);
        if (!isBetter) continue;
        best[outAt + k] = value;
        outHas[outAt + k] = 1;
      }
    },
    finish() {
      // Cells hold their results already.
    },
  };
}

/** Welford's method. */
function varianceFold({ values: squares, has: outHas }: Frame, finish: (variance: number) => number): Fold {
  const counts = new Uint32Array(squares.length);
  const means = new Float64Array(squares.length);
  return {
    addRow(outAt, { values, has, at }, width) {
      for (let k = 0; k < width; k++) {
        if (has[at + k] === 0) continue;
        const cell = outAt + k;
        const value = values[at + k] as number;
        const count = (counts[cell] as number) + 1;
        const delta = value - (means[cell] as number);
        const mean = (means[cell] as number) + delta / count;
        counts[cell] = count;
        means[cell] = mean;
        squares[cell] = (squares[cell] as number) + delta * (value - mean);
        outHas[cell] = 1;
      }
    },
    finish() {
      for (let cell = 0; cell < squares.length; cell++) {
        if (outHas[cell] === 1) squares[cell] = finish((squares[cell] as number) / (counts[cell] as number));
      }
    },
  };
}
