/** Which parser reads a body: by format, and which format a scrape's Content-Type names. */
import type { ExpositionFormat, ExpositionSink } from '../exposition.ts';
import { parseOpenMetrics } from './openmetrics.ts';
import { parseText } from './text.ts';

/**
 * Tells `sink` what `body` holds, in order. Samples before a mistake are told before the error is thrown: a caller that
 * takes a body as a whole, as a scrape does, drops them.
 * @throws ExpositionError at the first mistake
 */
export function parseExposition(body: Buffer, format: ExpositionFormat, sink: ExpositionSink): void {
  if (format === 'openmetrics') parseOpenMetrics(body, sink);
  else parseText(body, sink);
}

/**
 * The format that a Content-Type names, or undefined when it names none that can be read (Prometheus 3 then fails the scrape
 * unless a fallback is configured; Prometheus 2 took it for text).
 */
export function formatOfContentType(contentType: string | undefined): ExpositionFormat | undefined {
  const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === 'text/plain') return 'text';
  if (mediaType === 'application/openmetrics-text') return 'openmetrics';
  return undefined;
}
