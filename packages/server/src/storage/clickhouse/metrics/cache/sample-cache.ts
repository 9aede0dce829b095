/**
 * Decoded samples by series and hour, in bounded memory (docs/adr/008). What is here is what the database holds: the writer adds every
 * commit before it is acknowledged, and what may not be in step is dropped. Only for a database that nobody else writes to.
 */

import { writeStaleMarker } from '@sightline/model';
import type { CacheMetrics } from '../../../metrics.ts';
import { fromWords, HOUR_MS, KIND_BITS, STALE } from '../sample-code.ts';
import type { SampleRows } from '../sample-rows.ts';
import type { SeriesEntry } from '../series-entry.ts';
import type { SeriesIndex } from '../series-index.ts';
import { CachedSeries, Chunk } from './chunk.ts';
import { CHUNK_BYTES, Segment, SegmentQueue } from './segments.ts';
import { NO_TIMES, TimeColumns } from './time-columns.ts';

/** What was not used for so long is given back, and its series are not followed into the next hour. */
const IDLE_MS = 45 * 60_000;
const SWEEP_MS = 60_000;
/** Values of one piece of memory for chunks that grow, and for those of an hour that begins. */
const OPEN_VALUES = 4_096;
const SERIES_BYTES = 220;
/** Samples that one read remembers of commits that ended meanwhile. */
const MAX_LOGGED = 500_000;
const KIND_MASK = (1 << KIND_BITS) - 1;

/** What a read covered: whole hours, except for the first and the last when only a window was read. */
export interface Coverage {
  readonly firstHour: number;
  /** In ms within the first hour, left-open; -1 for all of it. */
  readonly fromMs: number;
  readonly lastHour: number;
  /** In ms within the last hour, right-closed. */
  readonly toMs: number;
  /** From this hour on everything that is stored was read; +Infinity when the read had an end. */
  readonly knownFrom: number;
}

/** A read of the database on its way: commits that end before it is installed are remembered and added to what it found. */
export class PendingRead {
  readonly entries: SeriesEntry[] = [];
  readonly hours: number[] = [];
  readonly times: number[] = [];
  readonly values: number[] = [];
  readonly stale: boolean[] = [];
  /** Something happened that makes what it finds unfit to be kept. */
  isSpoiled = false;
}

export interface SampleCacheOptions {
  readonly budgetBytes: number;
  readonly index: SeriesIndex;
  readonly metrics: CacheMetrics;
  /** Monotonic ms. */
  readonly clock?: () => number;
}

export class SampleCache {
  readonly budgetBytes: number;
  readonly #index: SeriesIndex;
  readonly #metrics: CacheMetrics;
  readonly #clock: () => number;
  readonly #queue = new SegmentQueue();
  readonly #columns = new TimeColumns();
  readonly #reads = new Set<PendingRead>();
  #bytes = 0;
  /** Hours before are not kept: retention drops them. */
  #firstHour = 0;
  #pausedUntil = 0;
  #open: { segment: Segment; values: Float64Array; used: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SampleCacheOptions) {
    this.budgetBytes = options.budgetBytes;
    this.#index = options.index;
    this.#metrics = options.metrics;
    this.#clock = options.clock ?? (() => performance.now());
  }

  get isOn(): boolean {
    return this.budgetBytes > 0 && this.now() >= this.#pausedUntil;
  }

  get bytes(): number {
    return this.#bytes + this.#columns.bytes;
  }

  get firstHour(): number {
    return this.#firstHour;
  }

  now(): number {
    return this.#clock();
  }

  start(): void {
    if (!this.isOn) return;
    this.#timer = setInterval(() => this.sweep(), SWEEP_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  /** Lets go of what was not used for long. */
  sweep(): void {
    const before = this.now() - IDLE_MS;
    for (const segment of this.#queue) {
      if (Math.max(segment.usedAt, segment.queuedAt) < before) {
        this.#queue.leave(segment);
        this.#evict(segment);
      }
    }
    this.#report();
  }

  beginRead(): PendingRead {
    const read = new PendingRead();
    this.#reads.add(read);
    return read;
  }

  endRead(read: PendingRead): void {
    this.#reads.delete(read);
  }

  /**
   * Keeps what a read found of one series.
   * @param chunks in the order of hours, none empty, all within the coverage
   */
  install(entry: SeriesEntry, chunks: readonly Chunk[], coverage: Coverage, empties: Segment): void {
    if (entry.ref === -1) return;
    let series = entry.cached;
    if (series === undefined) {
      series = new CachedSeries(entry);
      entry.cached = series;
      this.#bytes += SERIES_BYTES;
    }
    let next = 0;
    const lastHour = Math.max(coverage.lastHour, chunks[chunks.length - 1]?.hour ?? 0);
    for (let hour = coverage.firstHour; hour <= lastHour; hour++) {
      const found = chunks[next]?.hour === hour ? (chunks[next++] as Chunk) : undefined;
      if (hour < this.#firstHour) continue;
      const fromMs = hour === coverage.firstHour ? coverage.fromMs : -1;
      const toMs = hour === coverage.lastHour ? coverage.toMs : HOUR_MS;
      const at = series.indexOf(hour);
      if (at !== -1 && (series.chunks[at] as Chunk).covers(fromMs, toMs)) continue;
      if (found === undefined && at === -1 && hour >= Math.min(coverage.knownFrom, series.knownFrom)) continue;
      this.#put(series, found ?? Chunk.empty(hour), fromMs, toMs, empties);
    }
    if (coverage.knownFrom < series.knownFrom) series.knownFrom = coverage.knownFrom;
    // What has no chunk is in no segment and would never be let go of.
    if (series.chunks.length === 0) {
      const { firstHour, lastHour: end, fromMs } = coverage;
      this.#put(series, Chunk.empty(firstHour), fromMs, end === firstHour ? coverage.toMs : HOUR_MS, empties);
    }
  }

  /** Adds the samples of commits that ended while the read was on its way. Harmless when done twice. */
  replay(read: PendingRead): void {
    const { entries, hours, times, values, stale } = read;
    for (let i = 0; i < entries.length; i++) {
      const series = this.#seriesOf(entries[i] as SeriesEntry);
      if (series === undefined) continue;
      this.#add(series, hours[i] as number, times[i] as number, values[i] as number, stale[i] as boolean);
    }
  }

  /** Makes room; to be called when a read has installed what it found. */
  makeRoom(): void {
    while (this.bytes > this.budgetBytes) {
      const segment = this.#queue.take(this.now());
      if (segment === undefined) break;
      this.#metrics.evictions.inc(segment.chunks.length);
      this.#evict(segment);
    }
    this.#report();
  }

  /** The rows `from` up to `to` of a commit that was stored. */
  apply(rows: SampleRows, from: number, to: number): void {
    if (!this.isOn) return;
    const { entries, hours, ends, codes, words } = rows;
    for (let row = from; row < to; row++) {
      const entry = entries[row] as SeriesEntry;
      const series = this.#seriesOf(entry);
      if (series === undefined && this.#reads.size === 0) continue;
      const hour = (hours[row] as number) / 3_600;
      const end = ends[2 * row] as number;
      for (let i = row === 0 ? 0 : (ends[2 * row - 2] as number); i < end; i++) {
        const code = codes[i] as number;
        const kind = code & KIND_MASK;
        const inHourMs = code >>> KIND_BITS;
        const value = fromWords(kind, words[2 * i] as number, words[2 * i + 1] as number);
        if (series !== undefined) this.#add(series, hour, inHourMs, value, kind === STALE);
        for (const read of this.#reads) remember(read, entry, hour, inHourMs, value, kind === STALE);
      }
    }
  }

  /** Room for what `apply` added, when a commit is through. */
  settle(): void {
    if (this.bytes > this.budgetBytes) this.makeRoom();
  }

  /** A commit of which it is not known what was stored. */
  invalidate(rows: SampleRows): void {
    for (const read of this.#reads) read.isSpoiled = true;
    for (let row = 0; row < rows.rows; row++) {
      const series = this.#seriesOf(rows.entries[row] as SeriesEntry);
      if (series !== undefined) this.#forget(series, (rows.hours[row] as number) / 3_600);
    }
  }

  /** Retention: nothing before the hour is kept from now on. */
  dropBefore(hour: number): void {
    this.#firstHour = Math.max(this.#firstHour, hour);
    for (const segment of this.#queue) {
      for (const { series, hour: of } of segment.chunks)
        if (of < hour && series !== undefined) this.#forget(series, of);
    }
    this.#report();
  }

  /** The index forgot series: whoever writes to them cannot be followed. */
  dropForgotten(): void {
    for (const read of this.#reads) read.isSpoiled = true;
    for (const segment of this.#queue) {
      for (const { series } of segment.chunks) if (series?.entry.ref === -1) this.#forgetSeries(series);
    }
  }

  /** Keeps nothing for a while. */
  pause(forMs: number): void {
    this.clear();
    this.#pausedUntil = this.now() + forMs;
  }

  clear(): void {
    for (const read of this.#reads) read.isSpoiled = true;
    for (const segment of this.#queue) {
      this.#queue.leave(segment);
      this.#evict(segment);
    }
    this.#open = undefined;
    this.#report();
  }

  /** A series that was forgotten by the index and found again has a new entry; writers may still hold the old one. */
  #seriesOf(entry: SeriesEntry): CachedSeries | undefined {
    return entry.ref === -1 ? this.#index.byId(entry.id)?.cached : entry.cached;
  }

  #put(series: CachedSeries, chunk: Chunk, fromMs: number, toMs: number, empties: Segment): void {
    chunk.fromMs = fromMs;
    chunk.toMs = toMs;
    if (chunk.segment === undefined) empties.add(chunk);
    const segment = chunk.segment as Segment;
    if (!segment.isQueued) {
      this.#queue.join(segment, this.now());
      this.#bytes += segment.bytes;
    } else if (segment === empties) this.#bytes += CHUNK_BYTES;
    this.#adoptColumn(chunk);
    const replaced = series.put(chunk);
    if (replaced !== undefined) this.#columns.release(replaced.times);
  }

  #adoptColumn(chunk: Chunk): void {
    const local = chunk.times;
    if (local !== NO_TIMES) {
      if (local.twin === undefined || local.twin.users === 0 || local.twinLength < chunk.length) {
        local.twin = this.#columns.share(local.hour, local.ms, local.length);
        local.twinLength = local.length;
      }
      chunk.times = local.twin;
    }
    chunk.times.users++;
  }

  #add(series: CachedSeries, hour: number, inHourMs: number, value: number, isStale: boolean): void {
    const at = series.indexOf(hour);
    const known = at === -1 ? this.#openHour(series, hour) : (series.chunks[at] as Chunk);
    if (known === undefined || inHourMs <= known.fromMs || inHourMs > known.toMs) return;
    const { length, times } = known;
    const newest = length === 0 ? -1 : (times.ms[length - 1] as number);
    if (inHourMs <= newest) {
      // Of two samples at one time the first stored counts, and that one is here.
      if (!hasTime(times.ms, length, inHourMs)) this.#forget(series, hour);
      return;
    }
    const chunk = length < known.capacity ? known : this.#grown(series, known);
    const column = this.#columns.extend(hour, chunk.times, length, inHourMs);
    if (column !== chunk.times) {
      column.users++;
      this.#columns.release(chunk.times);
      chunk.times = column;
    }
    const place = chunk.offset + length;
    if (isStale) {
      chunk.hasStale = true;
      writeStaleMarker(chunk.values, place);
    } else chunk.values[place] = value;
    chunk.length = length + 1;
  }

  /** The first sample of an hour: series that were read lately are followed into it. */
  #openHour(series: CachedSeries, hour: number): Chunk | undefined {
    if (hour < series.knownFrom) return undefined;
    const before = series.indexOf(hour - 1);
    const previous = before === -1 ? undefined : (series.chunks[before] as Chunk);
    const segment = previous?.segment;
    if (previous === undefined || segment === undefined || hour < this.#firstHour || this.#isIdle(segment)) {
      series.forgetHour(hour);
      return undefined;
    }
    const chunk = this.#reserve(hour, NO_TIMES, Math.max(4, previous.length + 2));
    chunk.times.users++;
    series.put(chunk);
    return chunk;
  }

  #isIdle(segment: Segment): boolean {
    return Math.max(segment.usedAt, segment.queuedAt) < this.now() - IDLE_MS;
  }

  #grown(series: CachedSeries, chunk: Chunk): Chunk {
    const { length, times } = chunk;
    const larger = this.#reserve(chunk.hour, times, Math.ceil(length * 1.5) + 8);
    larger.values.set(chunk.values.subarray(chunk.offset, chunk.offset + length), larger.offset);
    larger.length = length;
    larger.hasStale = chunk.hasStale;
    larger.fromMs = chunk.fromMs;
    larger.toMs = chunk.toMs;
    // The column's user is now the new chunk: one takes the place of the other.
    series.put(larger);
    const segment = larger.segment as Segment;
    segment.usedAt = Math.max(segment.usedAt, chunk.segment?.usedAt ?? 0);
    return larger;
  }

  #reserve(hour: number, times: Chunk['times'], capacity: number): Chunk {
    let open = this.#open;
    if (open === undefined || !open.segment.isQueued || open.used + capacity > open.values.length) {
      const values = new Float64Array(Math.max(OPEN_VALUES, capacity));
      const segment = new Segment(values.byteLength);
      this.#bytes += segment.bytes;
      this.#queue.join(segment, this.now());
      open = { segment, values, used: 0 };
      this.#open = open;
    }
    const chunk = new Chunk(hour, times, open.values, open.used, 0, capacity);
    open.used += capacity;
    open.segment.add(chunk);
    this.#bytes += CHUNK_BYTES;
    return chunk;
  }

  #forget(series: CachedSeries, hour: number): void {
    const at = series.indexOf(hour);
    if (at === -1) {
      series.forgetHour(hour);
      return;
    }
    this.#columns.release((series.chunks[at] as Chunk).times);
    series.removeAt(at);
    if (series.chunks.length === 0) this.#forgetSeries(series);
  }

  #forgetSeries(series: CachedSeries): void {
    if (series.entry.cached !== series) return;
    for (const chunk of series.chunks) {
      chunk.series = undefined;
      this.#columns.release(chunk.times);
    }
    series.chunks.length = 0;
    series.knownFrom = Number.POSITIVE_INFINITY;
    series.entry.cached = undefined;
    this.#bytes -= SERIES_BYTES;
  }

  #evict(segment: Segment): void {
    for (const { series, hour } of segment.chunks) if (series !== undefined) this.#forget(series, hour);
    this.#bytes -= segment.bytes;
  }

  #report(): void {
    this.#metrics.bytes.set(this.bytes);
  }
}

function remember(
  read: PendingRead,
  entry: SeriesEntry,
  hour: number,
  inHourMs: number,
  value: number,
  isStale: boolean,
): void {
  if (read.isSpoiled) return;
  if (read.entries.length >= MAX_LOGGED) {
    read.isSpoiled = true;
    read.entries.length = 0;
    return;
  }
  read.entries.push(entry);
  read.hours.push(hour);
  read.times.push(inHourMs);
  read.values.push(value);
  read.stale.push(isStale);
}

function hasTime(ms: Uint32Array, length: number, wanted: number): boolean {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ms[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low < length && ms[low] === wanted;
}
