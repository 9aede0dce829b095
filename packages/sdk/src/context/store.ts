/**
 * The one context of the SDK: what the current request, job or message is, and which span is active. One AsyncLocalStorage
 * holds it for logs, metrics (exemplars), traces and outgoing requests, because each further storage costs every `await` on
 * Node 20 and every `run` on Node 24.
 *
 * A Context is immutable but for two things: the correlation it shares with all contexts of one request (a user id that is
 * known only after authentication belongs to the lines before and after an await alike), and the text that the logger caches.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Channel } from 'node:diagnostics_channel';

/** What all copies of the SDK in one process have in common. */
interface Shared {
  readonly storage: AsyncLocalStorage<Context>;
  readonly foreignKeys: Map<symbol, ForeignKey>;
  foreignSpan?: (() => ActiveSpan | undefined) | undefined;
}

const SHARED_KEY = Symbol.for('sightline.sdk.context.v1');
const holder = globalThis as { [SHARED_KEY]?: Shared };

// Two copies of the SDK in one process (ESM and CommonJS, two versions) must see one context, and a context that one of them
// made must answer for the keys that the other was told.
holder[SHARED_KEY] ??= { storage: new AsyncLocalStorage<Context>(), foreignKeys: new Map() };
const shared = holder[SHARED_KEY];
const { storage } = shared;

/** Ids of one request, job or message. Shared by every Context under it and changed through `setCorrelation`. */
export interface Correlation {
  correlationId?: string | undefined;
  requestId?: string | undefined;
  userId?: string | undefined;
  sessionId?: string | undefined;
}

/** What the rest of the SDK needs of the active span; `tracing/` implements it. */
export interface ActiveSpan {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** W3C trace flags; bit 0 is "sampled". */
  readonly traceFlags: number;
  /** W3C tracestate as it came, or undefined. */
  readonly traceState: string | undefined;
  /** True for a span of another process, known by its ids only. */
  readonly isRemote: boolean;
}

/** The correlation of a request with the number of its last change: caches made from it compare the number. */
export interface CorrelationCell {
  readonly values: Correlation;
  version: number;
}

/**
 * Baggage: W3C Baggage members that travel with the request, by key, values decoded. Metadata is kept as it came.
 */
export type Baggage = ReadonlyMap<string, { readonly value: string; readonly metadata?: string }>;

/**
 * One context. It has the shape of OpenTelemetry's `Context` (getValue, setValue, deleteValue), so that it is handed to
 * `@opentelemetry/api` as it is.
 */
export class Context {
  readonly cell: CorrelationCell | undefined;
  readonly span: ActiveSpan | undefined;
  readonly baggage: Baggage | undefined;
  /** Values of other OpenTelemetry instrumentations, by their key. */
  readonly values: ReadonlyMap<symbol, unknown> | undefined;
  /** Owned by logging: the ids of this context as JSON text, valid while `fragmentVersion` equals the cell's version. */
  fragment: string | undefined = undefined;
  fragmentVersion = -1;
  /** Owned by logging: the shape of lines that `fragment` is made for. */
  fragmentShape: object | undefined = undefined;
  /** Owned by http: what is known of the request being served, e.g. its route; undefined outside requests. */
  request: object | undefined = undefined;

  constructor(
    cell: CorrelationCell | undefined,
    span: ActiveSpan | undefined,
    baggage: Baggage | undefined,
    values: ReadonlyMap<symbol, unknown> | undefined,
  ) {
    this.cell = cell;
    this.span = span;
    this.baggage = baggage;
    this.values = values;
  }

  /** The same context with another active span. */
  withSpan(span: ActiveSpan | undefined): Context {
    return this.#derive(span, this.baggage, this.values);
  }

  withBaggage(baggage: Baggage | undefined): Context {
    return this.#derive(this.span, baggage, this.values);
  }

  getValue(key: symbol): unknown {
    const codec = shared.foreignKeys.get(key);
    return codec === undefined ? this.values?.get(key) : codec.get(this);
  }

  setValue(key: symbol, value: unknown): Context {
    const codec = shared.foreignKeys.get(key);
    if (codec !== undefined) return codec.set(this, value);
    return this.#derive(this.span, this.baggage, new Map(this.values).set(key, value));
  }

  deleteValue(key: symbol): Context {
    const codec = shared.foreignKeys.get(key);
    if (codec !== undefined) return codec.set(this, undefined);
    if (this.values === undefined || !this.values.has(key)) return this;
    const values = new Map(this.values);
    values.delete(key);
    return this.#derive(this.span, this.baggage, values);
  }

  #derive(span: ActiveSpan | undefined, baggage: Baggage | undefined, values: Context['values']): Context {
    const next = new Context(this.cell, span, baggage, values);
    next.request = this.request;
    return next;
  }
}

/** How a key of `@opentelemetry/api` is kept: the span and the baggage have fields of their own. */
export interface ForeignKey {
  get(context: Context): unknown;
  set(context: Context, value: unknown): Context;
}

/** Told by the bridge to `@opentelemetry/api`: a context key that stands for a field of Context. */
export function mapForeignKey(key: symbol, codec: ForeignKey): void {
  shared.foreignKeys.set(key, codec);
}

/** The context outside of any request. */
export const ROOT = new Context(undefined, undefined, undefined, undefined);

/** The current context, undefined outside of any request, job or span. */
export function current(): Context | undefined {
  const own = storage.getStore();
  return shared.foreignSpan === undefined ? own : joined(own, shared.foreignSpan());
}

/** The current context, or the root. */
export function active(): Context {
  return current() ?? ROOT;
}

/**
 * Another OpenTelemetry SDK keeps the active span in a context of its own: `read` gives it, the same object for the same
 * span, and the current context is ours with that span. Undefined ends it.
 */
export function followForeignSpans(read: (() => ActiveSpan | undefined) | undefined): void {
  shared.foreignSpan = read;
}

let lastOwn: Context | undefined;
let lastJoined: Context | undefined;

/** Kept for the lines and calls that follow each other under one span. */
function joined(own: Context | undefined, span: ActiveSpan | undefined): Context | undefined {
  if (span === undefined || own?.span === span) return own;
  if (lastJoined === undefined || lastOwn !== own || lastJoined.span !== span) {
    lastOwn = own;
    lastJoined = (own ?? ROOT).withSpan(span);
  }
  return lastJoined;
}

/** Calls `fn` with `context` as the current one; also for everything asynchronous that it starts. */
export function run<TResult>(context: Context, fn: () => TResult): TResult {
  return storage.run(context, fn);
}

/** As `run`, without a closure for the caller. */
export function runWith<TArgs extends unknown[], TResult>(
  context: Context,
  fn: (...args: TArgs) => TResult,
  ...args: TArgs
): TResult {
  return storage.run(context, fn, ...args);
}

/** Makes `context` the current one for the rest of this synchronous execution: only where nothing runs after it. */
export function enter(context: Context): void {
  storage.enterWith(context);
}

/** What is published on `channel` with its stores runs under the context that `contextOf` gives. @returns Ends it. */
export function bindToChannel(channel: Channel, contextOf: (message: unknown) => Context | undefined): () => void {
  // A store that is undefined is outside of any request, as in `current()`, which the types of Node leave out.
  channel.bindStore(storage, contextOf as (message: unknown) => Context);
  return () => {
    channel.unbindStore(storage);
  };
}

/** A context with its own correlation, under `parent`'s span and baggage. */
export function withCorrelationCell(values: Correlation, parent: Context = active()): Context {
  const context = new Context({ values, version: 0 }, parent.span, parent.baggage, parent.values);
  context.request = parent.request;
  return context;
}
