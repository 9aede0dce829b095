/** Makes a line of a call and hands it to the sinks: once for each shape that a sink wants. Never throws. */
import { type Context, ROOT } from '../context/store.ts';
import type { Core } from '../core/core.ts';
import { SEVERITY } from '../options/level.ts';
import { type Bindings, bindingsBeside } from './bindings.ts';
import { flat, flattened } from './json/flat.ts';
import { decimal } from './json/number.ts';
import type { Serializer } from './json/serializer.ts';
import type { Category } from './levels.ts';
import { preparedOf } from './prepared.ts';
import { ERROR } from './severity.ts';
import { isError, told } from './told.ts';
import type { Shape } from './shapes/shape.ts';
import type { Sink } from './sinks/sink.ts';

/** Figures of a line: how long, how much memory, how many. Known names first, others as they come. */
export interface PerformanceFields {
  readonly duration_ms?: number | undefined;
  readonly memory_usage_mb?: number | undefined;
  readonly [name: string]: string | number | undefined;
}

/** Sinks that want the same shape. */
interface Output {
  readonly shape: Shape;
  /** Ids of a line outside of any context, after the closing quotation mark of the message. */
  readonly noIds: string;
  readonly sinks: readonly { readonly sink: Sink; readonly least: number }[];
}

/** A getter or toJSON in the data that logs itself may do so this often before its lines are dropped. */
const MAX_NESTED = 3;
/** UTF-16 code units of a message that is kept. */
const MAX_KEPT_MESSAGE = 128;
const SEVERITIES = [0, 10, 20, 30, 40, 50, 60];

export class Emitter {
  readonly serializer: Serializer;
  readonly #core: Core;
  readonly #maxLineBytes: number;
  #outputs: readonly Output[] = [];
  #nested = 0;

  constructor(core: Core, serializer: Serializer, maxLineBytes: number) {
    this.#core = core;
    this.serializer = serializer;
    this.#maxLineBytes = maxLineBytes;
  }

  /** An emitter for other sinks that writes the same. */
  beside(): Emitter {
    return new Emitter(this.#core, this.serializer, this.#maxLineBytes);
  }

  /** Sets where lines go. @param shapeOf Gives the same object for the same name. */
  route(sinks: readonly Sink[], shapeOf: (sink: Sink) => Shape): void {
    const byShape = new Map<Shape, { sink: Sink; least: number }[]>();
    for (const sink of sinks) {
      const shape = shapeOf(sink);
      const least = sink.level === undefined ? 0 : SEVERITY[sink.level];
      byShape.set(shape, [...(byShape.get(shape) ?? []), { sink, least }]);
    }
    this.#outputs = [...byShape].map(([shape, own]) => ({ shape, noIds: flat(`"${shape.ids(ROOT)}`), sinks: own }));
  }

  emit(
    category: Category,
    bindings: Bindings | undefined,
    severity: number,
    timeMs: number,
    message: unknown,
    data: unknown,
    performance: PerformanceFields | undefined,
    context: Context | undefined,
  ): void {
    if (this.#nested >= MAX_NESTED) {
      this.#core.losses.add('logs', 'recursion');
      return;
    }
    this.#nested++;
    try {
      if (typeof message !== 'string' || severity >= ERROR || data === null || isError(data)) {
        const { text, fields, error } = told(message, data);
        this.#send(category, bindings, severity, timeMs, text, fields, performance, error, context);
      } else {
        const fields = data === undefined || typeof data === 'object' ? data : { value: data };
        this.#send(category, bindings, severity, timeMs, message, fields, performance, undefined, context);
      }
    } catch (problem) {
      this.#core.losses.add('logs', 'failed');
      this.#core.notices.tell('logging:failed', `a log line was lost: ${String(problem)}`);
    } finally {
      this.#nested--;
    }
  }

  #send(
    category: Category,
    bindings: Bindings | undefined,
    severity: number,
    timeMs: number,
    message: string,
    data: object | undefined,
    performance: PerformanceFields | undefined,
    error: Error | undefined,
    context: Context | undefined,
  ): void {
    const outputs = this.#outputs;
    for (let index = 0; index < outputs.length; index++) {
      const output = outputs[index] as Output;
      const line = this.#line(output, category, bindings, severity, timeMs, message, data, performance, error, context);
      const { sinks } = output;
      for (let each = 0; each < sinks.length; each++) {
        const { sink, least } = sinks[each] as (typeof sinks)[number];
        if (severity >= least) sink.write(line, severity, timeMs);
      }
    }
  }

  #line(
    output: Output,
    category: Category,
    bindings: Bindings | undefined,
    severity: number,
    timeMs: number,
    message: string,
    data: object | undefined,
    performance: PerformanceFields | undefined,
    error: Error | undefined,
    context: Context | undefined,
  ): string {
    const { shape } = output;
    const start = this.#start(output, category, severity, timeMs);
    const ids = context === undefined ? output.noIds : this.#ids(output, context);
    const text = message === category.plainMessage ? message : this.#message(category, message);
    const line = start + text + ids + this.#rest(shape, bindings, data, performance, error);
    // A character has at most three bytes in UTF-8.
    if (line.length * 3 <= this.#maxLineBytes || Buffer.byteLength(line) <= this.#maxLineBytes) return line;
    return this.#shorter(start, ids, message, () => this.#rest(shape, bindings, data, performance, error), output);
  }

  /** The message as JSON; the last one that stays as it is needs no second look, and many loggers have only one. */
  #message(category: Category, message: string): string {
    const text = this.serializer.inner(message);
    if (text === message && message.length <= MAX_KEPT_MESSAGE) category.plainMessage = message;
    return text;
  }

  #rest(
    shape: Shape,
    bindings: Bindings | undefined,
    data: object | undefined,
    performance: PerformanceFields | undefined,
    error: Error | undefined,
  ): string {
    const prepared = preparedOf(data);
    if (prepared !== undefined) {
      const { text, durationMs } = prepared;
      return shape.rest(text, `"duration_ms":${decimal(durationMs)}`, durationMs, error);
    }
    const { serializer } = this;
    let fields = '';
    if (data !== undefined) {
      const own = shape.reserved === undefined ? data : renamed(data, shape.reserved);
      fields = serializer.data(own);
      if (bindings !== undefined) {
        const beside = bindingsBeside(bindings, data);
        fields = beside === '' ? fields : fields === '' ? beside : `${beside},${fields}`;
      }
    } else if (bindings !== undefined) fields = bindings.text;
    const figures = performance === undefined ? '' : serializer.further(performance);
    return shape.rest(fields, figures, performance?.duration_ms, error);
  }

  #ids(output: Output, context: Context): string {
    const version = context.cell === undefined ? 0 : context.cell.version;
    if (context.fragmentShape === output.shape && context.fragmentVersion === version)
      return context.fragment as string;
    const text = flattened(`"${output.shape.ids(context)}`);
    if (output === this.#outputs[0]) {
      context.fragment = text;
      context.fragmentVersion = version;
      context.fragmentShape = output.shape;
    }
    return text;
  }

  /** All before the message. Lines of one millisecond begin alike: from the second one on they share one text. */
  #start(output: Output, category: Category, severity: number, timeMs: number): string {
    if (category.startMs === timeMs && category.startSeverity === severity && category.startShape === output.shape) {
      if (category.isStartFlat) return category.start;
      category.isStartFlat = true;
      category.start = flattened(category.start);
      return category.start;
    }
    const { shape } = output;
    const start = shape.open + shape.time(timeMs) + this.#head(output, category, severity);
    if (output !== this.#outputs[0]) return start;
    category.startMs = timeMs;
    category.startSeverity = severity;
    category.startShape = shape;
    category.isStartFlat = false;
    category.start = start;
    return start;
  }

  /** Beginnings of lines are kept for the first shape; a second one is rare enough to make them each time. */
  #head(output: Output, category: Category, severity: number): string {
    const { shape } = output;
    if (category.headsShape !== shape) {
      if (output !== this.#outputs[0]) return `${shape.head(severity, category.name)}"`;
      category.heads = SEVERITIES.map((each) => flat(`${shape.head(each, category.name)}"`));
      category.headsShape = shape;
    }
    return category.heads[severity / 10] as string;
  }

  /** The line again with less of everything, then with its message only. */
  #shorter(start: string, ids: string, message: string, rest: () => string, output: Output): string {
    const { serializer } = this;
    const { shape, noIds } = output;
    this.#core.losses.add('logs', 'shortened');
    const maxText = Math.floor(this.#maxLineBytes / 64);
    const line = serializer.within({ maxDepth: 3, maxItems: 16, maxText }, () => {
      return start + serializer.inner(message) + ids + rest();
    });
    if (Buffer.byteLength(line) <= this.#maxLineBytes) return line;
    return serializer.within({ maxDepth: 1, maxItems: 1, maxText: 256 }, () => {
      const end = shape.rest('"shortened":"the line was too long"', '', undefined, undefined);
      const least = start + serializer.inner(message) + ids + end;
      return Buffer.byteLength(least) <= this.#maxLineBytes ? least : `${start}(too long)${noIds}${end}`;
    });
  }
}

function renamed(data: object, reserved: ReadonlySet<string>): object {
  let copy: Record<string, unknown> | undefined;
  try {
    for (const name of Object.keys(data)) {
      if (!reserved.has(name)) continue;
      copy ??= { ...data };
      copy[`data_${name}`] = copy[name];
      delete copy[name];
    }
  } catch {
    return { data };
  }
  return copy ?? data;
}
