/** Takes staleness markers out of the samples: range selectors do not see them. */
import { isStaleMarker, type SampleBlock, type SampleCursor } from '@sightline/model';

/** A cursor over `block` that leaves staleness markers out. Samples are copied only for series that have one. */
export function withoutStaleMarkers(block: SampleBlock): SampleCursor {
  return new FreshCursor(block.cursor());
}

class FreshCursor implements SampleCursor {
  readonly mayHaveStale = false;
  readonly #inner: SampleCursor;
  /** Copies have ids of their own, below those of the inner cursor. */
  #copies = -1;
  timestamps: Float64Array;
  values: Float64Array;
  from = 0;
  to = 0;
  timesId = -1;

  constructor(inner: SampleCursor) {
    this.#inner = inner;
    this.timestamps = inner.timestamps;
    this.values = inner.values;
  }

  seek(index: number): void {
    const inner = this.#inner;
    inner.seek(index);
    this.timestamps = inner.timestamps;
    this.values = inner.values;
    this.from = inner.from;
    this.to = inner.to;
    this.timesId = inner.timesId;
    if (!inner.mayHaveStale) return;
    const stale = countStale(inner.values, inner.from, inner.to);
    if (stale > 0) this.#compact(inner.to - inner.from - stale);
  }

  #compact(kept: number): void {
    const { timestamps, values, from, to } = this;
    const outTimestamps = new Float64Array(kept);
    const outValues = new Float64Array(kept);
    let at = 0;
    for (let i = from; i < to; i++) {
      if (isStaleMarker(values, i)) continue;
      outTimestamps[at] = timestamps[i] as number;
      outValues[at++] = values[i] as number;
    }
    this.timestamps = outTimestamps;
    this.values = outValues;
    this.from = 0;
    this.to = kept;
    this.timesId = --this.#copies;
  }
}

function countStale(values: Float64Array, from: number, to: number): number {
  let stale = 0;
  for (let i = from; i < to; i++) {
    // Only a NaN can be a marker; asked first because this runs over every sample.
    if (Number.isNaN(values[i] as number) && isStaleMarker(values, i)) stale++;
  }
  return stale;
}
