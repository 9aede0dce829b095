/**
 * Contexts between `@opentelemetry/api` and ours. Our Context is one of the API as it is; its keys for the active span and the
 * baggage stand for fields of ours. Contexts that the API made itself are taken over value by value.
 */
import { type ActiveSpan, Context, current, mapForeignKey } from '../../context/store.ts';
import { RecordingSpan } from '../recording-span.ts';
import { SilentSpan } from '../silent-span.ts';
import { traceStateText } from '../trace-state.ts';
import { BAGGAGE_KEY, type OtelContext, type OtelSpan, SPAN_KEY } from './api.ts';
import { membersOf, OtelBaggage } from './baggage.ts';

/** A span of another library that was made the active one: our parts see its ids, the API gets back what it gave. */
class AdoptedSpan implements ActiveSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState: string | undefined;
  readonly isRemote: boolean;
  readonly original: OtelSpan;

  constructor(original: OtelSpan) {
    const { traceId, spanId, traceFlags, traceState, isRemote } = original.spanContext();
    this.traceId = traceId;
    this.spanId = spanId;
    this.traceFlags = traceFlags;
    this.traceState = traceStateText(traceState);
    this.isRemote = isRemote === true;
    this.original = original;
  }
}

const INVALID_TRACE = '0'.repeat(32);
const INVALID_SPAN = '0'.repeat(16);

/** What a suppressed instrumentation gets: a span with the API's invalid ids, which counts as none. */
export const NO_SPAN = new SilentSpan(0, INVALID_TRACE, INVALID_SPAN, undefined, false);

/** Our view of a span that the API made active; undefined for one with invalid ids, which is the API's way of "none". */
export function adoptSpan(span: unknown): ActiveSpan | undefined {
  if (span === NO_SPAN) return undefined;
  if (span instanceof RecordingSpan || span instanceof SilentSpan) return span;
  if (typeof (span as Partial<OtelSpan> | null | undefined)?.spanContext !== 'function') return undefined;
  const adopted = new AdoptedSpan(span as OtelSpan);
  return adopted.traceId === INVALID_TRACE || adopted.spanId === INVALID_SPAN ? undefined : adopted;
}

/** The active span as the API wants it: an object with the methods of a span. */
function spanForApi(span: ActiveSpan | undefined): unknown {
  if (span === undefined || span instanceof RecordingSpan || span instanceof SilentSpan) return span;
  if (span instanceof AdoptedSpan) return span.original;
  return new SilentSpan(span.traceFlags, span.traceId, span.spanId, span.traceState, span.isRemote);
}

/** Makes the API's keys stand for the fields of Context; several calls do no harm. */
export function mapApiKeys(): void {
  mapForeignKey(SPAN_KEY, {
    get: (context) => spanForApi(context.span),
    set: (context, value) => context.withSpan(adoptSpan(value)),
  });
  mapForeignKey(BAGGAGE_KEY, {
    get: ({ baggage }) => (baggage === undefined ? undefined : new OtelBaggage(baggage)),
    set: (context, value) => context.withBaggage(membersOf(value)),
  });
}

/**
 * A context of the API as one of ours. The correlation of the current request stays: the API knows nothing of it, and
 * `ROOT_CONTEXT` in an instrumentation means "no span", not "another request".
 */
export function toContext(context: OtelContext): Context {
  if (context instanceof Context) return context;
  const here = current();
  const values = valuesOf(context);
  const converted = new Context(
    here?.cell,
    adoptSpan(context.getValue(SPAN_KEY)),
    membersOf(context.getValue(BAGGAGE_KEY)),
    values.size === 0 ? undefined : values,
  );
  converted.request = here?.request;
  return converted;
}

/** What else is in it. The API's contexts keep their values in a Map that no method shows. */
function valuesOf(context: OtelContext): Map<symbol, unknown> {
  const inner = (context as { _currentContext?: unknown })._currentContext;
  const values = new Map<symbol, unknown>(inner instanceof Map ? inner : []);
  values.delete(SPAN_KEY);
  values.delete(BAGGAGE_KEY);
  return values;
}
