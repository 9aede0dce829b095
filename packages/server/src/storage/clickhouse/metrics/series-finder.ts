/** Finds series by matchers and days: in the index, and in the `series` table for days the index does not know completely. */
import { Labels, type Matcher } from '@sightline/model';
import type { Database, LaneName } from '../database.ts';
import { unexpectedColumns } from '../migrations.ts';
import { readNative, toNumbers } from '../native.ts';
import type { MetricContext } from './metric-options.ts';
import { countSeriesByLastDaySql, countSeriesRowsSql, loadSeriesSql, matchSeriesSql } from './queries.ts';
import { DAY_MS } from './sample-code.ts';
import { SeriesEntry } from './series-entry.ts';
import type { SeriesIndex } from './series-index.ts';
import { readSeriesRows } from './series-rows.ts';

/** Days looked at when the index is loaded. Earlier ones are answered by the database. */
const INDEX_DAYS = 32;

export interface FindRequest {
  readonly matcherSets: readonly (readonly Matcher[])[];
  /** Days since 1970, both included. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** Most series wanted from the database. */
  readonly limit: number;
}

export class SeriesFinder {
  readonly #database: Database;
  readonly #index: SeriesIndex;
  readonly #context: MetricContext;
  readonly #lane: LaneName;

  constructor(database: Database, index: SeriesIndex, context: MetricContext, lane: LaneName) {
    this.#database = database;
    this.#index = index;
    this.#context = context;
    this.#lane = lane;
  }

  async find(request: FindRequest, signal: AbortSignal): Promise<SeriesEntry[]> {
    const sets = request.matcherSets.length === 0 ? [[]] : request.matcherSets;
    const found = new Map<number, SeriesEntry>();
    for (const matchers of sets) {
      for (const entry of this.#index.select(matchers, request.firstDay, request.lastDay)) found.set(entry.id, entry);
      if (request.firstDay < this.#index.completeFromDay) {
        await this.#findStored(matchers, request, found, signal);
      }
    }
    return [...found.values()];
  }

  async #findStored(
    matchers: readonly Matcher[],
    request: FindRequest,
    found: Map<number, SeriesEntry>,
    signal: AbortSignal,
  ): Promise<void> {
    const lastDay = Math.min(request.lastDay, this.#index.completeFromDay - 1);
    const sql = matchSeriesSql(matchers, request.firstDay, lastDay, request.limit + 1);
    const { querySeconds, queryMemoryBytes } = this.#context.limits;
    const settings = { max_execution_time: querySeconds, max_memory_usage: queryMemoryBytes };
    const bytes = await this.#database.query(sql, { lane: this.#lane, signal, settings });
    for (const { id, metric, flat } of readSeriesRows(bytes)) {
      if (!found.has(id)) {
        found.set(id, this.#index.byId(id) ?? new SeriesEntry(Labels.fromSorted(flat), id, metric));
      }
    }
  }
}

/** The first of the days whose series, with those of all later days, fit in an index of `limit`. */
export async function planIndex(
  database: Database,
  limit: number,
  nowMs: number,
  retentionMs: number,
): Promise<number> {
  const today = Math.floor(nowMs / DAY_MS);
  const span = retentionMs === 0 ? INDEX_DAYS : Math.min(INDEX_DAYS, Math.ceil(retentionMs / DAY_MS) + 1);
  const oldest = Math.max(0, today - span);
  // Cheap, and enough for most: no more rows than the limit are no more series.
  if ((await countRows(database, oldest)) <= limit) return oldest;
  const bytes = await database.query(countSeriesByLastDaySql(oldest), { lane: 'background' });
  let total = 0;
  for (const { rows, columns } of readNative(bytes)) {
    const [days, counts] = columns;
    if (days?.kind !== 'u16' || counts?.kind !== 'u64') throw unexpectedColumns('series');
    const numbers = toNumbers(counts.words);
    for (let i = 0; i < rows; i++) {
      total += numbers[i] as number;
      if (total > limit) return (days.values[i] as number) + 1;
    }
  }
  return oldest;
}

async function countRows(database: Database, firstDay: number): Promise<number> {
  const [block] = [...readNative(await database.query(countSeriesRowsSql(firstDay), { lane: 'background' }))];
  const [count] = block?.columns ?? [];
  if (count?.kind !== 'u64') throw unexpectedColumns('series');
  return toNumbers(count.words)[0] as number;
}

export async function loadIndex(database: Database, index: SeriesIndex): Promise<void> {
  const settings = { max_execution_time: 300 };
  const bytes = await database.query(loadSeriesSql(index.completeFromDay, index.limit), {
    lane: 'background',
    settings,
  });
  for (const { id, metric, flat, days } of readSeriesRows(bytes)) index.restore(flat, id, metric, days);
}
