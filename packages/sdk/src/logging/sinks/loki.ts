/** Lines to Loki's push API (`POST /loki/api/v1/push`, JSON), which Sightline takes, too. */
import type { Core } from '../../core/core.ts';
import { BatchExporter } from '../../export/batch-exporter.ts';
import { Problems } from '../../lib/problems.ts';
import type { LogLevel } from '../../options/level.ts';
import { severityLevel } from '../severity.ts';
import type { ShapeName } from '../shapes/shape.ts';
import type { Sink } from './sink.ts';

export interface LokiOptions {
  /** Base address, e.g. `http://loki:3100`; `/loki/api/v1/push` is added unless it is there. */
  readonly url: string;
  /** Further labels of the streams beside `service_name`, `environment` and `level`; keep their values few. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Sent as X-Scope-OrgID. */
  readonly tenant?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly compression?: 'gzip' | 'none' | undefined;
  readonly timeoutMs?: number | undefined;
  /** How long a line waits for others; 1,000 ms. */
  readonly delayMs?: number | undefined;
  /** Lines that wait at most; 8,192. */
  readonly maxQueue?: number | undefined;
  readonly shape?: ShapeName | undefined;
  readonly level?: LogLevel | undefined;
}

interface Item {
  readonly line: string;
  readonly severity: number;
  readonly timeMs: number;
}

const PATH = '/loki/api/v1/push';

/** Loki as a sink. Throws an ObserveError when the address or a label can't be right. */
export function lokiSink(options: LokiOptions): Sink {
  check(options);
  let exporter: BatchExporter<Item> | undefined;
  return {
    name: 'loki',
    shape: options.shape,
    level: options.level,
    start(core: Core) {
      exporter ??= createExporter(core, options);
    },
    write(line, severity, timeMs) {
      exporter?.push({ line, severity, timeMs });
    },
    async flush(signal) {
      await exporter?.flush(signal);
    },
    flushSync: () => exporter?.flushSync(),
    close: () => exporter?.close(),
  };
}

function check(options: LokiOptions): void {
  const problems = new Problems();
  if (!URL.canParse(options.url) || !/^https?:/.test(options.url))
    problems.add('logging.loki.url', `must be an http or https address, got ${JSON.stringify(options.url)}`);
  for (const name of Object.keys(options.labels ?? {})) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name))
      problems.add(`logging.loki.labels.${name}`, 'is no label name: use letters, digits and _');
  }
  problems.throwIfAny();
}

function createExporter(core: Core, options: LokiOptions): BatchExporter<Item> {
  const base = options.url.replace(/\/+$/, '');
  const labels = { service_name: core.resource.service, environment: core.resource.environment, ...options.labels };
  return new BatchExporter<Item>({
    core,
    signal: 'logs',
    name: 'loki',
    url: base.endsWith(PATH) ? base : base + PATH,
    headers: { ...options.headers, ...(options.tenant === undefined ? {} : { 'x-scope-orgid': options.tenant }) },
    contentType: 'application/json',
    encode: (items) => encode(items, labels),
    sizeOf: (item) => item.line.length,
    maxQueue: options.maxQueue,
    delayMs: options.delayMs ?? 1000,
    timeoutMs: options.timeoutMs,
    compression: options.compression,
  });
}

/** One stream for each level: `level` is a label. */
function encode(items: readonly Item[], labels: Readonly<Record<string, string>>): Uint8Array {
  const streams = new Map<number, [string, string][]>();
  for (const { line, severity, timeMs } of items) {
    const value: [string, string] = [`${timeMs}000000`, line.slice(0, -1)];
    const values = streams.get(severity);
    if (values === undefined) streams.set(severity, [value]);
    else values.push(value);
  }
  const body = [...streams].map(([severity, values]) => ({
    stream: { ...labels, level: severityLevel(severity) },
    values,
  }));
  return Buffer.from(JSON.stringify({ streams: body }));
}
