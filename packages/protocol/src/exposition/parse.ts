/** Which parser reads a body, at once or in steps. */
import type { ExpositionFormat, ExpositionSink } from '../exposition.ts';
import { walkOpenMetrics } from './openmetrics.ts';
import { walkText } from './text.ts';

/**
 * Tells `sink` what `body` holds, in order. Samples before a mistake are told before the error is thrown: a caller that
 * takes a body as a whole, as a scrape does, drops them.
 * @throws ExpositionError at the first mistake
 */
export function parseExposition(body: Buffer, format: ExpositionFormat, sink: ExpositionSink): void {
  const steps = walkExposition(body, format, sink, Number.POSITIVE_INFINITY);
  while (steps.next().done !== true);
}

/**
 * As parseExposition, pausing at a line about every `stepBytes` so that a large body does not hold the event loop. Run the
 * generator to its end; the body must not change meanwhile.
 */
export function walkExposition(
  body: Buffer,
  format: ExpositionFormat,
  sink: ExpositionSink,
  stepBytes: number,
): Generator<void> {
  return format === 'openmetrics' ? walkOpenMetrics(body, sink, stepBytes) : walkText(body, sink, stepBytes);
}
