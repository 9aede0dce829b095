/**
 * The series of the recent past, in memory: the writer's registry and the readers' label index in one. It knows from which day on
 * it is complete; questions about earlier days go to the `series` table.
 */
import { Labels, type Matcher } from '@sightline/model';
import type { RejectReason } from '../../metric-store.ts';
import { Postings, type Refs } from './postings.ts';
import { minuteNow, SeriesEntry } from './series-entry.ts';
import { hashMetric, hashSeries } from './series-hash.ts';

const ROOM_CHECK_MS = 60_000;
const FRESH_MINUTES = 10;

export class SeriesIndex {
  readonly limit: number;
  /** Called when series were forgotten. */
  onForget: (() => void) | undefined;
  readonly #byId = new Map<number, SeriesEntry>();
  #entries: SeriesEntry[] = [];
  #postings = new Postings();
  /** First day (since 1970) from which every series is known. */
  #completeFromDay: number;
  #roomCheckedMs = Number.NEGATIVE_INFINITY;

  constructor(limit: number, completeFromDay: number) {
    this.limit = limit;
    this.#completeFromDay = completeFromDay;
  }

  get size(): number {
    return this.#entries.length;
  }

  get completeFromDay(): number {
    return this.#completeFromDay;
  }

  get entries(): readonly SeriesEntry[] {
    return this.#entries;
  }

  get postings(): Postings {
    return this.#postings;
  }

  /** The entry of the labels, made when it is new and there is room. */
  obtain(labels: Labels): SeriesEntry | RejectReason {
    const id = hashSeries(labels.flat);
    const known = this.#byId.get(id);
    if (known !== undefined) return sameFlat(known.labels.flat, labels.flat) ? known : 'hash_collision';
    if (this.#entries.length >= this.limit && !this.#makeRoom()) return 'series_limit';
    return this.#add(Labels.fromSorted(this.#postings.intern(labels.flat)), id);
  }

  /** A series read from the database, with a run of days. */
  restore(flat: readonly string[], id: number, metric: number, days: Iterable<number>): void {
    const entry = this.#byId.get(id) ?? this.#add(Labels.fromSorted(this.#postings.intern(flat)), id, metric);
    for (const day of days) entry.addDay(day);
  }

  byId(id: number): SeriesEntry | undefined {
    return this.#byId.get(id);
  }

  /** The entry that stands for the series now: `entry` is put back if it was evicted while somebody held its handle. */
  readmit(entry: SeriesEntry): SeriesEntry {
    const known = this.#byId.get(entry.id);
    if (known !== undefined) return known;
    this.#place(entry);
    return entry;
  }

  /** Series that match all matchers and have a sample on one of the days. */
  select(matchers: readonly Matcher[], firstDay: number, lastDay: number): SeriesEntry[] {
    const found: SeriesEntry[] = [];
    const lead = this.#cheapest(matchers);
    const tests = matchers.filter((matcher) => matcher !== lead).map(memoized);
    const consider = (ref: number) => {
      const entry = this.#entries[ref] as SeriesEntry;
      if (!entry.isWithin(firstDay, lastDay)) return;
      for (const test of tests) if (!test(entry.labels)) return;
      found.push(entry);
    };
    if (lead === undefined) for (let ref = 0; ref < this.#entries.length; ref++) consider(ref);
    else for (const refs of this.#refsOf(lead)) eachRef(refs, consider);
    return found;
  }

  /** Values of a label among the series with a sample on one of the days, without looking at every series. */
  values(name: string, firstDay: number, lastDay: number): string[] {
    const found: string[] = [];
    for (const [value, refs] of this.#postings.values(name) ?? []) {
      const isAlive = (ref: number) => (this.#entries[ref] as SeriesEntry).isWithin(firstDay, lastDay);
      if (typeof refs === 'number' ? isAlive(refs) : refs.some(isAlive)) found.push(value);
    }
    return found;
  }

  /** Forgets series without a sample since `day`. Returns how many. */
  evictBefore(day: number): number {
    const before = this.#entries.length;
    // One that was never written goes too, unless its first write may be on its way.
    const minute = minuteNow();
    const isFresh = (entry: SeriesEntry) => entry.days.length === 0 && entry.bornMinute >= minute - FRESH_MINUTES;
    const kept = this.#entries.filter((entry) => entry.lastDay >= day || isFresh(entry));
    this.#completeFromDay = Math.max(this.#completeFromDay, day);
    if (kept.length === before) return 0;
    for (const entry of this.#entries) entry.ref = -1;
    this.#byId.clear();
    this.#entries = [];
    this.#postings = new Postings();
    for (const entry of kept) this.#place(entry);
    this.onForget?.();
    return before - kept.length;
  }

  /** Evicts the tenth that was silent longest. Looked at once a minute: at the limit every new series asks. */
  #makeRoom(): boolean {
    const nowMs = performance.now();
    if (nowMs < this.#roomCheckedMs + ROOM_CHECK_MS) return false;
    this.#roomCheckedMs = nowMs;
    const written = this.#entries.filter((entry) => entry.days.length > 0);
    const lastDays = written.map((entry) => entry.lastDay).sort((a, b) => a - b);
    const newest = lastDays[lastDays.length - 1] ?? 0;
    const day = (lastDays[Math.floor(lastDays.length / 10)] ?? 0) + 1;
    if (day > newest) return false;
    return this.evictBefore(day) > 0;
  }

  #add(labels: Labels, id: number, metric = hashMetric(labels.metricName)): SeriesEntry {
    const entry = new SeriesEntry(labels, id, metric);
    this.#place(entry);
    return entry;
  }

  #place(entry: SeriesEntry): void {
    entry.ref = this.#entries.length;
    this.#entries.push(entry);
    this.#byId.set(entry.id, entry);
    this.#postings.add(entry.labels, entry.ref);
  }

  /** The matcher that leaves the fewest series to look at; one that matches '' cannot lead, absent labels have no postings. */
  #cheapest(matchers: readonly Matcher[]): Matcher | undefined {
    let best: Matcher | undefined;
    let bestCost = Number.POSITIVE_INFINITY;
    for (const matcher of matchers) {
      if (matcher.matchesEmpty()) continue;
      const cost = this.#costOf(matcher);
      if (cost < bestCost) [best, bestCost] = [matcher, cost];
    }
    return best;
  }

  #costOf(matcher: Matcher): number {
    if (matcher.op === '=') return this.#postings.count(matcher.name, matcher.value);
    const literals = matcher.op === '=~' ? matcher.regex?.literals : undefined;
    if (literals !== undefined) {
      return literals.reduce((sum, value) => sum + this.#postings.count(matcher.name, value), 0);
    }
    return this.#entries.length;
  }

  *#refsOf(matcher: Matcher): Generator<Refs> {
    const values = this.#postings.values(matcher.name);
    if (values === undefined) return;
    const wanted = matcher.op === '=' ? [matcher.value] : matcher.op === '=~' ? matcher.regex?.literals : undefined;
    if (wanted !== undefined) {
      for (const value of new Set(wanted)) {
        const refs = values.get(value);
        if (refs !== undefined) yield refs;
      }
      return;
    }
    for (const [value, refs] of values) if (matcher.matches(value)) yield refs;
  }
}

function eachRef(refs: Refs, visit: (ref: number) => void): void {
  if (typeof refs === 'number') visit(refs);
  else for (let i = 0; i < refs.length; i++) visit(refs[i] as number);
}

/** Regular expressions are tested once per distinct value, not once per series. */
function memoized(matcher: Matcher): (labels: Labels) => boolean {
  if (matcher.regex === undefined) return (labels) => matcher.matches(labels.get(matcher.name));
  const known = new Map<string, boolean>();
  return (labels) => {
    const value = labels.get(matcher.name);
    let answer = known.get(value);
    if (answer === undefined) {
      answer = matcher.matches(value);
      known.set(value, answer);
    }
    return answer;
  };
}

function sameFlat(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
