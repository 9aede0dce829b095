/** Spans for the program: a function in a span, a span of one's own, the active one. */
import { active, current, runWith } from '../context/store.ts';
import { isSuppressed } from '../context/suppress.ts';
import { toMs } from './clock.ts';
import { messageOf } from './exception.ts';
import type { ForeignTracing } from './otel/delegated-span.ts';
import type { Recorder } from './recorder.ts';
import { KINDS, RecordingSpan, type Scope } from './recording-span.ts';
import { SilentSpan } from './silent-span.ts';
import type { Span, SpanOptions } from './span.ts';

export class Tracer {
  readonly #recorder: Recorder;
  readonly #scope: Scope;
  #foreign: ForeignTracing | undefined;

  constructor(recorder: Recorder, scope: Scope) {
    this.#recorder = recorder;
    this.#scope = scope;
  }

  /** Another OpenTelemetry SDK is in charge: spans of the program are made and recorded by it. */
  delegateTo(foreign: ForeignTracing | undefined): void {
    this.#foreign = foreign;
  }

  /**
   * Calls `fn` in a span that is the active one for it and for all it starts. The span ends when `fn` returns, or when its
   * promise is settled; what it throws is recorded, makes the status an error, and is thrown on.
   *
   * @example const order = await tracer.span('load order', (span) => { span.setAttribute('order.id', id); return load(id); });
   */
  span<TResult>(name: string, fn: (span: Span) => TResult, options?: SpanOptions): TResult {
    const span = this.startSpan(name, options);
    let result: TResult;
    try {
      const foreign = this.#foreign;
      result = foreign === undefined ? runWith(active().withSpan(span), fn, span) : foreign.run(span, fn);
    } catch (error) {
      fail(span, error);
      throw error;
    }
    if (!isThenable(result)) {
      span.end();
      return result;
    }
    return result.then(
      (value) => {
        span.end();
        return value;
      },
      (error: unknown) => {
        fail(span, error);
        throw error;
      },
    ) as TResult;
  }

  /** Starts a span under the active one; whoever starts it ends it. It does not become the active one. */
  startSpan(name: string, options?: SpanOptions): Span {
    if (this.#foreign !== undefined) return this.#foreign.startSpan(name, options);
    const context = active();
    if (context.values !== undefined && isSuppressed(context))
      return new SilentSpan(0, undefined, undefined, undefined, false);
    if (options === undefined) {
      return this.#recorder.start(this.#scope, name, KINDS.internal, context.span, undefined, undefined);
    }
    const { kind, attributes, links, startTime, root } = options;
    const span = this.#recorder.start(
      this.#scope,
      name,
      KINDS[kind ?? 'internal'],
      root === true ? undefined : context.span,
      attributes,
      startTime === undefined ? undefined : toMs(startTime),
    );
    if (attributes !== undefined) span.setAttributes(attributes);
    if (links !== undefined) span.addLinks(links);
    return span;
  }

  /** The active span of this process; undefined outside of any. */
  active(): Span | undefined {
    if (this.#foreign !== undefined) return this.#foreign.active();
    const span = current()?.span;
    return span instanceof RecordingSpan || (span instanceof SilentSpan && !span.isRemote) ? span : undefined;
  }

  /**
   * The same function, each call of it in a span.
   *
   * @example const load = tracer.wrap('load order', loadOrder);
   */
  wrap<TThis, TArgs extends unknown[], TResult>(
    name: string,
    fn: (this: TThis, ...args: TArgs) => TResult,
    options?: SpanOptions,
  ): (this: TThis, ...args: TArgs) => TResult {
    const tracer = this;
    return function traced(this: TThis, ...args: TArgs): TResult {
      return tracer.span(name, () => fn.apply(this, args), options);
    };
  }
}

function fail(span: Span, error: unknown): void {
  span.recordException(error).setStatus('error', messageOf(error)).end();
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
