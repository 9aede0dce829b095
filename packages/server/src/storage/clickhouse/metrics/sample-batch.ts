/**
 * The writer's SampleBatch: columns that grow. Filled by callers, read once by the writer, which then uses their memory for
 * another batch: scrapes come by the hundred, all of about the same size.
 */
import { type Exemplar, isStaleMarker } from '@sightline/model';
import type { SampleBatch, SeriesHandle } from '../../metric-store.ts';
import { SeriesEntry } from './series-entry.ts';

const FIRST_CAPACITY = 64;

export class ColumnBatch implements SampleBatch {
  size = 0;
  /** Longer than `size` where the memory was used before. */
  readonly entries: SeriesEntry[] = [];
  times = new Float64Array(FIRST_CAPACITY);
  values = new Float64Array(FIRST_CAPACITY);
  /** 1 for a staleness marker. */
  stale = new Uint8Array(FIRST_CAPACITY);
  readonly exemplars: { readonly entry: SeriesEntry; readonly exemplar: Exemplar }[] = [];

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

  /** Empties it for the next user. */
  clear(): void {
    this.stale.fill(0, 0, this.size);
    this.size = 0;
    this.exemplars.length = 0;
  }

  #push(series: SeriesHandle, timestampMs: number): number {
    const at = this.size;
    if (at === this.times.length) this.#grow();
    this.entries[at] = asEntry(series);
    this.size = at + 1;
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
