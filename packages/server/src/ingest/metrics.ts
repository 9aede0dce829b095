/** Instruments of everything that takes samples in over HTTP. Label values come from the protocols and reasons known here. */
import type { Counter, Family, MetricsRegistry } from '../telemetry/registry.ts';

export type IngestProtocol = 'remote_write' | 'import' | 'federate';

const PROTOCOLS: readonly IngestProtocol[] = ['remote_write', 'import', 'federate'];

export interface IngestMetrics {
  /** By protocol and status code. */
  readonly requests: Family<Counter>;
  /** Bytes of bodies as they came over the wire. */
  readonly receivedBytes: Family<Counter>;
  /** Samples acknowledged. */
  readonly samples: Family<Counter>;
  readonly exemplars: Family<Counter>;
  /** Labels of more than 128 characters, or of a series that was refused. */
  readonly rejectedExemplars: Family<Counter>;
  /** By protocol and reason: those of the store, and `invalid_labels`, `native_histogram`. */
  readonly rejectedSamples: Family<Counter>;
}

/** Once for a registry; the handlers share it. */
export function createIngestMetrics(registry: MetricsRegistry): IngestMetrics {
  const family = (name: string, help: string, labelNames: readonly string[]) =>
    registry.counterFamily({ name, help, labelNames });
  const metrics: IngestMetrics = {
    requests: family('sightline_ingest_requests_total', 'Requests answered, by protocol and status code.', [
      'protocol',
      'code',
    ]),
    receivedBytes: family('sightline_ingest_received_bytes_total', 'Bytes of request bodies before decompression.', [
      'protocol',
    ]),
    samples: family('sightline_ingest_samples_total', 'Samples stored and acknowledged.', ['protocol']),
    exemplars: family('sightline_ingest_exemplars_total', 'Exemplars stored and acknowledged.', ['protocol']),
    rejectedExemplars: family('sightline_ingest_rejected_exemplars_total', 'Exemplars refused.', ['protocol']),
    rejectedSamples: family('sightline_ingest_rejected_samples_total', 'Samples refused, by reason.', [
      'protocol',
      'reason',
    ]),
  };
  for (const protocol of PROTOCOLS) {
    if (protocol === 'federate') continue;
    metrics.receivedBytes.labels({ protocol });
    metrics.samples.labels({ protocol });
    metrics.exemplars.labels({ protocol });
  }
  return metrics;
}
