/** The messages that all OTLP signals share, as JSON (OTLP specification, "JSON Protobuf Encoding"), written as text. */

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const MAX_DEPTH = 8;

/** A JSON string. Invalid surrogates become U+FFFD: receivers turn the text into UTF-8. */
export function jsonText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text.toWellFormed());
}

/** A time in milliseconds since 1970 as nanoseconds, in quotes: 64-bit numbers are text in OTLP's JSON. */
export function jsonNanos(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const nanos = Math.round((ms - seconds * 1000) * 1_000_000);
  if (nanos === 1_000_000_000) return `"${seconds + 1}000000000"`;
  return seconds === 0 ? `"${nanos}"` : `"${seconds}${String(nanos).padStart(9, '0')}"`;
}

/** `KeyValue`. */
export function jsonKeyValue(key: string, value: unknown): string {
  return `{"key":${jsonText(key)},"value":${jsonAnyValue(value, 0)}}`;
}

/** `AnyValue`. Objects become key-value lists; what is nested deeper than eight levels is left empty. */
export function jsonAnyValue(value: unknown, depth: number): string {
  if (typeof value === 'string') return `{"stringValue":${jsonText(value)}}`;
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return `{"intValue":"${value === 0 ? 0 : value}"}`;
    return `{"doubleValue":${Number.isFinite(value) ? value : `"${value}"`}}`;
  }
  if (typeof value === 'boolean') return `{"boolValue":${value}}`;
  if (typeof value === 'bigint') return `{"stringValue":"${value}"}`;
  if (value instanceof Uint8Array) return `{"bytesValue":"${Buffer.from(value).toString('base64')}"}`;
  if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) return '{}';
  if (Array.isArray(value)) {
    return `{"arrayValue":{"values":[${value.map((element) => jsonAnyValue(element, depth + 1)).join(',')}]}}`;
  }
  const pairs = Object.entries(value).map(
    ([key, inner]) => `{"key":${jsonText(key)},"value":${jsonAnyValue(inner, depth + 1)}}`,
  );
  return `{"kvlistValue":{"values":[${pairs.join(',')}]}}`;
}

/** `Resource`; the same in every batch, so it is made once. */
export function jsonResource(attributes: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(attributes).map(([key, value]) => jsonKeyValue(key, value));
  return `{"attributes":[${pairs.join(',')}]}`;
}

/** `InstrumentationScope`. */
export function jsonScope(name: string, version: string | undefined): string {
  return `{"name":${jsonText(name)}${version === undefined ? '' : `,"version":${jsonText(version)}`}}`;
}
