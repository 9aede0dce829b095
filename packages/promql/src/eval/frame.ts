/**
 * Instant vectors of all steps at once. Row `i` is one series; its value at step `k` is `values[i * width + k]`, valid
 * where `has[i * width + k]` is 1 (NaN is a value, so presence is kept apart). Row order is vector order.
 */
import type { Labels } from '@sightline/model';
import { executionError } from '../errors.ts';
import type { Pacer } from './pacer.ts';

export interface Frame {
  readonly labels: readonly Labels[];
  readonly width: number;
  readonly values: Float64Array;
  readonly has: Uint8Array;
  /** True when no two rows have the same labels, as far as that is known. */
  readonly isUnique?: boolean;
}

const SAME_LABELSET = 'vector cannot contain metrics with the same labelset';

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

function isRowEmpty(frame: Frame, row: number): boolean {
  const end = (row + 1) * frame.width;
  for (let at = row * frame.width; at < end; at++) if (frame.has[at] === 1) return false;
  return true;
}

/** The same samples under other labels. */
export async function relabel(frame: Frame, labelsOf: (labels: Labels) => Labels, pacer: Pacer): Promise<Frame> {
  const labels: Labels[] = [];
  for (const series of frame.labels) {
    labels.push(labelsOf(series));
    if (pacer.spends(0)) await pacer.pause();
  }
  return { ...frame, labels, isUnique: false };
}

export async function withoutNames(frame: Frame, pacer: Pacer): Promise<Frame> {
  // Different labels stay different when they all lose the same name.
  const isUnique = frame.isUnique === true && haveOneName(frame.labels);
  const bare = await relabel(frame, (labels) => labels.withoutName(), pacer);
  return isUnique ? { ...bare, isUnique } : bare;
}

export function haveOneName(all: readonly Labels[]): boolean {
  const name = all[0]?.metricName;
  for (const labels of all) if (labels.metricName !== name) return false;
  return true;
}

/** Cells handled between two looks at the clock. */
const CHUNK = 65_536;

/** Other values for the present samples; `compute` gets the value and its step. */
export async function mapValues(
  frame: Frame,
  compute: (value: number, step: number) => number,
  pacer: Pacer,
): Promise<Frame> {
  const { width, has } = frame;
  const values = new Float64Array(frame.values.length);
  for (let from = 0; from < values.length; from += CHUNK) {
    const to = Math.min(from + CHUNK, values.length);
    let step = from % width;
    for (let at = from; at < to; at++) {
      if (has[at] === 1) values[at] = compute(frame.values[at] as number, step);
      if (++step === width) step = 0;
    }
    if (pacer.isDue()) await pacer.pause();
  }
  return { ...frame, values };
}

/** Only the samples for which `isKept` says so. */
export async function filterValues(
  frame: Frame,
  isKept: (value: number, step: number) => boolean,
  pacer: Pacer,
): Promise<Frame> {
  const { width, values } = frame;
  const has = new Uint8Array(frame.has.length);
  for (let from = 0; from < has.length; from += CHUNK) {
    const to = Math.min(from + CHUNK, has.length);
    let step = from % width;
    for (let at = from; at < to; at++) {
      if (frame.has[at] === 1 && isKept(values[at] as number, step)) has[at] = 1;
      if (++step === width) step = 0;
    }
    if (pacer.isDue()) await pacer.pause();
  }
  return { ...frame, has };
}

/** Rows picked by index, in that order. */
export function pickRows(frame: Frame, rows: readonly number[]): Frame {
  const { width } = frame;
  const out = newFrame(
    rows.map((row) => frame.labels[row] as Labels),
    width,
  );
  if (width === 1) {
    for (const [index, row] of rows.entries()) {
      out.values[index] = frame.values[row] as number;
      out.has[index] = frame.has[row] as number;
    }
  } else {
    rows.forEach((row, index) => {
      out.values.set(frame.values.subarray(row * width, (row + 1) * width), index * width);
      out.has.set(frame.has.subarray(row * width, (row + 1) * width), index * width);
    });
  }
  return frame.isUnique === true ? { ...out, isUnique: true } : out;
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
export async function mergeRows(frame: Frame, pacer: Pacer, message = SAME_LABELSET): Promise<Frame> {
  const unique = (await hasTwins(frame, pacer)) ? await joinTwins(frame, pacer, message) : frame;
  return { ...unique, isUnique: true };
}

async function hasTwins(frame: Frame, pacer: Pacer): Promise<boolean> {
  if (frame.isUnique === true || frame.labels.length < 2) return false;
  const seen = new Set<string>();
  for (const labels of frame.labels) {
    if (seen.has(labels.key)) return true;
    seen.add(labels.key);
    if (pacer.spends(0)) await pacer.pause();
  }
  return false;
}

async function joinTwins(frame: Frame, pacer: Pacer, message: string): Promise<Frame> {
  const { width, values, has } = frame;
  const firstOf = new Map<string, number>();
  const kept: number[] = [];
  for (const [row, labels] of frame.labels.entries()) {
    if (pacer.isDue()) await pacer.pause();
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
export async function refuseTwins(frame: Frame, pacer: Pacer): Promise<Frame> {
  if (await hasTwins(frame, pacer)) throw executionError(SAME_LABELSET);
  return { ...frame, isUnique: true };
}
