/**
 * Rows of `metric_samples` become chunks: gathered by series, in the order of time, each time once (the first stored). Rows are decoded
 * as they arrive, so that the answer of the database need not be held.
 */
import { writeStaleMarker } from '@sightline/model';
import { unexpectedColumns } from '../migrations.ts';
import { type NativeBlock, NativeScratch, readNative, toNumbers } from '../native.ts';
import { Chunk } from './cache/chunk.ts';
import { Segment } from './cache/segments.ts';
import { TimeColumns } from './cache/time-columns.ts';
import type { Pace } from './pace.ts';
import { fromWords, KIND_BITS, POWERS_OF_TEN, RAW, STALE } from './sample-code.ts';
import type { SeriesEntry } from './series-entry.ts';
import { ShortRows } from './short-rows.ts';

const KIND_MASK = (1 << KIND_BITS) - 1;
/** Values whose memory is let go of together, at least. */
const SEGMENT_VALUES = 4_096;
/** Rows of fewer samples are gathered before they become chunks. */
const SHORT_ROW = 24;
/** Values of the memory that joined rows share. */
const JOINED_VALUES = 4_096;
const NO_CHUNKS: readonly Chunk[] = [];

export class RowDecoder {
  /** Samples decoded so far. */
  samples = 0;
  readonly #slots: ReadonlyMap<number, number>;
  readonly #pieces: (Chunk[] | undefined)[];
  readonly #columns = new TimeColumns();
  readonly #scratch = new NativeScratch();
  /** Slots that have several rows of one hour, or rows out of order. */
  readonly #untidy = new Set<number>();
  readonly #short: ShortRows;
  #times = new Uint32Array(1_024);
  #arrivals = 0;
  #joined: { readonly segment: Segment; readonly values: Float64Array; used: number } | undefined;

  constructor(entries: readonly SeriesEntry[]) {
    this.#slots = new Map(entries.map((entry, slot) => [entry.id, slot]));
    this.#short = new ShortRows(entries.length);
    this.#pieces = new Array<Chunk[] | undefined>(entries.length).fill(undefined);
  }

  /** @param bytes whole blocks: id, hour, order of insertion, t, v */
  async add(bytes: Uint8Array, pace: Pace): Promise<void> {
    for (const block of readNative(bytes, this.#scratch)) {
      this.#addBlock(block);
      if (pace.isDue()) await pace.pause();
    }
  }

  /** The chunks of one series in the order of hours, none empty. To be asked for once, when all rows were added. */
  take(slot: number): readonly Chunk[] {
    const pieces = this.#pieces[slot];
    this.#pieces[slot] = undefined;
    if (this.#short.has(slot)) return this.#tidy([...(pieces ?? []), ...this.#short.take(slot)]);
    if (pieces === undefined) return NO_CHUNKS;
    return this.#untidy.has(slot) ? this.#tidy(pieces) : pieces;
  }

  #addBlock(block: NativeBlock): void {
    const [ids, hours, orders, t, v] = block.columns;
    if (ids?.kind !== 'u64' || hours?.kind !== 'u32' || orders?.kind !== 'u32' || t?.kind !== 'array') {
      throw unexpectedColumns('metric_samples');
    }
    if (t.item.kind !== 'u32' || v?.kind !== 'array' || v.item.kind !== 'i64')
      throw unexpectedColumns('metric_samples');
    const codes = t.item.values;
    const { words } = v.item;
    const slots = toNumbers(ids.words);
    for (let row = 0; row < block.rows; row++) slots[row] = this.#slots.get(slots[row] as number) ?? -1;
    for (let row = 0; row < block.rows; ) {
      const begin = row;
      const hour = hours.values[row];
      let size = 0;
      for (; row < block.rows && (hours.values[row] === hour || size < SEGMENT_VALUES); row++) {
        const length = lengthAt(t.ends, row);
        if (slots[row] !== -1 && length >= SHORT_ROW) size += length;
      }
      const values = new Float64Array(size);
      const segment = new Segment(values.byteLength);
      let offset = 0;
      for (let i = begin; i < row; i++) {
        const length = lengthAt(t.ends, i);
        const slot = slots[i] as number;
        if (slot === -1 || length === 0) continue;
        const from = (t.ends[i] as number) - length;
        const order = orders.values[i] as number;
        if (length < SHORT_ROW) {
          this.#addShort(slot, (hours.values[i] as number) / 3_600, order, codes, words, from, length);
          continue;
        }
        const chunk = this.#decode((hours.values[i] as number) / 3_600, codes, words, from, length, values, offset);
        chunk.order = order;
        chunk.arrival = this.#arrivals++;
        segment.add(chunk);
        this.#place(slot, chunk);
        offset += length;
      }
    }
  }

  #addShort(
    slot: number,
    hour: number,
    order: number,
    codes: Uint32Array,
    words: Int32Array,
    from: number,
    length: number,
  ): void {
    const short = this.#short;
    short.reserve(length);
    const times = this.#times;
    const { values, samples } = short;
    const isSorted = decodeTimes(codes, from, length, times);
    const hasStale = decodeValues(codes, words, from, length, values, samples);
    this.samples += length;
    const kept = isSorted ? length : sortFirstWins(times, values, samples, length);
    short.add({ slot, hour, order, arrival: this.#arrivals++, hasStale }, times, kept);
  }

  #place(slot: number, chunk: Chunk): void {
    const pieces = this.#pieces[slot];
    if (pieces === undefined) {
      this.#pieces[slot] = [chunk];
      return;
    }
    if ((pieces[pieces.length - 1] as Chunk).hour >= chunk.hour) this.#untidy.add(slot);
    pieces.push(chunk);
  }

  #decode(
    hour: number,
    codes: Uint32Array,
    words: Int32Array,
    from: number,
    length: number,
    values: Float64Array,
    offset: number,
  ): Chunk {
    if (length > this.#times.length) this.#times = new Uint32Array(length * 2);
    const times = this.#times;
    const isSorted = decodeTimes(codes, from, length, times);
    const hasStale = decodeValues(codes, words, from, length, values, offset);
    this.samples += length;
    const kept = isSorted ? length : sortFirstWins(times, values, offset, length);
    const chunk = new Chunk(hour, this.#columns.share(hour, times, kept), values, offset, kept, length);
    chunk.hasStale = hasStale;
    return chunk;
  }

  /** By hour and, within one, in the order of insertion; rows of one hour are joined. */
  #tidy(pieces: Chunk[]): Chunk[] {
    pieces.sort((a, b) => a.hour - b.hour || a.order - b.order || a.arrival - b.arrival);
    const chunks: Chunk[] = [];
    for (let from = 0; from < pieces.length; ) {
      const first = pieces[from] as Chunk;
      let to = from + 1;
      let size = first.length;
      for (; to < pieces.length && (pieces[to] as Chunk).hour === first.hour; to++)
        size += (pieces[to] as Chunk).length;
      chunks.push(to === from + 1 && first.segment !== undefined ? first : this.#join(pieces, from, to, size));
      from = to;
    }
    return chunks;
  }

  #join(pieces: readonly Chunk[], from: number, to: number, size: number): Chunk {
    if (size > this.#times.length) this.#times = new Uint32Array(size * 2);
    const times = this.#times;
    // Room for the rest of the hour is cheap here and saves moving it soon.
    const capacity = size + Math.min(size, 16);
    const { segment, values, begin } = this.#reserve(capacity);
    let at = 0;
    let isSorted = true;
    let hasStale = false;
    for (let i = from; i < to; i++) {
      const piece = pieces[i] as Chunk;
      const { length, offset } = piece;
      const ms = piece.times.ms;
      if (at > 0 && (ms[0] as number) <= (times[at - 1] as number)) isSorted = false;
      for (let k = 0; k < length; k++) times[at + k] = ms[k] as number;
      const target = begin + at;
      if (piece.hasStale) values.set(piece.values.subarray(offset, offset + length), target);
      else for (let k = 0; k < length; k++) values[target + k] = piece.values[offset + k] as number;
      hasStale ||= piece.hasStale;
      at += length;
    }
    const { hour } = pieces[from] as Chunk;
    const kept = isSorted ? size : sortFirstWins(times, values, begin, size);
    const chunk = new Chunk(hour, this.#columns.share(hour, times, kept), values, begin, kept, capacity);
    chunk.hasStale = hasStale;
    segment.add(chunk);
    return chunk;
  }

  #reserve(capacity: number): { segment: Segment; values: Float64Array; begin: number } {
    let joined = this.#joined;
    if (joined === undefined || joined.used + capacity > joined.values.length) {
      const values = new Float64Array(Math.max(capacity, JOINED_VALUES));
      joined = { segment: new Segment(values.byteLength), values, used: 0 };
      this.#joined = joined;
    }
    const begin = joined.used;
    joined.used += capacity;
    return { segment: joined.segment, values: joined.values, begin };
  }
}

function lengthAt(ends: Float64Array, row: number): number {
  return (ends[row] as number) - (row === 0 ? 0 : (ends[row - 1] as number));
}

/** @returns false when they do not rise */
function decodeTimes(codes: Uint32Array, from: number, length: number, times: Uint32Array): boolean {
  let isSorted = true;
  let previous = -1;
  for (let i = 0; i < length; i++) {
    const time = (codes[from + i] as number) >>> 4;
    times[i] = time;
    if (time <= previous) isSorted = false;
    previous = time;
  }
  return isSorted;
}

/** @returns true when one is a staleness marker */
function decodeValues(
  codes: Uint32Array,
  words: Int32Array,
  from: number,
  length: number,
  values: Float64Array,
  offset: number,
): boolean {
  let hasStale = false;
  // A series mostly stays with its kind: the loop over one kind has nothing to decide.
  for (let at = 0; at < length; ) {
    const kind = (codes[from + at] as number) & KIND_MASK;
    if (kind < POWERS_OF_TEN.length) {
      at = decodeDecimals(codes, words, from, at, length, values, offset);
      continue;
    }
    if (kind === STALE) {
      writeStaleMarker(values, offset + at);
      hasStale = true;
    } else {
      const word = 2 * (from + at);
      values[offset + at] = fromWords(RAW, words[word] as number, words[word + 1] as number);
    }
    at++;
  }
  return hasStale;
}

/** Decodes from `at` on as long as the kind stays. Returns where it ends. */
function decodeDecimals(
  codes: Uint32Array,
  words: Int32Array,
  from: number,
  at: number,
  length: number,
  values: Float64Array,
  offset: number,
): number {
  const kind = (codes[from + at] as number) & 15;
  const power = POWERS_OF_TEN[kind] as number;
  let i = at;
  for (; i < length && ((codes[from + i] as number) & 15) === kind; i++) {
    const word = 2 * (from + i);
    const low = words[word] as number;
    values[offset + i] = ((words[word + 1] as number) * 4_294_967_296 + (low >>> 0)) / power;
  }
  return i;
}

/** Sorts by time; of equal times the first stays. Returns how many are left. */
function sortFirstWins(times: Uint32Array, values: Float64Array, offset: number, length: number): number {
  const order = Uint32Array.from({ length }, (_, i) => i).sort(
    (a, b) => (times[a] as number) - (times[b] as number) || a - b,
  );
  const oldTimes = times.slice(0, length);
  // By their bits, so that a staleness marker stays one.
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const oldBits = bits.slice(2 * offset, 2 * (offset + length));
  let at = 0;
  for (const from of order) {
    const time = oldTimes[from] as number;
    if (at > 0 && times[at - 1] === time) continue;
    times[at] = time;
    bits[2 * (offset + at)] = oldBits[2 * from] as number;
    bits[2 * (offset + at) + 1] = oldBits[2 * from + 1] as number;
    at++;
  }
  return at;
}
