/** A sample source over series in memory, for tests of queries and of what stands above them. */
import { ColumnBlock, EMPTY_BLOCK, Labels, type Matcher, type SampleBlock, writeStaleMarker } from '@sightline/model';
import { type SampleSource, type SelectLimits, type SelectRequest, SourceLimitError } from '../source.ts';

/** One sample: time in ms and value; 'stale' writes the staleness marker. */
export type MemorySample = readonly [timestampMs: number, value: number | 'stale'];

interface MemorySeries {
  readonly labels: Labels;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

export class MemorySource implements SampleSource {
  readonly #series = new Map<string, MemorySeries>();
  /** How often `select` was called. */
  selects = 0;

  /** Adds samples of a series, later than those it has. */
  add(labels: Labels | Record<string, string>, samples: readonly MemorySample[]): this {
    const set = labels instanceof Labels ? labels : Labels.fromObject(labels);
    const known = this.#series.get(set.key);
    const before = known?.timestamps.length ?? 0;
    const timestamps = new Float64Array(before + samples.length);
    const values = new Float64Array(before + samples.length);
    if (known !== undefined) {
      timestamps.set(known.timestamps);
      // Bytes, not numbers: a staleness marker is a NaN with a payload.
      new Uint8Array(values.buffer).set(new Uint8Array(known.values.buffer, known.values.byteOffset, before * 8));
    }
    samples.forEach(([timestampMs, value], index) => {
      const at = before + index;
      if (at > 0 && timestampMs <= (timestamps[at - 1] as number)) {
        throw new RangeError(`samples of ${set} must rise in time: ${timestampMs} after ${timestamps[at - 1]}`);
      }
      timestamps[at] = timestampMs;
      if (value === 'stale') writeStaleMarker(values, at);
      else values[at] = value;
    });
    this.#series.set(set.key, { labels: set, timestamps, values });
    return this;
  }

  clear(): void {
    this.#series.clear();
  }

  /** All series with their samples. */
  *[Symbol.iterator](): IterableIterator<MemorySeries> {
    yield* this.#series.values();
  }

  async select(request: SelectRequest, limits: SelectLimits, signal: AbortSignal): Promise<SampleBlock> {
    signal.throwIfAborted();
    this.selects++;
    const found: { series: MemorySeries; from: number; to: number }[] = [];
    let total = 0;
    for (const series of this.#series.values()) {
      if (!request.matchers.every((matcher) => isMatch(matcher, series.labels))) continue;
      const from = firstAfter(series.timestamps, request.startMs);
      const to = firstAfter(series.timestamps, request.endMs);
      if (to === from) continue;
      found.push({ series, from, to });
      total += to - from;
    }
    if (total > limits.maxSamples) {
      throw new SourceLimitError('too_many_samples', `selector reads ${total} samples, limit ${limits.maxSamples}`);
    }
    return found.length === 0 ? EMPTY_BLOCK : blockOf(found, total);
  }
}

function isMatch(matcher: Matcher, labels: Labels): boolean {
  return matcher.matches(labels.get(matcher.name));
}

function firstAfter(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function blockOf(found: readonly { series: MemorySeries; from: number; to: number }[], total: number): SampleBlock {
  const timestamps = new Float64Array(total);
  const values = new Float64Array(total);
  const offsets = new Uint32Array(found.length + 1);
  let at = 0;
  for (const [index, { series, from, to }] of found.entries()) {
    timestamps.set(series.timestamps.subarray(from, to), at);
    values.set(series.values.subarray(from, to), at);
    at += to - from;
    offsets[index + 1] = at;
  }
  const labels = found.map(({ series }) => series.labels);
  return new ColumnBlock(labels, offsets, timestamps, values);
}
