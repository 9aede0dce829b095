/** How much one request may hold. Each limit hit is an error that names it. */
export interface IngestLimits {
  /** Body of a remote write as it came over the wire. */
  readonly maxBodyBytes: number;
  /** The same after decompression. */
  readonly maxDecodedBytes: number;
  /** Bodies of all remote writes under way, compressed and decompressed together. */
  readonly maxHeldBytes: number;
  /** One line of imported text. */
  readonly maxLineBytes: number;
  /** Series whose bytes are remembered between requests, so that their labels are not decoded again. */
  readonly maxKnownSeries: number;
  /** Series of one federation answer, and samples read for it. */
  readonly maxFederatedSeries: number;
  readonly maxFederatedSamples: number;
}

export const DEFAULT_INGEST_LIMITS: IngestLimits = {
  maxBodyBytes: 32 * 1024 * 1024,
  maxDecodedBytes: 128 * 1024 * 1024,
  maxHeldBytes: 256 * 1024 * 1024,
  maxLineBytes: 1024 * 1024,
  maxKnownSeries: 200_000,
  maxFederatedSeries: 500_000,
  maxFederatedSamples: 20_000_000,
};
