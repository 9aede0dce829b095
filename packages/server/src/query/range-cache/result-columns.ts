/**
 * Evaluated steps of one range expression: a table of series by steps that grows at its end and is trimmed at its start. Steps
 * are numbered from 0 at the epoch (plus the phase), so that requests of different ranges speak of the same cells.
 */
import { compareLabels, type Labels } from '@sightline/model';
import type { RangeSeries } from '@sightline/promql';

/** Spare columns and rows, so that most refreshes move nothing. */
const SPARE_SHARE = 0.125;
const SPARE_LEAST = 8;
/** A cell is a value and a mark; a row has labels and its place in the index besides. */
const CELL_BYTES = 9;
const ROW_BYTES = 300;

export interface StepGrid {
  /** Number of the first step. */
  readonly first: number;
  readonly count: number;
}

export class ResultColumns {
  readonly #stepMs: number;
  readonly #phaseMs: number;
  /** Steps [first, end) are held. */
  #first: number;
  #end: number;
  /** Step of the first column; columns before `#first` are trimmed and wait to be moved over. */
  #base: number;
  #width: number;
  #labels: Labels[] = [];
  #rowOf = new Map<string, number>();
  #values = new Float64Array(0);
  #has = new Uint8Array(0);
  /** Rows in the order of their labels, without those of `#fresh`, which were added since. */
  #order: number[] = [];
  #fresh: number[] = [];

  constructor(stepMs: number, phaseMs: number, first: number, count: number) {
    this.#stepMs = stepMs;
    this.#phaseMs = phaseMs;
    this.#first = first;
    this.#end = first;
    this.#base = first;
    this.#width = count + spare(count);
  }

  get first(): number {
    return this.#first;
  }

  get end(): number {
    return this.#end;
  }

  get bytes(): number {
    return this.#values.length * CELL_BYTES + this.#labels.length * ROW_BYTES;
  }

  /** Bytes of a table that holds a result. */
  static bytesOf(series: number, steps: number): number {
    return (series + spare(series)) * (steps + spare(steps)) * CELL_BYTES + series * ROW_BYTES;
  }

  /** Forgets the steps from `step` on. */
  cutFrom(step: number): void {
    if (step >= this.#end) return;
    const from = Math.max(step, this.#first);
    this.#clear(from, this.#end);
    this.#end = from;
  }

  /** Forgets the steps before `step`. */
  cutBefore(step: number): void {
    this.#first = Math.min(Math.max(step, this.#first), this.#end);
  }

  /** Adds the steps [end, end + count) with the series of a result of exactly these. */
  async append(count: number, series: readonly RangeSeries[], pause: () => Promise<void>): Promise<void> {
    let copied = 0;
    this.#makeRoom(count);
    if (this.#labels.length === 0) this.#rebuild(this.#width, series.length + spare(series.length));
    for (const { labels, timestamps, values } of series) {
      copied += timestamps.length + SERIES_COST;
      if (copied > CELLS_A_TURN) {
        copied = 0;
        await pause();
      }
      const row = this.#row(labels) * this.#width;
      const begin = this.#stepAt(timestamps[0] as number) - this.#base;
      const last = this.#stepAt(timestamps[timestamps.length - 1] as number) - this.#base;
      if (last - begin === timestamps.length - 1) {
        this.#values.set(values, row + begin);
        this.#has.fill(1, row + begin, row + last + 1);
        continue;
      }
      for (let i = 0; i < timestamps.length; i++) {
        const at = row + this.#stepAt(timestamps[i] as number) - this.#base;
        this.#values[at] = values[i] as number;
        this.#has[at] = 1;
      }
    }
    this.#end += count;
  }

  /** A copy of the held steps of `grid`, series sorted by labels, those without a value left out. */
  async read(grid: StepGrid, pause: () => Promise<void>): Promise<RangeSeries[]> {
    const times = Float64Array.from({ length: grid.count }, (_, k) => (grid.first + k) * this.#stepMs + this.#phaseMs);
    const out: RangeSeries[] = [];
    const rows = this.#sortedRows();
    // One array for all: thousands of small ones would keep the garbage collector busy.
    const cells = new Float64Array(rows.length * grid.count);
    const column = grid.first - this.#base;
    let used = 0;
    let turnEnd = CELLS_A_TURN;
    for (const row of rows) {
      const from = row * this.#width + column;
      const has = this.#has.subarray(from, from + grid.count);
      const first = has.indexOf(1);
      if (first === -1) continue;
      const values = this.#values.subarray(from, from + grid.count);
      const series = rowSeries(values, has, times, first, cells.subarray(used));
      out.push({ labels: this.#labels[row] as Labels, ...series });
      used += series.values.length;
      if (used < turnEnd) continue;
      turnEnd = used + CELLS_A_TURN;
      await pause();
    }
    return out;
  }

  #stepAt(timeMs: number): number {
    return Math.round((timeMs - this.#phaseMs) / this.#stepMs);
  }

  #sortedRows(): readonly number[] {
    if (this.#fresh.length === 0) return this.#order;
    const labels = this.#labels;
    const compare = (a: number, b: number) => compareLabels(labels[a] as Labels, labels[b] as Labels);
    // Results come sorted, which is the fast case of this sort.
    const fresh = this.#fresh.sort(compare);
    const merged: number[] = [];
    let next = 0;
    for (const row of this.#order) {
      while (next < fresh.length && compare(fresh[next] as number, row) < 0) merged.push(fresh[next++] as number);
      merged.push(row);
    }
    while (next < fresh.length) merged.push(fresh[next++] as number);
    this.#order = merged;
    this.#fresh = [];
    return merged;
  }

  #row(labels: Labels): number {
    const known = this.#rowOf.get(labels.key);
    if (known !== undefined) return known;
    const row = this.#labels.length;
    this.#labels.push(labels);
    this.#rowOf.set(labels.key, row);
    this.#fresh.push(row);
    if ((row + 1) * this.#width > this.#values.length) this.#rebuild(this.#width, row + 1 + spare(row + 1));
    return row;
  }

  #clear(from: number, to: number): void {
    for (let row = 0; row < this.#labels.length; row++) {
      const start = row * this.#width - this.#base;
      this.#has.fill(0, start + from, start + to);
    }
  }

  #makeRoom(count: number): void {
    if (this.#end + count - this.#base <= this.#width) return;
    this.#dropEmptyRows();
    const held = this.#end - this.#first + count;
    this.#rebuild(held + spare(held), this.#labels.length + spare(this.#labels.length));
  }

  /** Series that have ended would stay for ever. */
  #dropEmptyRows(): void {
    const order = this.#sortedRows();
    const kept: number[] = [];
    for (let row = 0; row < this.#labels.length; row++) {
      const start = row * this.#width - this.#base;
      if (this.#has.subarray(start + this.#first, start + this.#end).indexOf(1) !== -1) kept.push(row);
    }
    if (kept.length === this.#labels.length) return;
    for (const [target, row] of kept.entries()) {
      const from = row * this.#width;
      this.#values.copyWithin(target * this.#width, from, from + this.#width);
      this.#has.copyWithin(target * this.#width, from, from + this.#width);
    }
    this.#labels = kept.map((row) => this.#labels[row] as Labels);
    this.#rowOf = new Map(this.#labels.map((labels, row) => [labels.key, row]));
    const targetOf = new Map(kept.map((row, target) => [row, target]));
    this.#order = order.flatMap((row) => targetOf.get(row) ?? []);
  }

  /** Moves everything held to new arrays, the first held step to the first column. */
  #rebuild(width: number, rows: number): void {
    const values = new Float64Array(width * rows);
    const has = new Uint8Array(width * rows);
    const oldRows = Math.min(this.#labels.length, Math.floor(this.#values.length / this.#width));
    // With the columns after the end: an append may be under way.
    const to = Math.min(this.#base + this.#width, this.#first + width);
    for (let row = 0; row < oldRows; row++) {
      const start = row * this.#width - this.#base;
      values.set(this.#values.subarray(start + this.#first, start + to), row * width);
      has.set(this.#has.subarray(start + this.#first, start + to), row * width);
    }
    this.#values = values;
    this.#has = has;
    this.#width = width;
    this.#base = this.#first;
  }
}

/** Cells copied between two turns of the event loop, a few milliseconds. */
const CELLS_A_TURN = 500_000;
/** What a series costs besides its cells. */
const SERIES_COST = 100;

function spare(count: number): number {
  return Math.max(SPARE_LEAST, Math.ceil(count * SPARE_SHARE));
}

/** The present cells of a row from the first on, copied to the start of `cells`. */
function rowSeries(
  values: Float64Array,
  has: Uint8Array,
  times: Float64Array,
  first: number,
  cells: Float64Array,
): Pick<RangeSeries, 'timestamps' | 'values'> {
  const end = has.lastIndexOf(1) + 1;
  if (has.subarray(first, end).indexOf(0) === -1) {
    cells.set(values.subarray(first, end));
    return { timestamps: times.subarray(first, end), values: cells.subarray(0, end - first) };
  }
  let size = 0;
  for (let k = first; k < end; k++) size += has[k] as number;
  const timestamps = new Float64Array(size);
  let at = 0;
  for (let k = first; k < end; k++) {
    if (has[k] === 0) continue;
    timestamps[at] = times[k] as number;
    cells[at++] = values[k] as number;
  }
  return { timestamps, values: cells.subarray(0, size) };
}
