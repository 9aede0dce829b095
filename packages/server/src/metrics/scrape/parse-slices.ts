/** Parses a body in steps and lets other work run in between: a body of a hundred thousand new series would hold the event loop. */
import { setImmediate as immediate } from 'node:timers/promises';
import { type ExpositionFormat, type ExpositionSink, walkExposition } from '@sightline/protocol';

const SLICE_BYTES = 512 * 1024;

/** As parseExposition; the body must not change meanwhile. @throws ExpositionError */
export async function parseInSlices(body: Buffer, format: ExpositionFormat, sink: ExpositionSink): Promise<void> {
  for (const _ of walkExposition(body, format, sink, SLICE_BYTES)) await immediate();
}
