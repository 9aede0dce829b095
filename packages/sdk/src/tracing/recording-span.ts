/** A span that is recorded: a plain object with few fields; what most spans do not have is in one more object. */
import { newSpanId } from '../context/ids.ts';
import type { ActiveSpan } from '../context/store.ts';
import {
  type AttributeList,
  putAttribute,
  putAttributes,
  type SpanLimits,
  sizeOfValue,
  sizeOfValues,
} from './attributes.ts';
import { isTimeInput, nowMs, toMs } from './clock.ts';
import { exceptionAttributes } from './exception.ts';
import type { LocalTrace } from './local-trace.ts';
import { spanContextOf } from './silent-span.ts';
import type { Attributes, OtelSpanStatus, Span, SpanContext, SpanLink, SpanStatus, TimeInput } from './span.ts';

/** OpenTelemetry's numbers; OTLP counts from 1. */
export const KINDS = { internal: 0, server: 1, client: 2, producer: 3, consumer: 4 } as const;
const STATUS_UNSET = 0;
export const STATUS_OK = 1;
export const STATUS_ERROR = 2;
export const STATUS_CODES = { unset: STATUS_UNSET, ok: STATUS_OK, error: STATUS_ERROR } as const;

/** Who made a span (OpenTelemetry, "Instrumentation Scope"). */
export interface Scope {
  readonly name: string;
  readonly version: string | undefined;
  readonly schemaUrl: string | undefined;
}

/** What takes ended spans. */
export interface SpanEnd {
  readonly limits: SpanLimits;
  ended(span: RecordingSpan): void;
}

interface SpanEvent {
  readonly name: string;
  readonly timeMs: number;
  readonly attributes: AttributeList;
  readonly dropped: number;
}

interface RecordedLink {
  readonly context: SpanContext;
  readonly attributes: AttributeList;
  readonly dropped: number;
}

/** Events, links and counts of what did not fit. */
export interface Extras {
  readonly events: SpanEvent[];
  readonly links: RecordedLink[];
  droppedAttributes: number;
  droppedEvents: number;
  droppedLinks: number;
}

/** A span with a few attributes of short texts. */
const OWN_BYTES = 700;
const NO_ATTRIBUTES: AttributeList = [];

export class RecordingSpan implements Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState: string | undefined;
  readonly parentSpanId: string | undefined;
  readonly isParentRemote: boolean;
  readonly kind: number;
  readonly scope: Scope;
  readonly recorder: SpanEnd;
  /** Set while the trace is recorded for tail rules only. */
  readonly local: LocalTrace | undefined;
  name: string;
  readonly startMs: number;
  /** 0 until the span ends. */
  endMs: number;
  attributes: AttributeList;
  statusCode: number;
  statusMessage: string | undefined;
  extras: Extras | undefined;
  /** Roughly what it holds in memory, in bytes; a value that was replaced counts on. */
  size: number;

  constructor(
    recorder: SpanEnd,
    scope: Scope,
    name: string,
    kind: number,
    traceId: string,
    traceFlags: number,
    parent: ActiveSpan | undefined,
    local: LocalTrace | undefined,
    startMs: number,
  ) {
    this.traceId = traceId;
    this.spanId = newSpanId();
    this.traceFlags = traceFlags;
    this.traceState = parent === undefined ? undefined : parent.traceState;
    // Its ids only: a late span must not keep a chain of ended ones.
    this.parentSpanId = parent === undefined || parent.spanId === '' ? undefined : parent.spanId;
    this.isParentRemote = parent?.isRemote === true;
    this.kind = kind;
    this.scope = scope;
    this.recorder = recorder;
    this.local = local;
    this.name = name;
    this.startMs = startMs;
    this.endMs = 0;
    this.attributes = NO_ATTRIBUTES;
    this.statusCode = STATUS_UNSET;
    this.statusMessage = undefined;
    this.extras = undefined;
    this.size = OWN_BYTES;
  }

  get isRemote(): boolean {
    return false;
  }

  isRecording(): boolean {
    return this.endMs === 0;
  }

  spanContext(): SpanContext {
    return spanContextOf(this);
  }

  setAttribute(key: string, value: unknown): this {
    if (this.endMs !== 0) return this;
    if (this.attributes === NO_ATTRIBUTES) this.attributes = [];
    if (!putAttribute(this.attributes, key, value, this.recorder.limits)) this.more().droppedAttributes++;
    else if (typeof value === 'string') this.size += Math.min(value.length, this.recorder.limits.valueLength);
    else if (typeof value === 'object') this.size += sizeOfValue(value);
    return this;
  }

  /**
   * The attributes of a span that the SDK makes, all at once: cheaper than one after the other, when it has none yet.
   *
   * @param list Different keys, texts, numbers and booleans. Belongs to the span from now on.
   */
  describe(list: AttributeList): void {
    const { limits } = this.recorder;
    const isFirst = this.endMs === 0 && this.attributes === NO_ATTRIBUTES && list.length <= limits.attributes * 2;
    const bytes = isFirst ? textWithin(list, limits.valueLength) : -1;
    if (bytes >= 0) {
      this.attributes = list;
      this.size += bytes;
    } else
      for (let index = 0; index < list.length; index += 2) this.setAttribute(list[index] as string, list[index + 1]);
  }

  setAttributes(attributes: Attributes): this {
    for (const key of Object.keys(attributes)) this.setAttribute(key, attributes[key]);
    return this;
  }

  addEvent(name: string, attributes?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.endMs !== 0) return this;
    const given = isTimeInput(attributes) ? undefined : attributes;
    const at = isTimeInput(attributes) && !isTimeInput(time) ? attributes : time;
    const { limits } = this.recorder;
    const extras = this.more();
    const list: AttributeList = [];
    const dropped = typeof given === 'object' && given !== null ? putAttributes(list, given, limits) : 0;
    this.size += 100 + name.length + sizeOfValues(list);
    extras.events.push({ name, timeMs: at === undefined ? nowMs() : toMs(at), attributes: list, dropped });
    if (extras.events.length > limits.events) {
      extras.events.shift();
      extras.droppedEvents++;
    }
    return this;
  }

  addLink(link: SpanLink): this {
    if (this.endMs !== 0) return this;
    const { limits } = this.recorder;
    const extras = this.more();
    const attributes: AttributeList = [];
    const dropped = link.attributes === undefined ? 0 : putAttributes(attributes, link.attributes, limits);
    this.size += 200 + sizeOfValues(attributes);
    extras.links.push({ context: link.context, attributes, dropped: dropped + (link.droppedAttributesCount ?? 0) });
    if (extras.links.length > limits.links) {
      extras.links.shift();
      extras.droppedLinks++;
    }
    return this;
  }

  addLinks(links: readonly SpanLink[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  setStatus(status: SpanStatus | OtelSpanStatus, message?: string): this {
    const code = typeof status === 'string' ? STATUS_CODES[status] : status.code;
    if (this.endMs !== 0 || this.statusCode === STATUS_OK) return this;
    if (code !== STATUS_OK && code !== STATUS_ERROR) return this;
    const text: unknown = typeof status === 'string' ? message : status.message;
    this.statusCode = code;
    this.statusMessage =
      code === STATUS_ERROR && typeof text === 'string' ? text.slice(0, this.recorder.limits.valueLength) : undefined;
    return this;
  }

  updateName(name: string): this {
    if (this.endMs === 0) this.name = name;
    return this;
  }

  recordException(exception: unknown, time?: TimeInput): this {
    const attributes = this.endMs === 0 ? exceptionAttributes(exception) : undefined;
    return attributes === undefined ? this : this.addEvent('exception', attributes, time);
  }

  end(time?: TimeInput): void {
    if (this.endMs !== 0) return;
    const at = time === undefined ? nowMs() : toMs(time);
    this.endMs = Math.max(at, this.startMs);
    this.recorder.ended(this);
  }

  private more(): Extras {
    this.extras ??= { events: [], links: [], droppedAttributes: 0, droppedEvents: 0, droppedLinks: 0 };
    return this.extras;
  }
}

/** Characters of the texts among the values, -1 when one of them is longer than a value may be. */
function textWithin(list: AttributeList, longest: number): number {
  let characters = 0;
  for (let index = 1; index < list.length; index += 2) {
    const value = list[index];
    if (typeof value !== 'string') continue;
    if (value.length > longest) return -1;
    characters += value.length;
  }
  return characters;
}
