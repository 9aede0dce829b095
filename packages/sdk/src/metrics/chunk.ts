/**
 * A few hundred series of one metric: their values in typed arrays and what never changes of their text in one block of bytes.
 *
 * A metric with one line for each series keeps whole lines of text 0.0.4 with a slot of fixed width for the number,
 * right-aligned: an exposition writes only the numbers that changed and copies whole blocks. Spaces before a value are allowed
 * by the text format (not by OpenMetrics, see openmetrics-format.ts). A metric with many lines for each (histogram, summary)
 * keeps the labels only, once for each series: its lines are put together in series-lines.ts.
 */
import type { Exemplar } from './exemplar.ts';
import { labelPairs } from './names.ts';
import { writeNumber } from './number-text.ts';
import { isSingleLine, type Shape } from './shape.ts';
import type { SketchSource } from './sketch.ts';

/** The slot holds a series. */
export const LIVE = 128;
/** Changed since its text was written. */
export const TEXT_STALE = 1;
/** Updated since the last look for series that are no longer used. */
export const TOUCHED = 2;
/** Changed since it was last reported to another process or thread. */
export const UNREPORTED = 4;
/** What an update leaves in the flags of a series. */
export const UPDATED = LIVE | TEXT_STALE | TOUCHED | UNREPORTED;

const FIRST_CAPACITY = 4;
const EMPTY = Buffer.alloc(0);

/** What a chunk needs to know of its metric. */
export interface ChunkOwner {
  readonly name: string;
  readonly labelNames: readonly string[];
  /** Labels that every series has, as text. */
  readonly constantPairs: string;
  readonly shape: Shape;
}

/** Something bound to a series, told when the series goes. */
export interface Bound {
  chunk: Chunk;
  next: Bound | undefined;
}

let scratch = Buffer.allocUnsafeSlow(65_536);

function ensureScratch(length: number): void {
  if (length <= scratch.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(length, scratch.length * 2));
  scratch.copy(larger);
  scratch = larger;
}

/** Takes bytes of a series' text over into the block that is made. @returns Where they end. */
function keep(text: Buffer, start: number, end: number, at: number): number {
  ensureScratch(at + end - start);
  text.copy(scratch, at, start, end);
  return at + end - start;
}

function putText(text: string, at: number): number {
  // Three bytes for each UTF-16 unit is the most that UTF-8 takes.
  ensureScratch(at + text.length * 3);
  return at + scratch.write(text, at);
}

export class Chunk {
  readonly shape: Shape;
  readonly #owner: ChunkOwner;
  readonly #capacity: number;
  /** `shape.stride` numbers for each series. */
  values: Float64Array;
  flags: Uint8Array;
  /** True for the chunk that removed series are moved to. */
  readonly isDead: boolean;
  /** Slots in use or free again. */
  count = 0;
  /** Of each series: its line with a slot for the number, or its labels where it has several lines. */
  text: Buffer = EMPTY;
  /** Where the text of each series ends; a free slot has none. */
  ends: Int32Array = new Int32Array(0);
  /** Width of the number's slot. */
  width: number;
  /** Label values of series that have no text yet. */
  #pending: (readonly string[] | undefined)[] | undefined;
  #isLayoutStale = false;
  handles: (Bound | undefined)[] | undefined;
  exemplars: (Exemplar | undefined)[] | undefined;
  /** Of summaries. */
  sketches: (SketchSource | undefined)[] | undefined;
  /** When a series was made and last seen in use, Unix ms; kept only where somebody asks. */
  created: Float64Array | undefined;
  seen: Float64Array | undefined;

  constructor(owner: ChunkOwner, capacity: number, isDead = false) {
    this.#owner = owner;
    this.shape = owner.shape;
    this.#capacity = capacity;
    this.isDead = isDead;
    this.width = owner.shape.width;
    const first = isDead ? 0 : Math.min(FIRST_CAPACITY, capacity);
    this.values = new Float64Array(first * this.shape.stride);
    this.flags = new Uint8Array(first);
  }

  get isFull(): boolean {
    return this.count === this.#capacity;
  }

  /** Puts a new series at `index`, which is `count` or a free slot. */
  add(index: number, labelValues: readonly string[], createdMs: number | undefined): void {
    if (index === this.count) this.#grow();
    this.values.fill(0, index * this.shape.stride, (index + 1) * this.shape.stride);
    this.flags[index] = UPDATED;
    if (this.sketches !== undefined) this.sketches[index] = undefined;
    this.#pending ??= [];
    this.#pending[index] = labelValues;
    this.#isLayoutStale = true;
    if (createdMs !== undefined) {
      this.created ??= new Float64Array(this.#capacity);
      this.created[index] = createdMs;
    }
  }

  free(index: number, dead: Chunk): void {
    this.flags[index] = 0;
    if (this.#pending !== undefined) this.#pending[index] = undefined;
    this.#isLayoutStale = true;
    this.exemplars?.fill(undefined, index * this.shape.exemplarSlots, (index + 1) * this.shape.exemplarSlots);
    let handle = this.handles?.[index];
    if (this.handles !== undefined) this.handles[index] = undefined;
    while (handle !== undefined) {
      const { next } = handle;
      handle.chunk = dead;
      handle.next = undefined;
      handle = next;
    }
  }

  /** Where the text of a series begins; at its end when the slot is free. */
  startOf(index: number): number {
    return index === 0 ? 0 : (this.ends[index - 1] as number);
  }

  /** Brings the text up to date with the series, and with the values where they are part of it. */
  refresh(): void {
    if (this.#isLayoutStale) this.#layout(this.width);
    if (isSingleLine(this.shape)) this.#patch();
  }

  /** Writes changed numbers; slots get wider when one has no room. */
  #patch(): void {
    const { flags, values, text, ends, width } = this;
    let widest = width;
    for (let index = 0; index < this.count; index++) {
      const flag = flags[index] as number;
      if ((flag & (LIVE | TEXT_STALE)) !== (LIVE | TEXT_STALE)) continue;
      const needed = writeNumber(text, (ends[index] as number) - 1, width, values[index] as number);
      if (needed === 0) flags[index] = flag & ~TEXT_STALE;
      else widest = Math.max(widest, needed);
    }
    if (widest === width) return;
    this.#layout(widest);
    this.#patch();
  }

  /** Writes the block anew: new series added, removed ones left out, slots with another width. */
  #layout(width: number): void {
    const ends = new Int32Array(this.count);
    const slot = isSingleLine(this.shape) ? `${' '.repeat(width + 1)}\n` : '';
    let at = 0;
    for (let index = 0; index < this.count; index++) {
      const labelValues = this.#pending?.[index];
      if (((this.flags[index] as number) & LIVE) !== 0) {
        const start = this.startOf(index);
        const end = this.ends[index] as number;
        if (labelValues !== undefined) at = putText(this.#textOf(labelValues) + slot, at);
        else if (width === this.width) at = keep(this.text, start, end, at);
        else {
          at = putText(slot, keep(this.text, start, end - this.width - 2, at));
          this.flags[index] = (this.flags[index] as number) | TEXT_STALE;
        }
      }
      ends[index] = at;
    }
    this.text = Buffer.allocUnsafeSlow(at);
    scratch.copy(this.text, 0, 0, at);
    this.ends = ends;
    this.width = width;
    this.#pending = undefined;
    this.#isLayoutStale = false;
  }

  /** A line up to its number's slot, or the labels. */
  #textOf(labelValues: readonly string[]): string {
    const { name, labelNames, constantPairs, shape } = this.#owner;
    const own = labelPairs(labelNames, labelValues);
    const pairs = constantPairs === '' || own === '' ? constantPairs + own : `${constantPairs},${own}`;
    if (!isSingleLine(shape)) return pairs;
    return pairs === '' ? name : `${name}{${pairs}}`;
  }

  #grow(): void {
    this.count++;
    if (this.count <= this.flags.length) return;
    const capacity = Math.min(this.#capacity, this.flags.length * 2);
    const flags = new Uint8Array(capacity);
    flags.set(this.flags);
    this.flags = flags;
    const values = new Float64Array(capacity * this.shape.stride);
    values.set(this.values);
    this.values = values;
  }
}

/** Values of the lines of one series, reused: nothing keeps it. */
export const lineValues = new Float64Array(1024);
