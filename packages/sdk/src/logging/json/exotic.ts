/** Objects that have no fields worth writing: dates, errors, maps, sets, bytes, addresses, headers, boxed values. */
import type { PathNode } from '../redact/path-tree.ts';
import { errorFields } from './error.ts';
import type { Serializer } from './serializer.ts';

/** JSON text of an instance of a known class; undefined for any other object. May throw what the object throws. */
export function exotic(value: object, node: PathNode | undefined, serializer: Serializer): string | undefined {
  if (value instanceof Date) {
    const ms = value.getTime();
    return Number.isNaN(ms) ? '"[Invalid Date]"' : `"${value.toISOString()}"`;
  }
  if (value instanceof Error) return `{${errorFields(value, node, serializer)}}`;
  if (value instanceof Map) return entries(value, value.size, node, serializer);
  if (value instanceof Set) return serializer.items(first(value, serializer.limits.maxItems + 1), node);
  if (ArrayBuffer.isView(value)) return `"[${nameOf(value)} of ${value.byteLength} bytes]"`;
  if (value instanceof ArrayBuffer) return `"[ArrayBuffer of ${value.byteLength} bytes]"`;
  if (value instanceof RegExp || value instanceof URL || value instanceof URLSearchParams)
    return serializer.text(String(value));
  // By name: reading the global Headers would load the whole HTTP client.
  if (nameOf(value) === 'Headers' && Symbol.iterator in value)
    return entries(value as Iterable<[unknown, unknown]>, 0, node, serializer);
  if (value instanceof String || value instanceof Number || value instanceof Boolean)
    return serializer.value(value.valueOf(), node);
  if (value instanceof Promise) return '"[Promise]"';
  return undefined;
}

function entries(
  value: Iterable<[unknown, unknown]>,
  size: number,
  node: PathNode | undefined,
  serializer: Serializer,
): string {
  const { maxItems, maxText } = serializer.limits;
  let out = '';
  let count = 0;
  for (const [key, member] of value) {
    if (++count > maxItems || out.length > maxText) return `{${out},"...":"${Math.max(1, size - maxItems)} more"}`;
    const name = typeof key === 'object' && key !== null ? `[object ${count}]` : String(key);
    const field = serializer.field(name, member, node);
    out = out === '' ? field : `${out},${field}`;
  }
  return `{${out}}`;
}

function first(values: Set<unknown>, most: number): unknown[] {
  const out: unknown[] = [];
  for (const value of values) {
    if (out.length >= most) break;
    out.push(value);
  }
  return out;
}

function nameOf(value: object): string {
  const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && /^\w{1,40}$/.test(name) ? name : 'Bytes';
}
