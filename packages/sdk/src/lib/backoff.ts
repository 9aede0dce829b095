/** Waits between attempts: exponential with full jitter, bounded; a server's Retry-After wins (OTLP/HTTP "Retryable responses"). */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** @param attempt 0 for the wait after the first failure. @param random In [0, 1). @returns Milliseconds. */
export function backoffMs(attempt: number, options: BackoffOptions, random: () => number = Math.random): number {
  const ceiling = Math.min(options.maxMs, options.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling / 2 + (random() * ceiling) / 2);
}
