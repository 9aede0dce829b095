/**
 * W3C Trace Context level 2 (w3.org/TR/trace-context): `traceparent` and `tracestate`, read and written. Anything that does
 * not conform is ignored as a whole, as the specification asks.
 */
import type { ActiveSpan } from './store.ts';

const LENGTH = 55;
const MAX_TRACESTATE = 512;
const MAX_MEMBERS = 32;
const ZERO_TRACE = '0'.repeat(32);
const ZERO_SPAN = '0'.repeat(16);
/** Sampled and random: the flags that version 00 knows. Others must be sent as zero. */
const KNOWN_FLAGS = 3;
const LONG_MEMBER = 128;
const MEMBER = /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256}$/;
const DASH = 45;

/** The parent of a request by its headers; undefined when there is none or it is not valid. */
export function parseTraceParent(traceparent: string, tracestate: string | undefined): ActiveSpan | undefined {
  const text = traceparent.length === LENGTH ? traceparent : traceparent.trim();
  if (text.length < LENGTH) return undefined;
  const version = hexByte(text, 0);
  // Version 00 ends after the flags; a later one may go on after a dash. ff is forbidden.
  if (version < 0 || version === 255) return undefined;
  if (text.length > LENGTH && (version === 0 || text.charCodeAt(LENGTH) !== DASH)) return undefined;
  if (text.charCodeAt(2) !== DASH || text.charCodeAt(35) !== DASH || text.charCodeAt(52) !== DASH) return undefined;
  if (!isLowerHex(text, 3, 35) || !isLowerHex(text, 36, 52)) return undefined;
  const flags = hexByte(text, 53);
  if (flags < 0) return undefined;
  const traceId = text.slice(3, 35);
  const spanId = text.slice(36, 52);
  if (traceId === ZERO_TRACE || spanId === ZERO_SPAN) return undefined;
  return { traceId, spanId, traceFlags: flags, traceState: validTraceState(tracestate), isRemote: true };
}

/** `traceparent` of a span, to send on. */
export function formatTraceParent(span: ActiveSpan): string {
  return `00-${span.traceId}-${span.spanId}-0${span.traceFlags & KNOWN_FLAGS}`;
}

/** The members as one text; undefined when one of them is not valid or there are too many: then all of it is dropped. */
function validTraceState(text: string | undefined): string | undefined {
  if (text === undefined || text.length === 0 || text.length > 4 * MAX_TRACESTATE) return undefined;
  const members: string[] = [];
  for (const member of text.split(',')) {
    const trimmed = member.trim();
    if (trimmed === '') continue;
    if (members.length === MAX_MEMBERS || !MEMBER.test(trimmed)) return undefined;
    members.push(trimmed);
  }
  return members.length === 0 ? undefined : shortened(members);
}

/** Section 3.3.1.5: long members go first, then those at the end. */
function shortened(members: string[]): string {
  let text = members.join(',');
  while (text.length > MAX_TRACESTATE) {
    const long = members.findLastIndex((member) => member.length > LONG_MEMBER);
    members.splice(long === -1 ? members.length - 1 : long, 1);
    text = members.join(',');
  }
  return text;
}

function isLowerHex(text: string, from: number, to: number): boolean {
  for (let index = from; index < to; index++) {
    if (hexDigit(text.charCodeAt(index)) < 0) return false;
  }
  return true;
}

function hexByte(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}
