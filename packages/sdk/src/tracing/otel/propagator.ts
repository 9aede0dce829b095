/** The propagator of `@opentelemetry/api`: W3C Trace Context and Baggage, and the ids of the request, in any carrier. */
import { parseBaggage } from '../../context/baggage.ts';
import { eachHeader } from '../../context/headers.ts';
import type { Context } from '../../context/store.ts';
import { isSuppressed } from '../../context/suppress.ts';
import { parseTraceParent } from '../../context/trace-context.ts';
import type { OtelContext } from './api.ts';
import { toContext } from './context-bridge.ts';

export interface Setter {
  set(carrier: unknown, key: string, value: string): void;
}

export interface Getter {
  get(carrier: unknown, key: string): undefined | string | string[];
}

const FIELDS = ['traceparent', 'tracestate', 'baggage', 'x-request-id', 'x-correlation-id', 'x-trace-id'];

export class Propagator {
  inject(context: OtelContext, carrier: unknown, setter: Setter): void {
    const own = toContext(context);
    if (isSuppressed(own)) return;
    eachHeader(own, (name, value) => setter.set(carrier, name, value));
  }

  /** The context with the span and baggage of the carrier; unchanged when there are none. */
  extract(context: OtelContext, carrier: unknown, getter: Getter): Context {
    const own = toContext(context);
    const one = (key: string): string | undefined => {
      const value = getter.get(carrier, key);
      return Array.isArray(value) ? (key === 'traceparent' ? value[0] : value.join(',')) : value;
    };
    const traceparent = one('traceparent');
    const span = typeof traceparent === 'string' ? parseTraceParent(traceparent, one('tracestate')) : undefined;
    const header = one('baggage');
    const baggage = typeof header === 'string' ? parseBaggage(header) : undefined;
    const withSpan = span === undefined ? own : own.withSpan(span);
    return baggage === undefined ? withSpan : withSpan.withBaggage(baggage);
  }

  fields(): string[] {
    return FIELDS;
  }
}
