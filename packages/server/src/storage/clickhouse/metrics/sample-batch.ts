/** The writer's SampleBatch: columns that grow. Filled by callers, read once by the writer. */
import { type Exemplar, isStaleMarker } from '@sightline/model';
import type { SampleBatch, SeriesHandle } from '../../metric-store.ts';
import { SeriesEntry } from './series-entry.ts';

const FIRST_CAPACITY = 64;

export class ColumnBatch implements SampleBatch {
  readonly entries: SeriesEntry[] = [];
  times = new Float64Array(FIRST_CAPACITY);
  values = new Float64Array(FIRST_CAPACITY);
  /** 1 for a staleness marker. */
  stale = new Uint8Array(FIRST_CAPACITY);
  readonly exemplars: { readonly entry: SeriesEntry; readonly exemplar: Exemplar }[] = [];

  get size(): number {
    return this.entries.length;
  }

  add(series: SeriesHandle, timestampMs: number, value: number): void {
    const at = this.#push(series, timestampMs);
    this.values[at] = value;
    // A caller that hands the marker over as a number is understood, as long as the engine kept its bits.
    if (Number.isNaN(value) && isStaleMarker(this.values, at)) this.stale[at] = 1;
  }

  addStale(series: SeriesHandle, timestampMs: number): void {
    this.stale[this.#push(series, timestampMs)] = 1;
  }

  addExemplar(series: SeriesHandle, exemplar: Exemplar): void {
    this.exemplars.push({ entry: asEntry(series), exemplar });
  }

  #push(series: SeriesHandle, timestampMs: number): number {
    const at = this.entries.length;
    if (at === this.times.length) this.#grow();
    this.entries.push(asEntry(series));
    this.times[at] = timestampMs;
    return at;
  }

  #grow(): void {
    const capacity = this.times.length * 2;
    const times = new Float64Array(capacity);
    times.set(this.times);
    this.times = times;
    const values = new Float64Array(capacity);
    values.set(this.values);
    this.values = values;
    const stale = new Uint8Array(capacity);
    stale.set(this.stale);
    this.stale = stale;
  }
}

function asEntry(series: SeriesHandle): SeriesEntry {
  if (series instanceof SeriesEntry) return series;
  throw new TypeError('a series handle of another store was given to this batch');
}
