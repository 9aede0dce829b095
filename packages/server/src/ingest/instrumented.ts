/** Wraps an ingest handler: counts its answers by code, turns its errors into answers, logs without flooding. */
import type { HttpHandler, HttpInput, HttpOutput } from '../lib/http.ts';
import type { Logger } from '../telemetry/logger.ts';
import { failureOutput } from './failure.ts';
import type { IngestMetrics, IngestProtocol } from './metrics.ts';
import type { IngestKind, IngestTracker } from './tracker.ts';

export interface InstrumentedOptions {
  readonly protocol: IngestProtocol;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
  /** Absent for what only reads. */
  readonly tracked?: { readonly tracker: IngestTracker; readonly kind: IngestKind };
}

/** A sender that is wrong is wrong with every request: one line in this long tells it. */
const LOG_EVERY_MS = 10_000;

export function instrumented(options: InstrumentedOptions, handle: HttpHandler): HttpHandler {
  const { protocol, metrics, tracked } = options;
  const logger = options.logger.child({ component: 'ingest', protocol });
  let nextLogMs = 0;
  const logFailure = (status: number, message: string): void => {
    if (Date.now() < nextLogMs) return;
    nextLogMs = Date.now() + LOG_EVERY_MS;
    if (status >= 500) logger.error('request failed', { status, error: message });
    else logger.warn('request refused', { status, error: message });
  };
  const settle = async (input: HttpInput): Promise<HttpOutput> => {
    try {
      return await handle(input);
    } catch (error) {
      const output = input.signal.aborted ? undefined : failureOutput(error);
      if (output === undefined) throw error;
      return output;
    }
  };
  return async (input) => {
    const output = await settle(input);
    metrics.requests.labels({ protocol, code: String(output.status) }).inc();
    if (output.status < 400) tracked?.tracker.recovered(tracked.kind);
    else {
      const message = String(output.body).trimEnd();
      tracked?.tracker.failed(tracked.kind, message);
      logFailure(output.status, message);
    }
    return output;
  };
}
