/** The TracerProvider of `@opentelemetry/api`: instrumentations of others make their spans with the SDK's recorder. */
import { active, type Context, current, runWith } from '../../context/store.ts';
import { isSuppressed } from '../../context/suppress.ts';
import { toMs } from '../clock.ts';
import type { Recorder } from '../recorder.ts';
import type { Scope } from '../recording-span.ts';
import type { Attributes, Span, SpanLink, TimeInput } from '../span.ts';
import type { OtelContext } from './api.ts';
import { adoptSpan, NO_SPAN, toContext } from './context-bridge.ts';

/** SpanOptions of the API. */
export interface OtelSpanOptions {
  readonly kind?: number | undefined;
  readonly attributes?: Attributes | undefined;
  readonly links?: readonly SpanLink[] | undefined;
  readonly startTime?: TimeInput | undefined;
  readonly root?: boolean | undefined;
}

type SpanFn = (span: Span) => unknown;

/** Scopes of one process are few; a library that makes up names must not fill the memory. */
const MAX_SCOPES = 500;

export class TracerProvider {
  readonly #recorder: Recorder;
  readonly #tracers = new Map<string, OtelTracer>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  getTracer(name: string, version?: string, options?: { readonly schemaUrl?: string }): OtelTracer {
    const key = `${name}@${version ?? ''}:${options?.schemaUrl ?? ''}`;
    let tracer = this.#tracers.get(key);
    if (tracer === undefined) {
      tracer = new OtelTracer(this.#recorder, { name: name || 'unknown', version, schemaUrl: options?.schemaUrl });
      if (this.#tracers.size < MAX_SCOPES) this.#tracers.set(key, tracer);
    }
    return tracer;
  }
}

export class OtelTracer {
  readonly #recorder: Recorder;
  readonly #scope: Scope;

  constructor(recorder: Recorder, scope: Scope) {
    this.#recorder = recorder;
    this.#scope = scope;
  }

  startSpan(name: string, options: OtelSpanOptions = {}, context: OtelContext = active()): Span {
    const own = toContext(context);
    if (own.values !== undefined && isSuppressed(own)) {
      return NO_SPAN;
    }
    const { kind, attributes, links, startTime, root } = options;
    const span = this.#recorder.start(
      this.#scope,
      name,
      kind ?? 0,
      root === true ? undefined : own.span,
      attributes,
      startTime === undefined || startTime === null ? undefined : toMs(startTime),
    );
    if (attributes) span.setAttributes(attributes);
    if (links) span.addLinks(links);
    return span;
  }

  startActiveSpan(name: string, fn: SpanFn): unknown;
  startActiveSpan(name: string, options: OtelSpanOptions | undefined, fn: SpanFn): unknown;
  startActiveSpan(
    name: string,
    options: OtelSpanOptions | undefined,
    context: OtelContext | undefined,
    fn: SpanFn,
  ): unknown;
  startActiveSpan(
    name: string,
    ...rest:
      | [SpanFn]
      | [OtelSpanOptions | undefined, SpanFn]
      | [OtelSpanOptions | undefined, OtelContext | undefined, SpanFn]
  ): unknown {
    const fn = rest.at(-1) as SpanFn;
    const options = rest.length > 1 ? (rest[0] as OtelSpanOptions | undefined) : undefined;
    const given = rest.length > 2 ? (rest[1] as OtelContext | undefined) : undefined;
    const context: Context = given === undefined ? (current() ?? active()) : toContext(given);
    const span = this.startSpan(name, options, context);
    return runWith(context.withSpan(adoptSpan(span)), fn, span);
  }
}
