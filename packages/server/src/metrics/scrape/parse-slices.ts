/**
 * Parses a body with pauses in which other work runs: a body of a hundred thousand new series would hold the event loop for
 * a second.
 */
import { setImmediate as immediate } from 'node:timers/promises';
import { type ExpositionFormat, type ExpositionSink, walkExposition } from '@sightline/protocol';

/** How often the clock is looked at. */
const STEP_BYTES = 64 * 1024;
const MAX_HOLD_MS = 15;

/** As parseExposition. @throws ExpositionError */
export async function parseInSlices(body: Buffer, format: ExpositionFormat, sink: ExpositionSink): Promise<void> {
  const steps = walkExposition(body, format, sink, STEP_BYTES);
  let sinceMs = performance.now();
  while (steps.next().done !== true) {
    if (performance.now() - sinceMs < MAX_HOLD_MS) continue;
    await immediate();
    sinceMs = performance.now();
  }
}
