/**
 * Context in HTTP headers, both ways: W3C `traceparent`, `tracestate`, `baggage` and the common `X-Request-ID`,
 * `X-Correlation-ID`, `X-Trace-ID`. Ids of strangers go into logs and answers, so only short, plain text is taken.
 */
import { formatBaggage, parseBaggage } from './baggage.ts';
import { newRequestId } from './ids.ts';
import { type ActiveSpan, active, type Baggage, type Context, type Correlation } from './store.ts';
import { formatTraceParent, parseTraceParent } from './trace-context.ts';

/** Headers as Node gives them, lower-case names. */
export type IncomingHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a request brought with it. */
export interface Extracted {
  readonly correlation: Correlation;
  readonly parent: ActiveSpan | undefined;
  readonly baggage: Baggage | undefined;
}

const MAX_ID = 128;
const ID = /^[A-Za-z0-9_\-.:=+/@]+$/;
const TRACE_ID = /^[0-9a-f]{32}$/;

/**
 * Reads the context of a request. An id that is missing or not plain text is created; the correlation id defaults to the
 * request id, so that a whole chain of calls shares the id of its first request.
 */
export function extractHeaders(headers: IncomingHeaders): Extracted {
  const traceparent = headers['traceparent'];
  const parent =
    typeof traceparent === 'string' ? parseTraceParent(traceparent, one(headers['tracestate'])) : legacyParent(headers);
  const requestId = plainId(headers['x-request-id']) ?? newRequestId();
  const correlationId = plainId(headers['x-correlation-id']) ?? requestId;
  const baggage = headers['baggage'];
  return {
    correlation: { correlationId, requestId, userId: undefined, sessionId: undefined },
    parent,
    baggage: baggage === undefined ? undefined : parseBaggage(one(baggage) ?? ''),
  };
}

/** `X-Trace-ID` alone names a trace but no span: the request's own span becomes a root of that trace. */
function legacyParent(headers: IncomingHeaders): ActiveSpan | undefined {
  const id = headers['x-trace-id'];
  if (typeof id !== 'string' || !TRACE_ID.test(id) || id === '0'.repeat(32)) return undefined;
  return { traceId: id, spanId: '', traceFlags: 1, traceState: undefined, isRemote: true };
}

/**
 * Adds the headers that carry a context to another service: of the current one unless `context` is given.
 *
 * @param headers Where to add; header names are lower-case. Headers that are there are kept.
 */
export function injectHeaders(
  headers: Record<string, string> = {},
  context: Context = active(),
): Record<string, string> {
  eachHeader(context, (name, value) => {
    headers[name] ??= value;
  });
  return headers;
}

/** Calls `set` for each header of a context. */
export function eachHeader(context: Context, set: (name: string, value: string) => void): void {
  const { span, cell, baggage } = context;
  if (span !== undefined) {
    if (span.spanId !== '') {
      set('traceparent', formatTraceParent(span));
      if (span.traceState !== undefined) set('tracestate', span.traceState);
    }
    set('x-trace-id', span.traceId);
  }
  const requestId = cell?.values.requestId;
  const correlationId = cell?.values.correlationId;
  if (requestId !== undefined && isPlainId(requestId)) set('x-request-id', requestId);
  if (correlationId !== undefined && isPlainId(correlationId)) set('x-correlation-id', correlationId);
  const members = baggage === undefined ? undefined : formatBaggage(baggage);
  if (members !== undefined) set('baggage', members);
}

function one(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' || value === undefined ? value : value.join(',');
}

function plainId(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' && isPlainId(value) ? value : undefined;
}

function isPlainId(id: string): boolean {
  return id.length > 0 && id.length <= MAX_ID && ID.test(id);
}
