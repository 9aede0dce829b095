/**
 * The series that a scrape writes about itself: `up` and its companions. They are written for failed scrapes too and become
 * stale when the target goes away. Names and meaning: Prometheus 3.x, "automatically generated labels and time series".
 */
import { type Labels, METRIC_NAME, type MetricMetadata } from '@sightline/model';
import type { MetricWriter, SampleBatch, SeriesHandle } from '../../storage/metric-store.ts';

const SERIES: readonly MetricMetadata[] = [
  gauge('up', 'Health of the scrape target: 1 when the last scrape succeeded, 0 when it failed.', 'targets'),
  gauge('scrape_duration_seconds', 'How long the last scrape took.', 'seconds'),
  gauge('scrape_samples_scraped', 'Samples the target exposed.', 'samples'),
  gauge('scrape_samples_post_metric_relabeling', 'Samples left after metric relabeling.', 'samples'),
  gauge('scrape_series_added', 'Series of the last scrape that were new, approximately.', 'series'),
];

const EXTRA_SERIES: readonly MetricMetadata[] = [
  gauge('scrape_timeout_seconds', 'The scrape timeout configured for the target.', 'seconds'),
  gauge('scrape_sample_limit', 'The sample limit configured for the target, 0 for none.', 'samples'),
  gauge(
    'scrape_body_size_bytes',
    'Size of the last response, decompressed; -1 when it was over body_size_limit, 0 when the scrape failed otherwise.',
    'bytes',
  ),
];

export interface ScrapeReport {
  readonly isUp: boolean;
  readonly durationSeconds: number;
  readonly scraped: number;
  readonly kept: number;
  readonly seriesAdded: number;
  readonly timeoutSeconds: number;
  readonly sampleLimit: number;
  readonly bodyBytes: number;
}

export class ReportSeries {
  readonly #writer: MetricWriter;
  readonly #targetLabels: Labels;
  readonly #series: readonly MetricMetadata[];
  readonly #handles: (SeriesHandle | undefined)[] = [];

  constructor(writer: MetricWriter, targetLabels: Labels, hasExtra: boolean) {
    this.#writer = writer;
    this.#targetLabels = targetLabels;
    this.#series = hasExtra ? [...SERIES, ...EXTRA_SERIES] : SERIES;
  }

  add(batch: SampleBatch, atMs: number, report: ScrapeReport): void {
    const values = [
      report.isUp ? 1 : 0,
      report.durationSeconds,
      report.scraped,
      report.kept,
      report.seriesAdded,
      report.timeoutSeconds,
      report.sampleLimit,
      report.bodyBytes,
    ];
    this.#series.forEach((_, index) => {
      const handle = this.#handle(index);
      if (handle !== undefined) batch.add(handle, atMs, values[index] as number);
    });
  }

  addStale(batch: SampleBatch, atMs: number): void {
    this.#series.forEach((_, index) => {
      const handle = this.#handle(index);
      if (handle !== undefined) batch.addStale(handle, atMs);
    });
  }

  /** Undefined when the store refuses the series; it is offered again at the next scrape. */
  #handle(index: number): SeriesHandle | undefined {
    const known = this.#handles[index];
    if (known !== undefined) return known;
    const metadata = this.#series[index] as MetricMetadata;
    const handle = this.#writer.series(this.#targetLabels.with(METRIC_NAME, metadata.name));
    if (typeof handle === 'string') return undefined;
    this.#writer.describe(metadata);
    this.#handles[index] = handle;
    return handle;
  }
}

function gauge(name: string, help: string, unit: string): MetricMetadata {
  return { name, type: 'gauge', help, unit };
}
