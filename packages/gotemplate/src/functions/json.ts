/** encoding/json's Marshal: keys sorted, `<`, `>` and `&` escaped, numbers as ECMAScript writes them. */
import { FunctionError } from '../errors.ts';
import { sortedEntries } from '../format/print.ts';
import { formatTime } from '../time/layout.ts';
import { GoTime } from '../time/time.ts';
import { basic, GoMap, GoPointer, GoSlice, GoStruct, type GoValue } from '../value/values.ts';

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['<', '\\u003c'],
  ['>', '\\u003e'],
  ['&', '\\u0026'],
  ['\u2028', '\\u2028'],
  ['\u2029', '\\u2029'],
]);

function jsonString(text: string): string {
  const wellFormed = text.replace(/[\ud800-\udfff]/gu, '\ufffd');
  return JSON.stringify(wellFormed).replace(/[<>&\u2028\u2029]/g, (char) => ESCAPES.get(char) ?? char);
}

function jsonNumber(value: number): string {
  if (!Number.isFinite(value)) {
    const shown = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
    throw new FunctionError(`json: unsupported value: ${shown}`);
  }
  return Object.is(value, -0) ? '-0' : String(value);
}

export function marshalJson(value: GoValue): string {
  const plain = basic(value);
  if (value === null) return 'null';
  if (typeof plain === 'string') return jsonString(plain);
  if (typeof plain === 'number') return jsonNumber(plain);
  if (plain !== undefined) return String(plain);
  if (value instanceof GoTime) return `"${formatTime(value.instant, '2006-01-02T15:04:05.999999999Z07:00')}"`;
  if (value instanceof GoPointer) return value.target === undefined ? 'null' : marshalJson(value.target);
  if (value instanceof GoSlice)
    return value.items === undefined ? 'null' : `[${value.items.map(marshalJson).join(',')}]`;
  if (value instanceof GoMap) {
    if (value.entries === undefined) return 'null';
    return `{${sortedEntries(value)
      .map(([key, item]) => `${jsonString(key)}:${marshalJson(item)}`)
      .join(',')}}`;
  }
  return value instanceof GoStruct ? jsonStruct(value) : 'null';
}

function jsonStruct(struct: GoStruct): string {
  const items = (struct.type.fields ?? []).map(
    (field, index) => `${jsonString(field.json ?? field.name)}:${marshalJson(struct.values[index] ?? null)}`,
  );
  return `{${items.join(',')}}`;
}
