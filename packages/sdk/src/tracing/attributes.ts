/**
 * Attributes as a flat list of key, value, key, value: for the few a span has, looking through it is cheaper than a Map, and
 * the encoders walk it without making arrays. Values that OpenTelemetry does not know are left out.
 */
import type { Attributes, AttributeValue } from './span.ts';

/** Key, value, key, value. */
export type AttributeList = (string | AttributeValue)[];

/** Bounds of one span (OpenTelemetry, "Span Limits"). */
export interface SpanLimits {
  /** Attributes of a span, of an event, of a link. */
  readonly attributes: number;
  readonly events: number;
  readonly links: number;
  /** Characters of a text value. */
  readonly valueLength: number;
}

/** Puts a value into the list. @returns False when the list is full and the key is not in it. */
export function putAttribute(list: AttributeList, key: string, value: unknown, limits: SpanLimits): boolean {
  const isPlain =
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    (typeof value === 'string' && value.length <= limits.valueLength);
  const kept = isPlain ? value : shortened(value, limits.valueLength);
  if (kept === undefined || typeof key !== 'string' || key === '') return true;
  const { length } = list;
  for (let index = 0; index < length; index += 2) {
    if (list[index] === key) {
      list[index + 1] = kept;
      return true;
    }
  }
  if (length >= limits.attributes * 2) return false;
  list.push(key, kept);
  return true;
}

/** Puts all of an object. @returns How many did not fit. */
export function putAttributes(list: AttributeList, attributes: Attributes, limits: SpanLimits): number {
  let dropped = 0;
  for (const key of Object.keys(attributes)) {
    if (!putAttribute(list, key, attributes[key], limits)) dropped++;
  }
  return dropped;
}

/** A long text or an array within the limit; undefined for what an attribute can't hold. */
function shortened(value: unknown, maxLength: number): AttributeValue | undefined {
  if (typeof value === 'string') return value.slice(0, maxLength);
  return Array.isArray(value) ? shortenedArray(value, maxLength) : undefined;
}

function shortenedArray(values: readonly unknown[], maxLength: number): AttributeValue | undefined {
  let type: string | undefined;
  const kept: unknown[] = [];
  for (const value of values) {
    if (value === null || value === undefined) {
      kept.push(value);
      continue;
    }
    type ??= typeof value;
    if (typeof value !== type || (type !== 'string' && type !== 'number' && type !== 'boolean')) return undefined;
    kept.push(typeof value === 'string' && value.length > maxLength ? value.slice(0, maxLength) : value);
  }
  return kept as AttributeValue;
}

/** The list as an object; later used by tests, printers and samplers. */
export function toRecord(list: readonly (string | AttributeValue)[]): Record<string, AttributeValue> {
  const out: Record<string, AttributeValue> = Object.create(null);
  for (let index = 0; index < list.length; index += 2) out[list[index] as string] = list[index + 1] as AttributeValue;
  return out;
}

/** Roughly what a value holds beside its place in the list, in bytes. */
export function sizeOfValue(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return 0;
  let bytes = 16 * value.length;
  for (const element of value) if (typeof element === 'string') bytes += element.length;
  return bytes;
}

export function sizeOfValues(list: AttributeList): number {
  let bytes = 16 * list.length;
  for (let index = 1; index < list.length; index += 2) bytes += sizeOfValue(list[index]);
  return bytes;
}
