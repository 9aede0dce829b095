/**
 * Trace, span and request ids. Random bytes come from a pool that is refilled at once: one system call for 2,048 span ids
 * instead of one each.
 */
import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 16_384;
const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
let offset = POOL_BYTES;

function draw(bytes: number): string {
  if (offset + bytes > POOL_BYTES) {
    randomFillSync(pool);
    offset = 0;
  }
  const from = offset;
  offset += bytes;
  return pool.toString('hex', from, offset);
}

/** 32 lower-case hex digits, not all zero (W3C Trace Context, trace-id). */
export function newTraceId(): string {
  const id = draw(16);
  return id === '00000000000000000000000000000000' ? newTraceId() : id;
}

/** 16 lower-case hex digits, not all zero (W3C Trace Context, parent-id). */
export function newSpanId(): string {
  const id = draw(8);
  return id === '0000000000000000' ? newSpanId() : id;
}

/** Id of a request that came without one: `req_` and 16 hex digits. */
export function newRequestId(): string {
  return `req_${draw(8)}`;
}
