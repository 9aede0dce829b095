/**
 * Carries a context through a queue, a job table or a worker message: `carry()` on the sending side makes plain JSON,
 * `resume()` on the other side runs the handler under it.
 */
import { parseBaggage } from './baggage.ts';
import { injectHeaders } from './headers.ts';
import { active, Context, type Correlation, run } from './store.ts';
import { parseTraceParent } from './trace-context.ts';

/**
 * A context as plain JSON: the headers of `injectHeaders`, which a consumer in another language can send on as they are, and
 * the ids that are no text for a header or that HTTP does not carry.
 */
export interface Carrier {
  readonly headers: Readonly<Record<string, string>>;
  readonly correlationId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
}

const MAX_ID = 1024;
const MAX_HEADER = 8192;

/** The current context as plain JSON, small enough to put beside the payload of a job. */
export function carry(): Carrier {
  const context = active();
  const headers = injectHeaders({}, context);
  const { correlationId, requestId, userId, sessionId } = context.cell?.values ?? {};
  const carrier: { -readonly [TKey in keyof Carrier]: Carrier[TKey] } = { headers };
  if (correlationId !== undefined && headers['x-correlation-id'] === undefined) carrier.correlationId = correlationId;
  if (requestId !== undefined && headers['x-request-id'] === undefined) carrier.requestId = requestId;
  if (userId !== undefined) carrier.userId = userId;
  if (sessionId !== undefined) carrier.sessionId = sessionId;
  return carrier;
}

/**
 * Calls `fn` under a carried context. Anything that is not a carrier (an old job, a stranger's message) gives an empty
 * context, never an error.
 *
 * @example queue.process((job) => resume(job.data.context, () => handle(job)));
 */
export function resume<TResult>(carrier: unknown, fn: () => TResult): TResult {
  return run(contextOf(carrier), fn);
}

function contextOf(carrier: unknown): Context {
  const given = fields(carrier);
  const headers = fields(given['headers']);
  const values: Correlation = {
    correlationId: text(headers['x-correlation-id']) ?? text(given['correlationId']),
    requestId: text(headers['x-request-id']) ?? text(given['requestId']),
    userId: text(given['userId']),
    sessionId: text(given['sessionId']),
  };
  const traceparent = text(headers['traceparent']);
  const span =
    traceparent === undefined ? undefined : parseTraceParent(traceparent, text(headers['tracestate'], MAX_HEADER));
  const baggage = text(headers['baggage'], MAX_HEADER);
  return new Context(
    { values, version: 0 },
    span,
    baggage === undefined ? undefined : parseBaggage(baggage),
    undefined,
  );
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown, most = MAX_ID): string | undefined {
  return typeof value === 'string' && value.length <= most ? value : undefined;
}
