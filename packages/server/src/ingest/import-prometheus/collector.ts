/** Imported text on its way into batches of the store. It lives as long as the request, over all its chunks. */
import type { Labels, MetricType } from '@sightline/model';
import { type ExpositionSink, normalizeFloatLabels, parseExposition, parseSeries } from '@sightline/protocol';
import type { MetricWriter, SampleBatch, SeriesHandle } from '../../storage/metric-store.ts';
import { MetadataCollector } from '../metadata-collector.ts';
import { Rejections } from '../rejections.ts';
import { SeriesCache } from '../series-cache.ts';

export interface ImportCollectorOptions {
  readonly writer: MetricWriter;
  /** Added to every series, over labels of the same name. */
  readonly extraLabels: Labels;
  /** For lines without a timestamp. */
  readonly defaultTimestampMs: number;
  readonly maxKnownSeries: number;
}

export class ImportCollector implements ExpositionSink {
  readonly rejections = new Rejections();
  accepted = 0;
  readonly #options: ImportCollectorOptions;
  readonly #cache: SeriesCache;
  readonly #metadata: MetadataCollector;
  #batch: SampleBatch;
  #body = Buffer.alloc(0) as Buffer;
  #lastType: MetricType = 'unknown';

  constructor(options: ImportCollectorOptions) {
    this.#options = options;
    this.#cache = new SeriesCache(options.maxKnownSeries);
    this.#metadata = new MetadataCollector((metadata) => options.writer.describe(metadata));
    this.#batch = options.writer.createBatch();
  }

  /** Samples gathered and not yet written. */
  get pending(): number {
    return this.#batch.size;
  }

  /** @throws ExpositionError; the lines before the mistake stay in the batch */
  parse(body: Buffer): void {
    this.#body = body;
    parseExposition(body, 'text', this);
    this.#metadata.flush();
  }

  /** Writes what is pending and waits until it is stored. */
  async write(): Promise<void> {
    if (this.#batch.size === 0) return;
    const batch = this.#batch;
    this.#batch = this.#options.writer.createBatch();
    const result = await this.#options.writer.write(batch, { urgent: true });
    this.accepted += result.accepted;
    this.rejections.addResult(result);
  }

  sample(start: number, end: number, value: number, timestampMs: number): void {
    const series = this.#seriesOf(start, end);
    if (series === undefined) return;
    const timestamp = Number.isNaN(timestampMs) ? this.#options.defaultTimestampMs : timestampMs;
    this.#batch.add(series, timestamp, value);
  }

  type(metric: string, type: MetricType): void {
    this.#lastType = type;
    this.#metadata.type(metric, type);
  }

  help(metric: string, help: string): void {
    this.#metadata.help(metric, help);
  }

  #seriesOf(start: number, end: number): SeriesHandle | undefined {
    const key = this.#body.toString('latin1', start, end);
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    let labels = normalizeFloatLabels(parseSeries(this.#body, start, end), this.#lastType);
    for (const [name, value] of this.#options.extraLabels) labels = labels.with(name, value);
    const handle = this.#options.writer.series(labels);
    if (typeof handle === 'string') {
      this.rejections.add(handle, 1, `series ${labels}`);
      return undefined;
    }
    this.#cache.set(key, handle);
    return handle;
  }
}
