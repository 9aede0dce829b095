/** One target's parse and append path without HTTP, for measuring it. */
import { Labels } from '@sightline/model';
import type { ExpositionFormat } from '@sightline/protocol';
import { parseExposition } from '@sightline/protocol';
import { MetadataCache } from '../../../../packages/server/src/metrics/scrape/metadata-cache.ts';
import { type AppendOptions, ScrapeAppend } from '../../../../packages/server/src/metrics/scrape/scrape-append.ts';
import { SeriesCache } from '../../../../packages/server/src/metrics/scrape/series-cache.ts';
import type { MetricWriter, SampleBatch, SeriesHandle } from '../../../../packages/server/src/storage/metric-store.ts';
import { NO_LIMITS, scrapeConfig } from './configs.ts';

/** Columns, as a real store keeps a batch. */
class ColumnBatch implements SampleBatch {
  size = 0;
  readonly #ids: Float64Array;
  readonly #times: Float64Array;
  readonly #values: Float64Array;

  constructor(capacity: number) {
    this.#ids = new Float64Array(capacity);
    this.#times = new Float64Array(capacity);
    this.#values = new Float64Array(capacity);
  }

  add(series: SeriesHandle, timestampMs: number, value: number): void {
    const at = this.size++;
    this.#ids[at] = series.id;
    this.#times[at] = timestampMs;
    this.#values[at] = value;
  }

  addStale(series: SeriesHandle, timestampMs: number): void {
    this.add(series, timestampMs, Number.NaN);
  }

  addExemplar(): void {}
}

export interface AppendSetup {
  readonly options: AppendOptions;
  readonly format: ExpositionFormat;
  /** The same series with different values. */
  readonly bodies: readonly Buffer[];
  readonly series: number;
}

export function prepareAppend({ series, format }: { series: number; format: ExpositionFormat }): AppendSetup {
  const config = scrapeConfig();
  const handles = new Map<string, SeriesHandle>();
  const writer: MetricWriter = {
    series(labels) {
      let handle = handles.get(labels.key);
      if (handle === undefined) {
        handle = { labels, id: handles.size, metric: 0 };
        handles.set(labels.key, handle);
      }
      return handle;
    },
    createBatch: () => new ColumnBatch(series + 16),
    write: async (batch) => ({ accepted: batch.size, rejected: {} }),
    describe: () => undefined,
  };
  const labelRules = {
    targetLabels: Labels.fromObject({ instance: 'host-1.example.com:9100', job: 'node' }),
    honorLabels: false,
    metricRelabel: undefined,
    nameScheme: 'utf8' as const,
    limits: NO_LIMITS,
  };
  const setup: AppendSetup = {
    options: { config, labelRules, writer, cache: new SeriesCache(), metadata: new MetadataCache(writer) },
    format,
    bodies: [0, 1, 2, 3].map((round) => exposition(series, format, round)),
    series,
  };
  appendOnce(setup, 0);
  return setup;
}

export function appendOnce({ options, bodies, format }: AppendSetup, iteration: number): number {
  const body = bodies[iteration % bodies.length] as Buffer;
  const batch = options.writer.createBatch();
  const append = new ScrapeAppend(options, body, batch, iteration * 15_000);
  parseExposition(body, format, append);
  append.finish();
  return batch.size;
}

/** A metric of ten series at a time, with TYPE and HELP, as exporters write them. */
function exposition(series: number, format: ExpositionFormat, round: number): Buffer {
  const lines: string[] = [];
  for (let i = 0; i < series; i++) {
    const family = `http_server_requests_${Math.floor(i / 10)}_seconds`;
    if (i % 10 === 0) lines.push(`# HELP ${family} Requests handled by the server.`, `# TYPE ${family} gauge`);
    const labels = `method="GET",path="/api/v1/items/${i % 10}",status="200",shard="${i % 7}"`;
    lines.push(`${family}{${labels}} ${(i * 31 + round * 17.25) % 100_000}`);
  }
  if (format === 'openmetrics') lines.push('# EOF');
  return Buffer.from(`${lines.join('\n')}\n`);
}
