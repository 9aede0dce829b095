/**
 * POST /api/v1/write: remote write 1.0 and 2.0. Answers as the 2.0 specification says, for both: 204 when everything is
 * stored; 400 when something was refused for good (the valid rest is stored); 429 or 503 when sending again will help.
 * Source: prometheus.io/docs/specs/prw/remote_write_spec and remote_write_spec_2_0.
 */
import { setImmediate } from 'node:timers/promises';
import { decodeWriteRequest, remoteWriteVersion, type RemoteWriteVersion } from '@sightline/protocol';
import { decompress, snappyLength } from '../../lib/decompress.ts';
import type { HttpHandler, HttpInput, HttpOutput } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';
import type { MetricWriter } from '../../storage/metric-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { ByteBudget } from '../byte-budget.ts';
import { textOutput } from '../failure.ts';
import { instrumented } from '../instrumented.ts';
import type { IngestLimits } from '../limits.ts';
import type { IngestMetrics } from '../metrics.ts';
import { SeriesCache } from '../series-cache.ts';
import type { IngestTracker } from '../tracker.ts';
import { RemoteWriteCollector } from './collector.ts';

export interface RemoteWriteOptions {
  readonly writer: MetricWriter;
  readonly logger: Logger;
  readonly metrics: IngestMetrics;
  readonly tracker: IngestTracker;
  readonly limits: IngestLimits;
}

const PROTOCOL = 'remote_write';

/** Bytes decoded before other work gets its turn: some milliseconds. */
const STEP_BYTES = 512 * 1024;

export function createRemoteWriteHandler(options: RemoteWriteOptions): HttpHandler {
  const { metrics, tracker } = options;
  const cache = new SeriesCache(options.limits.maxKnownSeries);
  const budget = new ByteBudget(options.limits.maxHeldBytes);
  return instrumented({ ...options, protocol: PROTOCOL, tracked: { tracker, kind: PROTOCOL } }, async (input) => {
    const version = negotiate(input);
    const lease = budget.lease();
    try {
      lease.take(declaredLength(input, options.limits));
      const body = await input.body(options.limits.maxBodyBytes);
      metrics.receivedBytes.labels({ protocol: PROTOCOL }).inc(body.length);
      lease.take(Math.min(snappyLength(body), options.limits.maxDecodedBytes));
      const plain = await decompress(body, 'snappy', options.limits.maxDecodedBytes);
      const collector = new RemoteWriteCollector(options.writer, cache);
      for (const _ of decodeWriteRequest(version, plain, collector, STEP_BYTES)) {
        await setImmediate();
        input.signal.throwIfAborted();
      }
      return await store(collector, version, options);
    } finally {
      lease.release();
    }
  });
}

/** What the body may take until it is read; a sender that does not say could send all that is allowed. */
function declaredLength(input: HttpInput, limits: IngestLimits): number {
  const declared = Number(input.headers['content-length'] ?? Number.NaN);
  return Number.isFinite(declared) ? Math.min(declared, limits.maxBodyBytes) : limits.maxBodyBytes;
}

async function store(
  collector: RemoteWriteCollector,
  version: RemoteWriteVersion,
  { writer, metrics, tracker }: RemoteWriteOptions,
): Promise<HttpOutput> {
  const { batch, exemplars, rejections } = collector;
  let accepted = 0;
  if (batch.size > 0 || exemplars > 0) {
    const result = await writer.write(batch, { urgent: true });
    accepted = result.accepted;
    rejections.addResult(result);
  }
  metrics.samples.labels({ protocol: PROTOCOL }).inc(accepted);
  metrics.exemplars.labels({ protocol: PROTOCOL }).inc(exemplars);
  metrics.rejectedExemplars.labels({ protocol: PROTOCOL }).inc(collector.rejectedExemplars);
  tracker.accepted(PROTOCOL, accepted);
  rejections.report(metrics, PROTOCOL, tracker, PROTOCOL);
  const headers = version === 2 ? writtenHeaders(accepted, exemplars) : {};
  return rejections.total === 0 ? { status: 204, headers } : textOutput(400, rejections.describe(accepted), headers);
}

function writtenHeaders(samples: number, exemplars: number): Record<string, string> {
  return {
    'x-prometheus-remote-write-samples-written': String(samples),
    'x-prometheus-remote-write-histograms-written': '0',
    'x-prometheus-remote-write-exemplars-written': String(exemplars),
  };
}

function negotiate(input: HttpInput): RemoteWriteVersion {
  const version = remoteWriteVersion(input.headers['content-type']);
  if (version === undefined) {
    throw new HttpError(415, `Content-Type ${JSON.stringify(input.headers['content-type'])} is not remote write`, {
      hint: 'send application/x-protobuf, with proto=io.prometheus.write.v2.Request for version 2.0',
    });
  }
  const encoding = (input.headers['content-encoding'] ?? 'snappy').trim().toLowerCase();
  if (encoding !== 'snappy') {
    throw new HttpError(415, `Content-Encoding ${JSON.stringify(encoding)} is not supported for remote write`, {
      hint: 'send snappy in its block format',
    });
  }
  return version;
}
