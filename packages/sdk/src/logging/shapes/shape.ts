/**
 * Shapes of log lines. A line is put together from texts that are made once (per logger and level, per request, per process)
 * and those of this line; a shape says what each part looks like.
 */
import type { Context } from '../../context/store.ts';
import type { Resource } from '../../options/resource.ts';
import type { Serializer } from '../json/serializer.ts';

/** Names of the shapes that come with the SDK. */
export type ShapeName = 'json' | 'flat' | 'ecs' | 'otel';

/** What a shape is made from. */
export interface ShapeInput {
  readonly resource: Resource;
  readonly serializer: Serializer;
  /** Further constant fields of `context` in the reference shape. */
  readonly context: Readonly<Record<string, string | number>>;
}

export interface Shape {
  readonly name: ShapeName;
  /** Everything before the time. */
  readonly open: string;
  time(ms: number): string;
  /** From the end of the time to the key of the message. */
  head(severity: number, loggerName: string): string;
  /** Ids of the context with a comma before each. */
  ids(context: Context): string;
  /**
   * From the message to the end of the line.
   *
   * @param fields Data as JSON fields without braces, or empty.
   * @param performance The same of the performance block.
   */
  rest(fields: string, performance: string, durationMs: number | undefined, error: Error | undefined): string;
  /** Top-level names of the shape that a field of the data must not take; undefined when data has its own place. */
  readonly reserved: ReadonlySet<string> | undefined;
}

/** The longest id that goes into lines: what HTTP headers may bring, too. */
const MAX_ID = 128;

/** `,"name":"id"`, or nothing without an id. */
export function idField(name: string, id: string | undefined, serializer: Serializer): string {
  const text = idText(id, serializer);
  return text === undefined ? '' : `,"${name}":${text}`;
}

/** An id as JSON, undefined without one. */
export function idText(id: string | undefined, serializer: Serializer): string | undefined {
  if (typeof id !== 'string' || id === '') return undefined;
  return serializer.text(id.length > MAX_ID ? id.slice(0, MAX_ID) : id);
}

/** Bounded name of a logger as JSON. */
export function loggerText(name: string): string {
  return JSON.stringify(name.length > MAX_ID ? name.slice(0, MAX_ID) : name);
}
