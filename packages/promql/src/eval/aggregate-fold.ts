/** Aggregations that fold each group into one value: sum, avg, count, group, min, max, stddev, stdvar. */
import { meanOf } from '../functions/kahan.ts';
import type { AggregateOp } from '../parser/ast.ts';
import type { QueryContext } from './context.ts';
import { type Frame, newFrame } from './frame.ts';
import type { Groups } from './grouping.ts';

type FoldOp = Extract<AggregateOp, 'sum' | 'avg' | 'count' | 'group' | 'min' | 'max' | 'stddev' | 'stdvar'>;

/** Adds rows one after another; `finish` turns what was gathered into the results. */
interface Fold {
  add(outAt: number, value: number): void;
  finish?(input: Frame, groups: Groups): void;
}

export async function foldGroups(op: FoldOp, input: Frame, groups: Groups, context: QueryContext): Promise<Frame> {
  const { width, values, has } = input;
  const out = newFrame(groups.labels, width);
  const fold = FOLDS[op](out);
  for (let row = 0; row < input.labels.length; row++) {
    const outFrom = (groups.groupOf[row] as number) * width;
    const from = row * width;
    for (let k = 0; k < width; k++) if (has[from + k] === 1) fold.add(outFrom + k, values[from + k] as number);
    if (context.pacer.isDue()) await context.pacer.pause();
  }
  fold.finish?.(input, groups);
  return out;
}

const FOLDS: Readonly<Record<FoldOp, (out: Frame) => Fold>> = {
  sum: (out) => sumFold(out),
  avg: averageFold,
  count: ({ values, has }) => ({
    add(at) {
      values[at] = (values[at] as number) + 1;
      has[at] = 1;
    },
  }),
  group: ({ values, has }) => ({
    add(at) {
      values[at] = 1;
      has[at] = 1;
    },
  }),
  min: (out) => extremeFold(out, (value, best) => value < best),
  max: (out) => extremeFold(out, (value, best) => value > best),
  stdvar: (out) => varianceFold(out, (variance) => variance),
  stddev: (out) => varianceFold(out, Math.sqrt),
};

function sumFold({ values, has }: Frame, compensation = new Float64Array(values.length)): Fold {
  return {
    add(at, value) {
      const sum = values[at] as number;
      const total = sum + value;
      if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) compensation[at] = 0;
      else {
        const lost = Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
        compensation[at] = (compensation[at] as number) + lost;
      }
      values[at] = total;
      has[at] = 1;
    },
    finish() {
      for (let at = 0; at < values.length; at++) {
        if (has[at] === 1) values[at] = (values[at] as number) + (compensation[at] as number);
      }
    },
  };
}

function averageFold(out: Frame): Fold {
  const counts = new Uint32Array(out.values.length);
  const compensation = new Float64Array(out.values.length);
  const sum = sumFold(out, compensation);
  return {
    add(at, value) {
      sum.add(at, value);
      counts[at] = (counts[at] as number) + 1;
    },
    finish(input, groups) {
      for (let at = 0; at < counts.length; at++) {
        const count = counts[at] as number;
        if (count === 0) continue;
        const total = out.values[at] as number;
        // An infinite sum may be an overflow of finite values, whose mean is finite.
        out.values[at] = Number.isFinite(total)
          ? total / count + (compensation[at] as number) / count
          : meanOfGroup(input, groups, at);
      }
    },
  };
}

function meanOfGroup(input: Frame, groups: Groups, outAt: number): number {
  const { width } = input;
  const step = outAt % width;
  const group = Math.floor(outAt / width);
  const members: number[] = [];
  for (let row = 0; row < input.labels.length; row++) {
    const at = row * width + step;
    if (groups.groupOf[row] === group && input.has[at] === 1) members.push(input.values[at] as number);
  }
  return meanOf(Float64Array.from(members), 0, members.length);
}

/** NaN gives way to any number. */
function extremeFold({ values, has }: Frame, isBetter: (value: number, best: number) => boolean): Fold {
  return {
    add(at, value) {
      const best = values[at] as number;
      if (has[at] === 0 || isBetter(value, best) || Number.isNaN(best)) values[at] = value;
      has[at] = 1;
    },
  };
}

/** Welford's method. */
function varianceFold({ values, has }: Frame, finish: (variance: number) => number): Fold {
  const counts = new Uint32Array(values.length);
  const means = new Float64Array(values.length);
  return {
    add(at, value) {
      const count = (counts[at] as number) + 1;
      const delta = value - (means[at] as number);
      const mean = (means[at] as number) + delta / count;
      counts[at] = count;
      means[at] = mean;
      values[at] = (values[at] as number) + delta * (value - mean);
      has[at] = 1;
    },
    finish() {
      for (let at = 0; at < values.length; at++) {
        if (has[at] === 1) values[at] = finish((values[at] as number) / (counts[at] as number));
      }
    },
  };
}
