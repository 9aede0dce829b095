/**
 * A few hundred series of one metric: their values in typed arrays and their lines of text 0.0.4 in one block of about 64 KB.
 * A line keeps a fixed slot for its number, right-aligned, so that an exposition writes only the numbers that changed and
 * copies whole blocks. Spaces before a value are allowed by the text format (not by OpenMetrics, see openmetrics.ts).
 */
import type { Exemplar } from './exemplar.ts';
import { labelPairs } from './names.ts';
import { writeNumber } from './number-text.ts';
import type { Shape } from './shape.ts';
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
  text: Buffer = EMPTY;
  /** Offset of the newline of each line; a line of a free slot has no bytes. */
  ends: Int32Array = new Int32Array(0);
  /** Width of the number's slot by the kind of line. */
  widths: [number, number];
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
    this.widths = [owner.shape.widths[0], owner.shape.widths[1]];
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

  lineStart(line: number): number {
    return line === 0 ? 0 : (this.ends[line - 1] as number) + 1;
  }

  /** Brings the text up to date with the values. */
  refresh(): void {
    if (this.#isLayoutStale) this.#layout(this.widths);
    while (!this.#patch()) {
      // Slots got wider: numbers that had no room are written now.
    }
  }

  /** Writes changed numbers; false when some did not fit and the slots were widened. */
  #patch(): boolean {
    const { shape, flags, values, text, ends, widths } = this;
    const { lines, stride, read } = shape;
    const many = lines.length;
    let wider: [number, number] | undefined;
    for (let index = 0; index < this.count; index++) {
      const flag = flags[index] as number;
      if ((flag & (LIVE | TEXT_STALE)) !== (LIVE | TEXT_STALE)) continue;
      read(values, index * stride, lineValues);
      for (let line = 0; line < many; line++) {
        const { kind } = lines[line] as Shape['lines'][number];
        const end = ends[index * many + line] as number;
        const needed = writeNumber(text, end, widths[kind], lineValues[line] as number);
        if (needed === 0) continue;
        wider ??= [widths[0], widths[1]];
        wider[kind] = Math.max(wider[kind], needed);
      }
      flags[index] = flag & ~TEXT_STALE;
    }
    if (wider === undefined) return true;
    this.#layout(wider);
    return false;
  }

  /** Writes the block anew: lines of new series added, of removed ones left out, slots with other widths. */
  #layout(widths: [number, number]): void {
    const many = this.shape.lines.length;
    const ends = new Int32Array(this.count * many);
    const isWider = widths[0] !== this.widths[0] || widths[1] !== this.widths[1];
    let at = 0;
    for (let index = 0; index < this.count; index++) {
      const first = index * many;
      const labelValues = this.#pending?.[index];
      if (((this.flags[index] as number) & LIVE) === 0) ends.fill(at - 1, first, first + many);
      else if (labelValues !== undefined) at = this.#compose(labelValues, widths, ends, first, at);
      else if (isWider) at = this.#widen(widths, ends, first, at);
      else at = this.#keep(ends, first, at);
    }
    this.text = Buffer.allocUnsafeSlow(at);
    scratch.copy(this.text, 0, 0, at);
    this.ends = ends;
    this.widths = widths;
    this.#pending = undefined;
    this.#isLayoutStale = false;
  }

  #compose(labelValues: readonly string[], widths: [number, number], ends: Int32Array, first: number, from: number) {
    const { name, labelNames, constantPairs } = this.#owner;
    const own = labelPairs(labelNames, labelValues);
    const pairs = constantPairs === '' || own === '' ? constantPairs + own : `${constantPairs},${own}`;
    // Metric names and bounds are ASCII: only label values have more bytes than characters.
    const more = Buffer.byteLength(pairs) - pairs.length;
    let block = '';
    let at = from;
    for (let line = 0; line < this.shape.lines.length; line++) {
      const { suffix, extra, kind } = this.shape.lines[line] as Shape['lines'][number];
      const all = pairs === '' || extra === '' ? pairs + extra : `${pairs},${extra}`;
      const text = `${name}${suffix}${all === '' ? '' : `{${all}}`}${' '.repeat(widths[kind] + 1)}\n`;
      block += text;
      at += text.length + more;
      ends[first + line] = at - 1;
    }
    ensureScratch(at);
    scratch.write(block, from);
    return at;
  }

  #keep(ends: Int32Array, first: number, at: number): number {
    const many = this.shape.lines.length;
    const from = this.lineStart(first);
    const to = (this.ends[first + many - 1] as number) + 1;
    ensureScratch(at + to - from);
    this.text.copy(scratch, at, from, to);
    for (let line = first; line < first + many; line++) ends[line] = (this.ends[line] as number) + at - from;
    return at + to - from;
  }

  #widen(widths: [number, number], ends: Int32Array, first: number, from: number): number {
    let at = from;
    for (let line = 0; line < this.shape.lines.length; line++) {
      const { kind } = this.shape.lines[line] as Shape['lines'][number];
      const start = this.lineStart(first + line);
      const slot = (this.ends[first + line] as number) - this.widths[kind];
      const end = at + slot - start + widths[kind];
      ensureScratch(end + 1);
      this.text.copy(scratch, at, start, slot);
      scratch[end] = 10;
      ends[first + line] = end;
      at = end + 1;
    }
    const index = first / this.shape.lines.length;
    this.flags[index] = (this.flags[index] as number) | TEXT_STALE;
    return at;
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
