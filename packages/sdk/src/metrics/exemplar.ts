/**
 * Exemplars (OpenMetrics 1.0, "Exemplars"): the sampled span that an update was made in. One per bucket and exposition is
 * enough, so that a busy series does not make an object for each update.
 */
import { current } from '../context/store.ts';
import type { Chunk } from './chunk.ts';
import { numberText } from './number-text.ts';

export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  readonly value: number;
  /** Unix ms. */
  readonly timestampMs: number;
  readonly epoch: number;
}

/** Counts expositions that show exemplars: one of an earlier exposition is replaced by the next sampled update. */
export interface ExemplarClock {
  epoch: number;
}

/** Remembers the current span at `slot` of a series if it is sampled and the slot has none of this epoch. */
export function captureExemplar(chunk: Chunk, index: number, slot: number, value: number, clock: ExemplarClock): void {
  const at = index * chunk.shape.exemplarSlots + slot;
  const known = chunk.exemplars?.[at];
  if (known !== undefined && known.epoch === clock.epoch) return;
  const span = current()?.span;
  if (span === undefined || (span.traceFlags & 1) === 0 || span.spanId === '') return;
  chunk.exemplars ??= [];
  const { traceId, spanId } = span;
  chunk.exemplars[at] = { traceId, spanId, value, timestampMs: Date.now(), epoch: clock.epoch };
}

/** An exemplar as OpenMetrics writes it after the number of a line. */
export function exemplarText({ traceId, spanId, value, timestampMs }: Exemplar): string {
  const time = (timestampMs / 1000).toFixed(3);
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${numberText(value)} ${time}`;
}
