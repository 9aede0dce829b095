/** One remote-write request on its way into a batch of the store. */
import type { Exemplar, MetricMetadata } from '@sightline/model';
import { isStorableExemplar, type RemoteWriteSink } from '@sightline/protocol';
import type { MetricWriter, SampleBatch, SeriesHandle } from '../../storage/metric-store.ts';
import { checkedLabels } from '../label-set.ts';
import { Rejections } from '../rejections.ts';
import type { SeriesCache } from '../series-cache.ts';

export class RemoteWriteCollector implements RemoteWriteSink {
  readonly batch: SampleBatch;
  readonly rejections = new Rejections();
  exemplars = 0;
  rejectedExemplars = 0;
  readonly #writer: MetricWriter;
  readonly #cache: SeriesCache;
  #series: SeriesHandle | undefined;
  #reason = '';
  #example: string | undefined;

  constructor(writer: MetricWriter, cache: SeriesCache) {
    this.#writer = writer;
    this.#cache = cache;
    this.batch = writer.createBatch();
  }

  known(key: string): boolean {
    this.#series = this.#cache.get(key);
    return this.#series !== undefined;
  }

  series(flat: readonly string[], key: string, invalid: string | undefined): void {
    const labels = invalid ?? checkedLabels(flat);
    if (typeof labels === 'string') {
      this.#refuse('invalid_labels', `${labels} in {${describeFlat(flat)}}`);
      return;
    }
    const handle = this.#writer.series(labels);
    if (typeof handle === 'string') {
      this.#refuse(handle, `series ${labels}`);
      return;
    }
    this.#series = handle;
    if (key !== '') this.#cache.set(key, handle);
  }

  sample(timestampMs: number, value: number): void {
    if (this.#series === undefined) this.rejections.add(this.#reason, 1, this.#example);
    else this.batch.add(this.#series, timestampMs, value);
  }

  stale(timestampMs: number): void {
    if (this.#series === undefined) this.rejections.add(this.#reason, 1, this.#example);
    else this.batch.addStale(this.#series, timestampMs);
  }

  exemplar(exemplar: Exemplar): void {
    if (this.#series === undefined || !isStorableExemplar(exemplar)) {
      this.rejectedExemplars++;
      return;
    }
    this.exemplars++;
    this.batch.addExemplar(this.#series, exemplar);
  }

  histogram(): void {
    const name = this.#series === undefined ? '' : ` of ${this.#series.labels}`;
    this.rejections.add('native_histogram', 1, `native histograms are not stored yet, one${name} was sent`);
  }

  metadata(metadata: MetricMetadata): void {
    if (metadata.name !== '') this.#writer.describe(metadata);
  }

  #refuse(reason: string, example: string): void {
    this.#series = undefined;
    this.#reason = reason;
    this.#example = example;
  }
}

const MAX_DESCRIBED = 200;

function describeFlat(flat: readonly string[]): string {
  const text: string[] = [];
  for (let i = 0; i < Math.min(flat.length, 20); i += 2) text.push(`${flat[i]}=${JSON.stringify(flat[i + 1])}`);
  const joined = text.join(', ');
  return joined.length > MAX_DESCRIBED ? `${joined.slice(0, MAX_DESCRIBED)}...` : joined;
}
