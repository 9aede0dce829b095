/** The read side of the metrics store for one class of work. */

import type { Exemplar, MetricMetadata, SampleBlock } from '@sightline/model';
import { compareLabels, compareStrings, EMPTY_BLOCK, Labels } from '@sightline/model';
import { type SelectLimits, type SelectRequest, SourceLimitError } from '@sightline/promql';
import type { ExemplarSeries, Listing, MetricReader, SeriesQuery, TimeBounds, WorkClass } from '../../metric-store.ts';
import type { Database } from '../database.ts';
import { unexpectedColumns } from '../migrations.ts';
import { readNative, toNumbers } from '../native.ts';
import type { SampleCache } from './cache/sample-cache.ts';
import type { MetricContext } from './metric-options.ts';
import { exemplarsSql } from './queries.ts';
import { DAY_MS } from './sample-code.ts';
import { SampleReads } from './sample-reads.ts';
import type { SeriesEntry } from './series-entry.ts';
import { SeriesFinder } from './series-finder.ts';
import type { SeriesIndex } from './series-index.ts';
import { stringLists } from './series-rows.ts';

/** Series of one answer of the listing calls and exemplars. */
const LISTING_LIMIT = 1_000_000;
const EXEMPLAR_LIMIT = 10_000;

/** Last millisecond that the tables hold. */
const LAST_MS = 4_294_967_295_000;

export interface ReaderParts {
  readonly database: Database;
  readonly index: SeriesIndex;
  readonly context: MetricContext;
  readonly cache: SampleCache;
  readonly metadata: () => Iterable<MetricMetadata>;
}

export class ClickHouseMetricReader implements MetricReader {
  readonly #parts: ReaderParts;
  readonly #lane: WorkClass;
  readonly #finder: SeriesFinder;
  readonly #samples: SampleReads;

  constructor(parts: ReaderParts, lane: WorkClass) {
    this.#parts = parts;
    this.#lane = lane;
    this.#finder = new SeriesFinder(parts.database, parts.index, parts.context, lane);
    this.#samples = new SampleReads(parts, lane);
  }

  async select(request: SelectRequest, limits: SelectLimits, signal: AbortSignal): Promise<SampleBlock> {
    const { metrics } = this.#parts.context;
    const startedAt = performance.now();
    try {
      const block = await this.#select(request, limits, signal);
      metrics.selects.inc();
      metrics.selectSeconds.observe((performance.now() - startedAt) / 1000);
      return block;
    } catch (error) {
      metrics.selectFailures.inc();
      throw error;
    }
  }

  async #select(request: SelectRequest, limits: SelectLimits, signal: AbortSignal): Promise<SampleBlock> {
    signal.throwIfAborted();
    const startMs = Math.max(-1, Math.floor(request.startMs));
    const endMs = Math.min(LAST_MS, Math.floor(request.endMs));
    if (endMs <= startMs) return EMPTY_BLOCK;
    const find = {
      matcherSets: [request.matchers],
      firstDay: Math.floor((startMs + 1) / DAY_MS),
      lastDay: Math.floor(endMs / DAY_MS),
      limit: limits.maxSeries,
    };
    const entries = await this.#finder.find(find, signal);
    if (entries.length === 0) return EMPTY_BLOCK;
    if (entries.length > limits.maxSeries) {
      throw new SourceLimitError('too_many_series', `query would read more than ${limits.maxSeries} series`, {
        hint: 'select fewer series with more label matchers',
      });
    }
    return this.#samples.read(entries, { startMs, endMs, maxSamples: limits.maxSamples }, signal);
  }

  async series(query: SeriesQuery, signal: AbortSignal): Promise<Listing<Labels>> {
    const entries = await this.#find(query, signal);
    const sorted = entries.map((entry) => entry.labels).sort(compareLabels);
    return cut(sorted, query.limit, entries.length > LISTING_LIMIT);
  }

  async labelNames(query: SeriesQuery, signal: AbortSignal): Promise<Listing<string>> {
    const names = new Set<string>();
    for (const { labels } of await this.#find(query, signal)) {
      for (let i = 0; i < labels.flat.length; i += 2) names.add(labels.flat[i] as string);
    }
    return cut([...names].sort(compareStrings), query.limit, false);
  }

  async labelValues(name: string, query: SeriesQuery, signal: AbortSignal): Promise<Listing<string>> {
    const { firstDay, lastDay } = daysOf(query);
    const { index } = this.#parts;
    if (query.matcherSets.length === 0 && firstDay >= index.completeFromDay) {
      return cut(index.values(name, firstDay, lastDay).sort(compareStrings), query.limit, false);
    }
    const values = new Set<string>();
    for (const { labels } of await this.#find(query, signal)) {
      const value = labels.get(name);
      if (value !== '') values.add(value);
    }
    return cut([...values].sort(compareStrings), query.limit, false);
  }

  async exemplars(query: SeriesQuery, signal: AbortSignal): Promise<readonly ExemplarSeries[]> {
    const entries = await this.#find(query, signal);
    if (entries.length === 0) return [];
    const bounds = clampBounds(query);
    const limit = query.limit === 0 ? EXEMPLAR_LIMIT : Math.min(query.limit, EXEMPLAR_LIMIT);
    const ids = entries.map((entry) => entry.id);
    const { database, context } = this.#parts;
    const settings = {
      max_execution_time: context.limits.querySeconds,
      max_memory_usage: context.limits.queryMemoryBytes,
      max_query_size: 268_435_456,
    };
    const sql = exemplarsSql(ids, bounds.startMs, bounds.endMs, limit);
    const bytes = await database.query(sql, { lane: this.#lane, signal, settings });
    const byId = new Map<number, Exemplar[]>();
    for (const [id, exemplar] of readExemplars(bytes)) {
      const list = byId.get(id);
      if (list === undefined) byId.set(id, [exemplar]);
      else list.push(exemplar);
    }
    return entries
      .filter((entry) => byId.has(entry.id))
      .map((entry) => ({ labels: entry.labels, exemplars: byId.get(entry.id) as Exemplar[] }))
      .sort((a, b) => compareLabels(a.labels, b.labels));
  }

  async metadata(metric: string | undefined, limit: number): Promise<readonly MetricMetadata[]> {
    const all: MetricMetadata[] = [];
    for (const item of this.#parts.metadata()) if (metric === undefined || item.name === metric) all.push(item);
    all.sort((a, b) => compareStrings(a.name, b.name));
    return limit > 0 ? all.slice(0, limit) : all;
  }

  #find(query: SeriesQuery, signal: AbortSignal): Promise<SeriesEntry[]> {
    return this.#finder.find({ matcherSets: query.matcherSets, ...daysOf(query), limit: LISTING_LIMIT }, signal);
  }
}

function clampBounds(bounds: TimeBounds): TimeBounds {
  return { startMs: Math.max(0, bounds.startMs), endMs: Math.min(LAST_MS, bounds.endMs) };
}

function daysOf(bounds: TimeBounds): { firstDay: number; lastDay: number } {
  const { startMs, endMs } = clampBounds(bounds);
  return { firstDay: Math.floor(startMs / DAY_MS), lastDay: Math.floor(endMs / DAY_MS) };
}

function cut<T>(items: readonly T[], limit: number, wasCut: boolean): Listing<T> {
  if (limit > 0 && items.length > limit) return { items: items.slice(0, limit), complete: false };
  return { items, complete: !wasCut };
}

function* readExemplars(bytes: Uint8Array): Generator<readonly [id: number, exemplar: Exemplar]> {
  for (const { rows, columns } of readNative(bytes)) {
    const [ids, times, values, labelNames, labelValues] = columns;
    if (ids?.kind !== 'u64' || times?.kind !== 'i64' || values?.kind !== 'f64') throw unexpectedColumns('exemplars');
    const idNumbers = toNumbers(ids.words);
    const timestamps = toNumbers(times.words);
    const names = stringLists(labelNames);
    const texts = stringLists(labelValues);
    for (let i = 0; i < rows; i++) {
      const flat = names(i).flatMap((name, at) => [name, texts(i)[at] as string]);
      const labels = Labels.fromSorted(flat);
      yield [idNumbers[i] as number, { labels, value: values.values[i] as number, timestamp: timestamps[i] as number }];
    }
  }
}
