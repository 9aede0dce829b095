/** A span that the program makes with our tracer while another OpenTelemetry SDK is in charge: that SDK records it. */
import type { ActiveSpan } from '../../context/store.ts';
import { exceptionAttributes } from '../exception.ts';
import { KINDS, STATUS_CODES } from '../recording-span.ts';
import type {
  Attributes,
  AttributeValue,
  OtelSpanStatus,
  Span,
  SpanContext,
  SpanLink,
  SpanOptions,
  SpanStatus,
  TimeInput,
} from '../span.ts';
import { traceStateText } from '../trace-state.ts';
import { type OtelContextManager, type OtelSpan, registeredApi, SPAN_KEY } from './api.ts';

/** What the program's tracer asks of another SDK. */
export interface ForeignTracing {
  startSpan(name: string, options: SpanOptions | undefined): Span;
  active(): Span | undefined;
  /** Calls `fn` with the span as the active one of the other SDK. */
  run<TResult>(span: Span, fn: (span: Span) => TResult): TResult;
}

/** The methods of a span of `@opentelemetry/api`. */
interface ForeignSpan extends OtelSpan {
  setAttribute(key: string, value: unknown): unknown;
  setAttributes(attributes: Attributes): unknown;
  addEvent(name: string, attributes?: Attributes | TimeInput, time?: TimeInput): unknown;
  addLinks?(links: readonly SpanLink[]): unknown;
  setStatus(status: OtelSpanStatus): unknown;
  updateName(name: string): unknown;
  end(time?: TimeInput): void;
  isRecording(): boolean;
}

interface ForeignProvider {
  getTracer(name: string): { startSpan(name: string, options: object, context?: unknown): ForeignSpan };
}

/** @returns Undefined when that SDK has no tracer provider. */
export function foreignTracing(manager: OtelContextManager): ForeignTracing | undefined {
  const provider = registeredApi()?.trace as ForeignProvider | undefined;
  if (provider === undefined) return undefined;
  return {
    startSpan(name, options = {}) {
      const { kind, ...rest } = options;
      const asked = { ...rest, kind: KINDS[kind ?? 'internal'] };
      return new DelegatedSpan(provider.getTracer('@sightline/sdk').startSpan(name, asked, manager.active()));
    },
    active() {
      const span = manager.active().getValue(SPAN_KEY);
      return span === undefined ? undefined : new DelegatedSpan(span as ForeignSpan);
    },
    run(span, fn) {
      const original = span instanceof DelegatedSpan ? span.original : undefined;
      const context = original === undefined ? manager.active() : manager.active().setValue(SPAN_KEY, original);
      let result: unknown;
      manager.with(context, () => {
        result = fn(span);
      });
      return result as ReturnType<typeof fn>;
    },
  };
}

class DelegatedSpan implements Span, ActiveSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState: string | undefined;
  readonly isRemote = false;
  readonly original: ForeignSpan;

  constructor(original: ForeignSpan) {
    const { traceId, spanId, traceFlags, traceState } = original.spanContext();
    this.traceId = traceId;
    this.spanId = spanId;
    this.traceFlags = traceFlags;
    this.traceState = traceStateText(traceState);
    this.original = original;
  }

  isRecording(): boolean {
    return this.original.isRecording();
  }

  spanContext(): SpanContext {
    return this.original.spanContext() as SpanContext;
  }

  setAttribute(key: string, value: AttributeValue | null | undefined): this {
    this.original.setAttribute(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    this.original.setAttributes(attributes);
    return this;
  }

  addEvent(name: string, attributes?: Attributes | TimeInput, time?: TimeInput): this {
    this.original.addEvent(name, attributes, time);
    return this;
  }

  addLink(link: SpanLink): this {
    return this.addLinks([link]);
  }

  /** Before version 1.9 of the API a started span took no links. */
  addLinks(links: readonly SpanLink[]): this {
    this.original.addLinks?.(links);
    return this;
  }

  setStatus(status: SpanStatus | OtelSpanStatus, message?: string): this {
    if (typeof status === 'object') this.original.setStatus(status);
    else this.original.setStatus({ code: STATUS_CODES[status], ...(message === undefined ? {} : { message }) });
    return this;
  }

  updateName(name: string): this {
    this.original.updateName(name);
    return this;
  }

  recordException(exception: unknown, time?: TimeInput): this {
    const attributes = exceptionAttributes(exception);
    return attributes === undefined ? this : this.addEvent('exception', attributes, time);
  }

  end(time?: TimeInput): void {
    this.original.end(time);
  }
}
