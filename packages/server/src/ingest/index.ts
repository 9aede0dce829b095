/** What takes samples in, and hands them on to other Prometheus servers. */
export { createFederateHandler } from './federate/handler.ts';
export { createImportHandler } from './import-prometheus/handler.ts';
export { DEFAULT_INGEST_LIMITS } from './limits.ts';
export type { IngestLimits } from './limits.ts';
export { createIngestMetrics } from './metrics.ts';
export { createRemoteWriteHandler } from './remote-write/handler.ts';
export { createIngestTracker } from './tracker.ts';
export type { IngestTracker } from './tracker.ts';
