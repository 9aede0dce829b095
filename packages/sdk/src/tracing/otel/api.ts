/**
 * The parts of `@opentelemetry/api` that the bridge uses, by their shape: the peer is optional, so its types are not imported.
 * Contexts of the API are ours where we made them and the API's own `ROOT_CONTEXT` family otherwise.
 */

/** A context of any origin. */
export interface OtelContext {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): OtelContext;
  deleteValue(key: symbol): OtelContext;
}

/** A span of any origin. */
export interface OtelSpan {
  spanContext(): {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceFlags: number;
    readonly isRemote?: boolean | undefined;
    readonly traceState?: { serialize(): string } | undefined;
  };
}

export interface OtelContextManager {
  active(): OtelContext;
  with(context: OtelContext, fn: (...args: never[]) => unknown, thisArg?: unknown, ...args: unknown[]): unknown;
}

/** The module `@opentelemetry/api`, as `import * as api` gives it. */
export interface OtelApi {
  readonly trace: { setGlobalTracerProvider(provider: never): boolean; disable(): void };
  readonly context: { setGlobalContextManager(manager: never): boolean; disable(): void };
  readonly propagation: { setGlobalPropagator(propagator: never): boolean; disable(): void };
}

/** What the API has registered in this process, of whatever version 1; absent parts are not registered. */
export interface RegisteredApi {
  readonly version?: string;
  readonly trace?: object | undefined;
  readonly context?: OtelContextManager | undefined;
  readonly propagation?: object | undefined;
}

const REGISTERED = Symbol.for('opentelemetry.js.api.1');

/** Reads it without loading the API. */
export function registeredApi(): RegisteredApi | undefined {
  return (globalThis as { [REGISTERED]?: RegisteredApi })[REGISTERED];
}

/** Keys that the API keeps the active span and the baggage under; every copy of it makes the same symbols. */
export const SPAN_KEY = Symbol.for('OpenTelemetry Context Key SPAN');
export const BAGGAGE_KEY = Symbol.for('OpenTelemetry Baggage Key');
