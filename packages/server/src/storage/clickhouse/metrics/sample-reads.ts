/**
 * Reads the samples of found series: what the cache holds from there, the rest from the database, which the cache then keeps unless it
 * is more than it should hold.
 */
import { METRIC_NAME, type SampleBlock } from '@sightline/model';
import { SourceLimitError } from '@sightline/promql';
import { StorageError } from '../../errors.ts';
import type { WorkClass } from '../../metric-store.ts';
import type { Database, Settings } from '../database.ts';
import type { CachedSeries, Chunk } from './cache/chunk.ts';
import type { Coverage, PendingRead, SampleCache } from './cache/sample-cache.ts';
import { CHUNK_BYTES, Segment } from './cache/segments.ts';
import { ChunkBlockBuilder } from './chunk-block.ts';
import type { MetricContext } from './metric-options.ts';
import { MetricReads, type Missing } from './metric-reads.ts';
import { Pace } from './pace.ts';
import { samplesSql } from './queries.ts';
import { RowDecoder } from './row-decoder.ts';
import { HOUR_MS } from './sample-code.ts';
import type { SeriesEntry } from './series-entry.ts';
import type { SeriesIndex } from './series-index.ts';

/** Hours of series that are looked up in the cache; for more the database is asked at once. */
const MAX_LOOKUPS = 2_000_000;
/** Series between two looks at the clock. */
const SERIES_A_LOOK = 64;
/** Groups of series with the same missing hours that are read one by one; with more all are read together. */
const MAX_READS = 4;
/** From this many series on a short window is read as such, not the whole hours it touches. */
const WINDOW_SERIES = 250;
/** A window at the end of the data is read a little longer, so that the next one, which began earlier, finds it. */
const WINDOW_SLACK_MS = 30_000;
/** Samples of an hour that a chunk is thought to hold before any was read. */
const USUAL_CHUNK = 240;
/** Longest list of series for which a large answer is streamed: the engine plans a stream in our thread. */
const MAX_STREAM_IDS = 2_000;
/** A read that queries share ends beyond this; each of them then meets its own limit. */
const MAX_SHARED_SAMPLES = 100_000_000;
/** Below, an answer is fetched at once. */
const STREAM_BYTES = 1_000_000;

export interface SampleReadsParts {
  readonly database: Database;
  readonly index: SeriesIndex;
  readonly context: MetricContext;
  readonly cache: SampleCache;
}

interface Wanted {
  readonly entries: readonly SeriesEntry[];
  /** Left-open, right-closed, whole Unix ms. */
  readonly startMs: number;
  readonly endMs: number;
  readonly maxSamples: number;
  readonly signal: AbortSignal;
  readonly pace: Pace;
  readonly firstHour: number;
  readonly lastHour: number;
}

/** Series (by their place among the wanted) and the hours to read of them. */
interface Gap {
  readonly slots: number[];
  readonly firstHour: number;
  readonly lastHour: number;
}

export class SampleReads {
  readonly #parts: SampleReadsParts;
  readonly #lane: WorkClass;
  readonly #metricReads: MetricReads;

  constructor(parts: SampleReadsParts, lane: WorkClass) {
    this.#parts = parts;
    this.#lane = lane;
    const read = (entries: readonly SeriesEntry[], first: number, last: number) =>
      this.#readHours(entries, first, last);
    this.#metricReads = new MetricReads({ index: parts.index, cache: parts.cache, read });
  }

  /** @throws SourceLimitError when more than maxSamples are within the window */
  async read(
    entries: readonly SeriesEntry[],
    window: { readonly startMs: number; readonly endMs: number; readonly maxSamples: number },
    signal: AbortSignal,
  ): Promise<SampleBlock> {
    const wanted: Wanted = {
      entries,
      ...window,
      signal,
      pace: new Pace(signal),
      firstHour: Math.floor((window.startMs + 1) / HOUR_MS),
      lastHour: Math.floor(window.endMs / HOUR_MS),
    };
    const { cache } = this.#parts;
    const found = new Array<readonly Chunk[] | undefined>(entries.length).fill(undefined);
    const useCache = cache.isOn && entries.length * (wanted.lastHour - wanted.firstHour + 1) <= MAX_LOOKUPS;
    let gaps = useCache ? await this.#lookUp(wanted, found) : [everything(wanted)];
    const missing = useCache ? missingOf(gaps, wanted) : undefined;
    if (missing !== undefined && (await this.#metricReads.cover(missing, signal))) {
      gaps = await this.#lookUp(wanted, found);
    }
    await Promise.all(gaps.map((gap) => this.#fill(gap, wanted, found, useCache)));
    return this.#build(wanted, found);
  }

  /** Brings whole hours into the cache; on behalf of every query that waits for them, so none of them stops it. */
  async #readHours(entries: readonly SeriesEntry[], firstHour: number, lastHour: number): Promise<void> {
    const { signal } = new AbortController();
    const wanted: Wanted = {
      entries,
      startMs: firstHour * HOUR_MS - 1,
      endMs: (lastHour + 1) * HOUR_MS - 1,
      maxSamples: MAX_SHARED_SAMPLES,
      signal,
      pace: new Pace(signal),
      firstHour,
      lastHour,
    };
    const found = new Array<readonly Chunk[] | undefined>(entries.length).fill(undefined);
    const gaps = await this.#lookUp(wanted, found);
    await Promise.all(gaps.map((gap) => this.#fill(gap, wanted, found, true)));
  }

  async #build(wanted: Wanted, found: readonly (readonly Chunk[] | undefined)[]): Promise<SampleBlock> {
    const { entries, startMs, endMs, maxSamples, pace } = wanted;
    const builder = new ChunkBlockBuilder(startMs, endMs);
    for (let slot = 0; slot < entries.length; slot++) {
      const chunks = found[slot];
      if (chunks !== undefined) builder.add((entries[slot] as SeriesEntry).labels, chunks);
      if (builder.size > maxSamples) throw tooManySamples(maxSamples);
      if (slot % SERIES_A_LOOK === 0 && pace.isDue()) await pace.pause();
    }
    return builder.build();
  }

  /** Fills `found` with what the cache holds and returns what it does not. */
  async #lookUp(wanted: Wanted, found: (readonly Chunk[] | undefined)[]): Promise<Gap[]> {
    const { entries, pace, firstHour, lastHour } = wanted;
    const { cache, context } = this.#parts;
    const { metrics } = context;
    const gaps = new Map<number, Gap>();
    const hours = lastHour - firstHour + 1;
    let misses = 0;
    for (let slot = 0; slot < entries.length; slot++) {
      const look: Look = { chunks: [], firstMissing: -1, lastMissing: -1, missing: 0 };
      lookAt((entries[slot] as SeriesEntry).cached, wanted, look, cache.now());
      found[slot] = look.chunks;
      if (look.missing > 0) {
        misses += look.missing;
        const key = (look.firstMissing - firstHour) * hours + look.lastMissing - firstHour;
        const gap = gaps.get(key);
        if (gap === undefined) {
          gaps.set(key, { slots: [slot], firstHour: look.firstMissing, lastHour: look.lastMissing });
        } else gap.slots.push(slot);
      }
      if (slot % SERIES_A_LOOK === 0 && pace.isDue()) await pace.pause();
    }
    metrics.cache.misses.inc(misses);
    metrics.cache.hits.inc(entries.length * hours - misses);
    return gaps.size <= MAX_READS ? [...gaps.values()] : [joined([...gaps.values()])];
  }

  async #fill(gap: Gap, wanted: Wanted, found: (readonly Chunk[] | undefined)[], useCache: boolean): Promise<void> {
    const { cache } = this.#parts;
    const entries = gap.slots.map((slot) => wanted.entries[slot] as SeriesEntry);
    const plan = this.#plan(gap, wanted, useCache);
    const decoder = new RowDecoder(entries);
    const read = plan.isKept ? cache.beginRead() : undefined;
    try {
      await this.#ask(plan, entries, decoder, wanted);
      const keeper = read === undefined ? undefined : new Keeper(cache, read, plan.coverage);
      for (let i = 0; i < entries.length; i++) {
        const chunks = decoder.take(i);
        const slot = gap.slots[i] as number;
        found[slot] = merged(found[slot], chunks, gap);
        keeper?.keep(entries[i] as SeriesEntry, chunks);
        if (i % SERIES_A_LOOK === 0 && wanted.pace.isDue()) {
          // What was installed may be read in the meantime, so it must be complete.
          keeper?.settle();
          await wanted.pace.pause();
        }
      }
      keeper?.settle();
    } finally {
      if (read !== undefined) {
        cache.endRead(read);
        cache.makeRoom();
      }
    }
  }

  #plan(gap: Gap, wanted: Wanted, useCache: boolean): Plan {
    const { context, cache } = this.#parts;
    const nowHour = Math.floor(context.now() / HOUR_MS);
    const count = gap.slots.length;
    const hours = gap.lastHour - gap.firstHour + 1;
    const fromMs = gap.firstHour === wanted.firstHour ? wanted.startMs - wanted.firstHour * HOUR_MS : -1;
    const toMs = gap.lastHour === wanted.lastHour ? wanted.endMs - wanted.lastHour * HOUR_MS : HOUR_MS;
    const isLive = useCache && gap.lastHour >= nowHour && nowHour >= gap.firstHour;
    const isShort = hours <= 2 && (hours - 1) * HOUR_MS + Math.min(toMs, HOUR_MS) - fromMs < HOUR_MS;
    const isWindow = isShort && (count > WINDOW_SERIES || !useCache);
    const from = isWindow ? Math.max(-1, fromMs - (isLive ? WINDOW_SLACK_MS : 0)) : -1;
    const to = isWindow && !isLive ? toMs : HOUR_MS;
    const firstWhole = from >= 0 && gap.firstHour === nowHour ? nowHour + 1 : nowHour;
    const samples = isWindow
      ? Math.ceil((count * USUAL_CHUNK * (Math.min(toMs, HOUR_MS) - fromMs + (hours - 1) * HOUR_MS)) / HOUR_MS)
      : count * hours * USUAL_CHUNK;
    const bytes = samples * 8 + count * hours * CHUNK_BYTES;
    return {
      coverage: {
        firstHour: gap.firstHour,
        fromMs: from,
        lastHour: gap.lastHour,
        toMs: to,
        knownFrom: isLive ? firstWhole : Number.POSITIVE_INFINITY,
      },
      isKept: useCache && bytes <= cache.budgetBytes / 2,
      resultBytes: samples * 12,
    };
  }

  async #ask(plan: Plan, entries: readonly SeriesEntry[], decoder: RowDecoder, wanted: Wanted): Promise<void> {
    const { database, context } = this.#parts;
    const { coverage } = plan;
    const ids = this.#needsIds(entries) ? entries.map((entry) => entry.id) : undefined;
    const sql = samplesSql({
      metrics: [...new Set(entries.map((entry) => entry.metric))],
      ids,
      firstHour: coverage.firstHour,
      lastHour: coverage.knownFrom === Number.POSITIVE_INFINITY ? coverage.lastHour : undefined,
      fromMs: coverage.fromMs,
      toMs: coverage.toMs,
    });
    const { maxSamples, signal, pace } = wanted;
    // Of the hours at both ends more may be decoded than is wanted.
    const limit = maxSamples * 2 + 1_000_000 + entries.length * USUAL_CHUNK * 2;
    const settings: Settings = {
      max_execution_time: context.limits.querySeconds,
      max_memory_usage: context.limits.queryMemoryBytes,
      max_query_size: 268_435_456,
      max_result_bytes: Math.min(4e9, limit * 20),
    };
    const take = async (bytes: Uint8Array) => {
      await decoder.add(bytes, pace);
      if (decoder.samples > limit) throw tooManySamples(maxSamples);
    };
    try {
      const options = { lane: this.#lane, signal, settings };
      if (plan.resultBytes >= STREAM_BYTES && (ids?.length ?? 0) <= MAX_STREAM_IDS) {
        await database.stream(sql, options, take);
      } else await take(await database.query(sql, options));
    } catch (error) {
      if (error instanceof StorageError && error.code === 'query_too_large') throw tooManySamples(maxSamples);
      throw error;
    }
  }

  /** Without a list of ids the engine reads whole metrics; the rest is left out while decoding. */
  #needsIds(entries: readonly SeriesEntry[]): boolean {
    const { index } = this.#parts;
    const names = new Set(entries.map((entry) => entry.labels.metricName));
    let known = 0;
    for (const name of names) known += index.postings.count(METRIC_NAME, name);
    return names.has('') || known === 0 || entries.length < known;
  }
}

interface Plan {
  readonly coverage: Coverage;
  readonly isKept: boolean;
  /** About what the database will answer. */
  readonly resultBytes: number;
}

/** Hands what one read found to the cache. */
class Keeper {
  readonly #cache: SampleCache;
  readonly #read: PendingRead;
  readonly #coverage: Coverage;
  readonly #empties = new Segment(0);

  constructor(cache: SampleCache, read: PendingRead, coverage: Coverage) {
    this.#cache = cache;
    this.#read = read;
    this.#coverage = coverage;
  }

  keep(entry: SeriesEntry, chunks: readonly Chunk[]): void {
    if (!this.#read.isSpoiled) this.#cache.install(entry, chunks, this.#coverage, this.#empties);
  }

  settle(): void {
    if (!this.#read.isSpoiled) this.#cache.replay(this.#read);
  }
}

interface Look {
  readonly chunks: Chunk[];
  firstMissing: number;
  lastMissing: number;
  missing: number;
}

function lookAt(series: CachedSeries | undefined, wanted: Wanted, look: Look, now: number): void {
  const { firstHour, lastHour, startMs, endMs } = wanted;
  if (series === undefined) {
    look.firstMissing = firstHour;
    look.lastMissing = lastHour;
    look.missing = lastHour - firstHour + 1;
    return;
  }
  for (let hour = firstHour; hour <= lastHour; hour++) {
    const at = series.indexOf(hour);
    if (at === -1) {
      if (hour >= series.knownFrom) continue;
    } else {
      const chunk = series.chunks[at] as Chunk;
      const fromMs = hour === firstHour ? startMs - hour * HOUR_MS : -1;
      const toMs = hour === lastHour ? endMs - hour * HOUR_MS : HOUR_MS;
      if (chunk.covers(fromMs, toMs)) {
        if (chunk.segment !== undefined) chunk.segment.usedAt = now;
        if (chunk.length > 0) look.chunks.push(chunk);
        continue;
      }
    }
    if (look.missing === 0) look.firstMissing = hour;
    look.lastMissing = hour;
    look.missing++;
  }
}

function everything(wanted: Wanted): Gap {
  return { slots: wanted.entries.map((_, slot) => slot), firstHour: wanted.firstHour, lastHour: wanted.lastHour };
}

/** What the gaps miss, when they are of one metric and not a short window of many series, which is read as such. */
function missingOf(gaps: readonly Gap[], { entries }: Wanted): Missing | undefined {
  const [first] = entries;
  if (first === undefined || gaps.length === 0) return undefined;
  const { slots, firstHour, lastHour } = joined(gaps);
  if (slots.length > WINDOW_SERIES && lastHour - firstHour < 2) return undefined;
  const { metric, labels } = first;
  if (labels.metricName === '' || entries.some((entry) => entry.metric !== metric)) return undefined;
  return { metric, name: labels.metricName, series: slots.length, firstHour, lastHour };
}

function joined(gaps: readonly Gap[]): Gap {
  return {
    slots: gaps.flatMap(({ slots }) => slots),
    firstHour: Math.min(...gaps.map(({ firstHour }) => firstHour)),
    lastHour: Math.max(...gaps.map(({ lastHour }) => lastHour)),
  };
}

/** What was read takes the place of what the cache had of the same hours. */
function merged(cached: readonly Chunk[] | undefined, read: readonly Chunk[], gap: Gap): readonly Chunk[] {
  if (cached === undefined || cached.length === 0) return read;
  const before = cached.filter(({ hour }) => hour < gap.firstHour);
  const after = cached.filter(({ hour }) => hour > gap.lastHour);
  return [...before, ...read.filter(({ hour }) => hour <= gap.lastHour), ...after];
}

function tooManySamples(limit: number): SourceLimitError {
  return new SourceLimitError('too_many_samples', `query would read more than ${limit} samples into memory`, {
    hint: 'ask for a shorter time range or fewer series',
  });
}
