/**
 * Instant vectors of all steps, computed a row at a time: what a selector or range function gives, before anybody has
 * decided to hold all of it. An aggregation folds the rows as they come; everybody else collects them into a frame.
 */
import type { Labels } from '@sightline/model';
import type { KernelOutput } from '../functions/range-kernel.ts';
import type { QueryContext } from './context.ts';
import { countPresent, type Frame, newFrame } from './frame.ts';
import type { OpenStream } from './trace.ts';

export interface RowStream {
  /** Labels of the rows before their names are dropped. */
  readonly labels: readonly Labels[];
  /** The labels are known to be all different. */
  readonly isUnique: boolean;
  /** The rows are results without the metric name. */
  readonly dropsName: boolean;
  readonly width: number;
  /**
   * Computes row `index` into the output, which holds no sample yet. Rows may be asked for in any order and again. A row
   * that takes long returns a promise.
   */
  fill(index: number, out: KernelOutput): Promise<void> | undefined;
  /** Told of the labels of every row that has a sample, when all rows were computed. */
  finish?(withSamples: Iterable<Labels>): void;
}

/** The same rows, each counted and timed. */
export function tracedRows(stream: RowStream, trace: OpenStream): RowStream {
  const { width } = stream;
  const fill = (index: number, out: KernelOutput) => {
    trace.startRow();
    const end = () => trace.endRow(countPresent(out.has, out.at, out.at + width));
    const wait = stream.fill(index, out);
    if (wait !== undefined) return wait.then(end);
    end();
    return undefined;
  };
  return { ...stream, fill };
}

export function isRowEmpty(has: Uint8Array, from: number, width: number): boolean {
  const end = from + width;
  for (let at = from; at < end; at++) if (has[at] === 1) return false;
  return true;
}

/** All rows that have a sample, under their full labels. */
export async function collectRows(stream: RowStream, context: QueryContext): Promise<Frame> {
  const { width } = stream;
  const { pacer } = context;
  context.hold(stream.labels.length * width);
  const { values, has } = newFrame(stream.labels, width);
  const labels: Labels[] = [];
  const out = { values, has, at: 0 };
  for (let row = 0; row < stream.labels.length; row++) {
    const wait = stream.fill(row, out);
    if (wait !== undefined) await wait;
    // An empty row leaves its place to the next one.
    if (!isRowEmpty(has, out.at, width)) {
      labels.push(stream.labels[row] as Labels);
      out.at += width;
    }
    if (pacer.spends(width)) await pacer.pause();
  }
  stream.finish?.(labels);
  const { isUnique } = stream;
  if (labels.length === stream.labels.length) return { labels, width, values, has, isUnique };
  const size = labels.length * width;
  return { labels, width, values: values.subarray(0, size), has: has.subarray(0, size), isUnique };
}
