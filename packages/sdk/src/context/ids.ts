/**
 * Trace, span and request ids. Random bytes come from a pool that is refilled at once: one system call for 2,048 span ids
 * instead of one each.
 */
import { builtin } from '../lib/builtin.ts';

const POOL_BYTES = 16_384;
/** Turned into text at once: an id is a piece of it, and what keeps the id keeps no more than this. */
const TEXT_BYTES = 256;
/** `0`; looking at one digit first spares most comparisons. */
const ZERO = 48;
const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
let offset = POOL_BYTES;
let text = '';
let taken = 0;

function draw(digits: number): string {
  if (taken + digits > text.length) {
    if (offset === POOL_BYTES) {
      builtin('node:crypto').randomFillSync(pool);
      offset = 0;
    }
    text = pool.toString('hex', offset, offset + TEXT_BYTES);
    offset += TEXT_BYTES;
    taken = 0;
  }
  const from = taken;
  taken += digits;
  return text.slice(from, taken);
}

/** 32 lower-case hex digits, not all zero (W3C Trace Context, trace-id). */
export function newTraceId(): string {
  const id = draw(32);
  return id.charCodeAt(0) === ZERO && id === '00000000000000000000000000000000' ? newTraceId() : id;
}

/** 16 lower-case hex digits, not all zero (W3C Trace Context, parent-id). */
export function newSpanId(): string {
  const id = draw(16);
  return id.charCodeAt(0) === ZERO && id === '0000000000000000' ? newSpanId() : id;
}

/** Id of a request that came without one: `req_` and 16 hex digits. */
export function newRequestId(): string {
  return `req_${draw(16)}`;
}
