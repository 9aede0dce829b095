/**
 * Results of range queries, kept so that the next refresh computes only the steps that are new or whose samples changed.
 * An answer from here is the answer that an evaluation of the whole would give: an expression is kept only if its steps do
 * not depend on each other, a step only as long as the store says that no sample it may depend on has come since, and notes
 * that may belong to steps which are gone force an evaluation.
 */
import { setImmediate } from 'node:timers/promises';
import type { QueryCacheStatus } from '@sightline/api-types';
import { METRIC_NAME } from '@sightline/model';
import {
  childrenOf,
  type Expr,
  type QueryRange,
  type QueryResult,
  type RangeSeries,
  type TimeDependence,
  timeDependenceOf,
} from '@sightline/promql';
import type { ChangeTracker } from '../../storage/metric-store.ts';
import { KeyedLocks } from './lock.ts';
import { ResultColumns, type StepGrid } from './result-columns.ts';

/** Entries nobody asked for during this time are dropped. */
const IDLE_MS = 900_000;
/** No entry takes more than this share of the memory. */
const MOST_SHARE = 0.5;
/** Data this near to the end of retention may vanish between two reads. */
const RETENTION_SLACK_MS = 60_000;
/** A narrower range must be asked for so often in a row before the wider one is given up. */
const NARROW_REQUESTS = 20;

export interface RangeCacheOptions {
  readonly maxBytes: number;
  readonly changes: ChangeTracker;
  /** 0: kept for ever. */
  readonly retentionMs: number;
  readonly now: () => number;
}

export interface CachedQuery {
  readonly text: string;
  readonly expr: Expr;
  readonly range: QueryRange;
  readonly lookbackMs: number;
  readonly subqueryStepMs: number;
  readonly signal: AbortSignal;
  /** Computes a part of the range. */
  readonly evaluate: (range: QueryRange) => Promise<QueryResult>;
}

export interface CachedResult {
  readonly result: QueryResult;
  readonly cachedSteps: number;
}

interface Entry {
  readonly columns: ResultColumns;
  /** The store's sequence that the columns are right for. */
  sequence: number;
  warnings: readonly string[];
  infos: readonly string[];
  /** Steps of the widest request lately, and how many narrower ones came after it. */
  widest: number;
  narrower: number;
  usedMs: number;
}

interface Dependence extends TimeDependence {
  /** Undefined: of any name. */
  readonly names: readonly string[] | undefined;
}

export class RangeCache {
  readonly #options: RangeCacheOptions;
  readonly #locks = new KeyedLocks();
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #hits = 0;
  #misses = 0;

  constructor(options: RangeCacheOptions) {
    this.#options = options;
  }

  status(): QueryCacheStatus {
    this.#dropIdle();
    return {
      entries: this.#entries.size,
      bytes: this.#bytes,
      maxBytes: this.#options.maxBytes,
      hits: this.#hits,
      misses: this.#misses,
    };
  }

  async run(query: CachedQuery): Promise<CachedResult> {
    const dependence = this.#dependenceOf(query);
    if (dependence === undefined) return { result: await query.evaluate(query.range), cachedSteps: 0 };
    const { stepMs } = query.range;
    const phaseMs = ((query.range.startMs % stepMs) + stepMs) % stepMs;
    const key = JSON.stringify([query.text, stepMs, phaseMs, query.lookbackMs, query.subqueryStepMs]);
    // Who asks for the same while it is computed waits, and finds it here.
    const leave = await this.#locks.enter(key, query.signal);
    try {
      return await this.#refresh(key, query, dependence, phaseMs);
    } finally {
      leave();
    }
  }

  /** Undefined when the query cannot be kept. */
  #dependenceOf({ expr, range, lookbackMs }: CachedQuery): Dependence | undefined {
    const selectors = selectorNames(expr);
    const dependence = timeDependenceOf(expr, lookbackMs);
    if (!dependence.isSplittable || selectors.length === 0) return undefined;
    const { retentionMs, now } = this.#options;
    if (retentionMs > 0) {
      const oldest = Math.min(
        range.startMs - dependence.lookBackMs,
        dependence.fixed?.fromMs ?? Number.POSITIVE_INFINITY,
      );
      if (oldest < now() - retentionMs + RETENTION_SLACK_MS) return undefined;
    }
    const names = selectors.includes(undefined) ? undefined : [...new Set(selectors as string[])];
    return { ...dependence, names };
  }

  async #refresh(key: string, query: CachedQuery, dependence: Dependence, phaseMs: number): Promise<CachedResult> {
    const { changes } = this.#options;
    const { startMs, endMs, stepMs } = query.range;
    const grid = { first: (startMs - phaseMs) / stepMs, count: Math.floor((endMs - startMs) / stepMs) + 1 };
    // Before anything is read: what comes later is told for this sequence the next time.
    const { sequence } = changes;
    const entry = this.#entries.get(key);
    const validEnd = entry === undefined ? grid.first : firstChanged(entry, changes, dependence, stepMs, phaseMs);
    if (entry === undefined || grid.first < entry.columns.first || grid.first >= validEnd) {
      return this.#evaluateAll(key, query, grid, phaseMs, sequence);
    }
    const from = Math.min(grid.first + grid.count, validEnd);
    const missing = grid.first + grid.count - from;
    const tail = missing === 0 ? undefined : await query.evaluate({ startMs: from * stepMs + phaseMs, endMs, stepMs });
    const { columns } = entry;
    const isAllUsed =
      validEnd === columns.end && grid.first === columns.first && grid.first + grid.count >= columns.end;
    if (!areNotesExact(entry, tail, isAllUsed)) return this.#evaluateAll(key, query, grid, phaseMs, sequence);
    // Out of the list while it changes, since its size is counted there.
    this.#remove(key);
    columns.cutFrom(validEnd);
    const rest = () => pause(query.signal);
    if (tail !== undefined) await columns.append(missing, seriesOf(tail), rest);
    this.#trim(entry, grid);
    entry.sequence = sequence;
    entry.warnings = union(entry.warnings, tail?.warnings);
    entry.infos = union(entry.infos, tail?.infos);
    entry.usedMs = this.#options.now();
    this.#hits++;
    const series = await columns.read(grid, rest);
    this.#keep(key, entry);
    return {
      result: {
        value: { type: 'matrix', series },
        warnings: entry.warnings,
        infos: entry.infos,
        stats: tail?.stats ?? NO_WORK,
      },
      cachedSteps: grid.count - missing,
    };
  }

  async #evaluateAll(
    key: string,
    query: CachedQuery,
    grid: StepGrid,
    phaseMs: number,
    sequence: number,
  ): Promise<CachedResult> {
    this.#misses++;
    const result = await query.evaluate(query.range);
    this.#remove(key);
    const series = seriesOf(result);
    const bytes = ResultColumns.bytesOf(series.length, grid.count);
    if (bytes > this.#options.maxBytes * MOST_SHARE || hasSummary(result)) return { result, cachedSteps: 0 };
    const columns = new ResultColumns(query.range.stepMs, phaseMs, grid.first, grid.count);
    await columns.append(grid.count, series, () => pause(query.signal));
    const { warnings, infos } = result;
    const usedMs = this.#options.now();
    this.#keep(key, { columns, sequence, warnings, infos, widest: grid.count, narrower: 0, usedMs });
    return { result, cachedSteps: 0 };
  }

  /** Steps before the widest range that is asked for are given back. */
  #trim(entry: Entry, grid: StepGrid): void {
    if (grid.count >= entry.widest || ++entry.narrower > NARROW_REQUESTS) {
      entry.widest = grid.count;
      entry.narrower = 0;
    }
    entry.columns.cutBefore(Math.min(grid.first, entry.columns.end - entry.widest));
  }

  #keep(key: string, entry: Entry): void {
    this.#remove(key);
    this.#entries.set(key, entry);
    this.#bytes += entry.columns.bytes;
    for (const [oldest] of this.#entries) {
      if (this.#bytes <= this.#options.maxBytes) break;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.columns.bytes;
  }

  #dropIdle(): void {
    const before = this.#options.now() - IDLE_MS;
    for (const [key, entry] of this.#entries) {
      if (entry.usedMs >= before) return;
      this.#remove(key);
    }
  }
}

const NO_WORK: QueryResult['stats'] = {
  samplesRead: 0,
  peakSamples: 0,
  selectors: 0,
  parseMs: 0,
  readMs: 0,
  evalMs: 0,
};

/** The first held step that may have changed, or the end of what is held. */
function firstChanged(
  { columns, sequence }: Entry,
  changes: ChangeTracker,
  { names, lookAheadMs, fixed }: Dependence,
  stepMs: number,
  phaseMs: number,
): number {
  const changedMs = changes.oldestChangeSince(sequence, names);
  if (fixed !== undefined && changedMs <= fixed.untilMs) return columns.first;
  const step = Math.ceil((changedMs - lookAheadMs - phaseMs) / stepMs);
  return Math.max(columns.first, Math.min(columns.end, step));
}

/** Notes that stand for several steps as a whole cannot be put together from parts. */
function hasSummary({ warnings, infos }: Pick<QueryResult, 'warnings' | 'infos'>): boolean {
  return [...warnings, ...infos].some((note) => / over \d+ samples | annotations omitted$/.test(note));
}

/**
 * Whether the notes of the parts are those of the whole. Notes are kept for all held steps together: when some of these are not
 * part of the answer, a note may be theirs alone, unless the new part has it too.
 */
function areNotesExact(entry: Entry, tail: QueryResult | undefined, isAllUsed: boolean): boolean {
  if (tail !== undefined && hasSummary(tail)) return false;
  return isAllUsed || (isSubset(entry.warnings, tail?.warnings) && isSubset(entry.infos, tail?.infos));
}

function isSubset(notes: readonly string[], of: readonly string[] = []): boolean {
  return notes.every((note) => of.includes(note));
}

function union(a: readonly string[], b: readonly string[] = []): readonly string[] {
  return isSubset(b, a) ? a : [...new Set([...a, ...b])];
}

function seriesOf({ value }: QueryResult): readonly RangeSeries[] {
  return value.type === 'matrix' ? value.series : [];
}

/** The metric name of every selector, undefined where it is not one fixed name. */
function selectorNames(expr: Expr): (string | undefined)[] {
  if (expr.kind !== 'vectorSelector') return childrenOf(expr).flatMap(selectorNames);
  return [expr.matchers.find(({ name, op }) => name === METRIC_NAME && op === '=')?.value];
}

async function pause(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}
