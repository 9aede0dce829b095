/**
 * Instant vectors of all steps at once. Row `i` is one series; its value at step `k` is `values[i * width + k]`, valid
 * where `has[i * width + k]` is 1 (NaN is a value, so presence is kept apart). Row order is vector order.
 */
import type { Labels } from '@sightline/model';
import { executionError } from '../errors.ts';

export interface Frame {
  readonly labels: readonly Labels[];
  readonly width: number;
  readonly values: Float64Array;
  readonly has: Uint8Array;
}

export const SAME_LABELSET = 'vector cannot contain metrics with the same labelset';

export function newFrame(labels: readonly Labels[], width: number): Frame {
  const size = labels.length * width;
  return { labels, width, values: new Float64Array(size), has: new Uint8Array(size) };
}

export function emptyFrame(width: number): Frame {
  return newFrame([], width);
}

/** How many samples a row has. */
export function countPresent(has: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) count += has[at] as number;
  return count;
}

export function isRowEmpty(frame: Frame, row: number): boolean {
  const end = (row + 1) * frame.width;
  for (let at = row * frame.width; at < end; at++) if (frame.has[at] === 1) return false;
  return true;
}

/** The same samples under other labels, row by row; undefined drops the row. */
export function relabel(frame: Frame, labelsOf: (labels: Labels) => Labels): Frame {
  return { ...frame, labels: frame.labels.map(labelsOf) };
}

export function withoutNames(frame: Frame): Frame {
  return relabel(frame, (labels) => labels.withoutName());
}

/** Rows picked by index, in that order. */
export function pickRows(frame: Frame, rows: readonly number[]): Frame {
  const { width } = frame;
  const out = newFrame(
    rows.map((row) => frame.labels[row] as Labels),
    width,
  );
  rows.forEach((row, index) => {
    out.values.set(frame.values.subarray(row * width, (row + 1) * width), index * width);
    out.has.set(frame.has.subarray(row * width, (row + 1) * width), index * width);
  });
  return out;
}

export function dropEmptyRows(frame: Frame): Frame {
  const rows: number[] = [];
  for (let row = 0; row < frame.labels.length; row++) if (!isRowEmpty(frame, row)) rows.push(row);
  return rows.length === frame.labels.length ? frame : pickRows(frame, rows);
}

/**
 * Joins rows of equal labels that are never present at the same step.
 * @throws PromqlError execution with `message` when two are
 */
export function mergeRows(frame: Frame, message = SAME_LABELSET): Frame {
  const firstOf = new Map<string, number>();
  let hasTwins = false;
  for (const [row, labels] of frame.labels.entries()) {
    if (firstOf.has(labels.key)) {
      hasTwins = true;
      break;
    }
    firstOf.set(labels.key, row);
  }
  return hasTwins ? joinTwins(frame, message) : frame;
}

function joinTwins(frame: Frame, message: string): Frame {
  const { width, values, has } = frame;
  const firstOf = new Map<string, number>();
  const kept: number[] = [];
  for (const [row, labels] of frame.labels.entries()) {
    if (isRowEmpty(frame, row)) continue;
    const first = firstOf.get(labels.key);
    if (first === undefined) {
      firstOf.set(labels.key, row);
      kept.push(row);
      continue;
    }
    for (let k = 0; k < width; k++) {
      if (has[row * width + k] === 0) continue;
      const target = first * width + k;
      if (has[target] === 1) throw executionError(message);
      has[target] = 1;
      values[target] = values[row * width + k] as number;
    }
  }
  return pickRows(frame, kept);
}

/** Refuses two rows of equal labels even when they are never present together, as range functions do. */
export function refuseTwins(frame: Frame): Frame {
  const seen = new Set<string>();
  for (const labels of frame.labels) {
    if (seen.has(labels.key)) throw executionError(SAME_LABELSET);
    seen.add(labels.key);
  }
  return frame;
}
