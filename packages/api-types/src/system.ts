/** `/api/sightline/v1/*`: what has no standard. Times are Unix milliseconds, sizes bytes. */

/** GET /api/sightline/v1/ingest/status: is data arriving, from whom, and what was refused. */
export interface IngestStatus {
  readonly nowMs: number;
  readonly sources: readonly IngestSource[];
  readonly rejected: readonly RejectedCount[];
}

export interface IngestSource {
  /** `host` (own collector), `self`, `scrape`, `remote_write`, `import`. */
  readonly kind: 'host' | 'self' | 'scrape' | 'remote_write' | 'import';
  readonly samplesTotal: number;
  readonly samplesPerSecond: number;
  readonly firstSeenMs: number | null;
  readonly lastSeenMs: number | null;
  readonly lastError: string | null;
}

export interface RejectedCount {
  readonly source: string;
  readonly reason: string;
  readonly count: number;
}

/** GET /api/sightline/v1/system/storage */
export interface StorageStatus {
  readonly backend: 'chdb' | 'clickhouse';
  readonly location: string;
  readonly activeSeries: number;
  readonly seriesLimit: number;
  readonly storedSamples: number;
  readonly bytesOnDisk: number;
  readonly bytesPerSample: number | null;
  readonly diskFreeBytes: number | null;
  readonly diskTotalBytes: number | null;
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
  /** 0 keeps for ever. */
  readonly retentionMs: number;
  readonly queuedSamples: number;
  readonly queueLimit: number;
  readonly tables: readonly {
    readonly table: string;
    readonly rows: number;
    readonly bytes: number;
    readonly parts: number;
  }[];
  readonly seriesByMetric: readonly { readonly name: string; readonly value: number }[];
  readonly seriesByPair: readonly { readonly name: string; readonly value: number }[];
  readonly valuesByLabel: readonly { readonly name: string; readonly value: number }[];
}

/** GET /api/sightline/v1/system/about */
export interface AboutStatus {
  readonly version: string;
  readonly revision: string;
  readonly nodeVersion: string;
  readonly platform: string;
  readonly hostname: string;
  readonly startedMs: number;
  readonly configFile: string;
  readonly configLoadedMs: number;
  readonly configError: string | null;
  readonly dataDirectory: string;
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  readonly cpuSecondsTotal: number;
  readonly eventLoopLagP99Ms: number;
}

/** GET /api/sightline/v1/system/scrape-pools: adds to /api/v1/targets what Prometheus does not tell. */
export interface ScrapePoolStatus {
  readonly pool: string;
  readonly targets: readonly TargetDetail[];
}

export interface TargetDetail {
  readonly url: string;
  readonly samplesScraped: number;
  readonly samplesKept: number;
  readonly bodyBytes: number;
  readonly seriesAdded: number;
  /** Newest first, at most 10. */
  readonly recent: readonly { readonly atMs: number; readonly durationMs: number; readonly error: string | null }[];
}
