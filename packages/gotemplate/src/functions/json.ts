/** encoding/json's Marshal: keys sorted, `<`, `>` and `&` escaped, numbers as ECMAScript writes them. */
import { FunctionError } from '../errors.ts';
import { type Budget, newBudget, spend, VALUE_COST } from '../format/leaf.ts';
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

/** @throws FunctionError for numbers JSON does not have, and for values that are too large written out */
export function marshalJson(value: GoValue): string {
  return marshal(value, newBudget());
}

function marshal(value: GoValue, budget: Budget): string {
  const plain = basic(value);
  spend(budget, typeof plain === 'string' ? plain.length + VALUE_COST : VALUE_COST);
  if (value === null) return 'null';
  if (typeof plain === 'string') return jsonString(plain);
  if (typeof plain === 'number') return jsonNumber(plain);
  if (plain !== undefined) return String(plain);
  if (value instanceof GoTime) return `"${formatTime(value.instant, '2006-01-02T15:04:05.999999999Z07:00')}"`;
  if (value instanceof GoPointer) return value.target === undefined ? 'null' : marshal(value.target, budget);
  if (value instanceof GoSlice) {
    return value.items === undefined ? 'null' : `[${value.items.map((item) => marshal(item, budget)).join(',')}]`;
  }
  if (value instanceof GoMap) {
    return value.entries === undefined ? 'null' : jsonObject(sortedEntries(value), budget);
  }
  if (!(value instanceof GoStruct)) return 'null';
  const fields = value.type.fields ?? [];
  return jsonObject(
    fields.map((field, index) => [field.json ?? field.name, value.values[index] ?? null]),
    budget,
  );
}

function jsonObject(entries: readonly (readonly [string, GoValue])[], budget: Budget): string {
  return `{${entries.map(([key, item]) => `${jsonString(key)}:${marshal(item, budget)}`).join(',')}}`;
}
