/**
 * Carries a context through a queue, a job table or a worker message: `carry()` on the sending side makes plain JSON,
 * `resume()` on the other side runs the handler under it.
 */
import { parseBaggage } from './baggage.ts';
import { injectHeaders } from './headers.ts';
import { active, Context, type Correlation, ROOT, run } from './store.ts';
import { parseTraceParent } from './trace-context.ts';

/** A context as plain JSON: the headers of `injectHeaders` and the ids that HTTP does not carry. */
export interface Carrier {
  readonly headers: Readonly<Record<string, string>>;
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
}

/** The current context as plain JSON, small enough to put beside the payload of a job. */
export function carry(): Carrier {
  const context = active();
  const { userId, sessionId } = context.cell?.values ?? {};
  const headers = injectHeaders({}, context);
  return { headers, ...(userId === undefined ? {} : { userId }), ...(sessionId === undefined ? {} : { sessionId }) };
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
  if (typeof carrier !== 'object' || carrier === null) return ROOT;
  const { headers, userId, sessionId } = carrier as { headers?: unknown; userId?: unknown; sessionId?: unknown };
  const named = (typeof headers === 'object' && headers !== null ? headers : {}) as Record<string, unknown>;
  const values: Correlation = {
    correlationId: text(named['x-correlation-id']),
    requestId: text(named['x-request-id']),
    userId: text(userId),
    sessionId: text(sessionId),
  };
  const traceparent = text(named['traceparent']);
  const span = traceparent === undefined ? undefined : parseTraceParent(traceparent, text(named['tracestate']));
  const baggage = text(named['baggage']);
  return new Context(
    { values, version: 0 },
    span,
    baggage === undefined ? undefined : parseBaggage(baggage),
    undefined,
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 1024 ? value : undefined;
}
