/** The messages that all OTLP signals share, as protobuf (opentelemetry-proto, common.proto and resource.proto). */
import { ProtoWriter } from './proto-writer.ts';

/** What an attribute may hold; anything else is written as an empty value. */
export type OtlpValue = unknown;

const MAX_DEPTH = 8;

/** `KeyValue` in `field`: key 1, value 2. */
export function writeKeyValue(writer: ProtoWriter, field: number, key: string, value: OtlpValue): void {
  const begin = writer.open(field);
  writer.string(1, key);
  writeAnyValue(writer, 2, value, 0);
  writer.close(begin);
}

/** `AnyValue` in `field`. Objects become key-value lists; what is nested deeper than eight levels is left empty. */
export function writeAnyValue(writer: ProtoWriter, field: number, value: OtlpValue, depth: number): void {
  const begin = writer.open(field);
  if (typeof value === 'string') writer.string(1, value);
  else if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) writer.int64(3, value);
    else writer.double(4, value);
  } else if (typeof value === 'boolean') writer.bool(2, value);
  else if (value instanceof Uint8Array) writer.bytes(7, value);
  else if (typeof value === 'bigint') writer.string(1, String(value));
  else if (typeof value === 'object' && value !== null && depth < MAX_DEPTH) writeNested(writer, value, depth);
  writer.close(begin);
}

function writeNested(writer: ProtoWriter, value: object, depth: number): void {
  if (Array.isArray(value)) {
    const begin = writer.open(5);
    for (const element of value) writeAnyValue(writer, 1, element, depth + 1);
    writer.close(begin);
    return;
  }
  const begin = writer.open(6);
  for (const key of Object.keys(value)) {
    const pair = writer.open(1);
    writer.string(1, key);
    writeAnyValue(writer, 2, (value as Record<string, unknown>)[key], depth + 1);
    writer.close(pair);
  }
  writer.close(begin);
}

/** The bytes of a `Resource`; the same in every batch, so they are made once. */
export function encodeResource(attributes: Readonly<Record<string, string | number>>): Buffer {
  const writer = new ProtoWriter(1024);
  for (const key of Object.keys(attributes)) writeKeyValue(writer, 1, key, attributes[key]);
  return writer.finish();
}

/** The bytes of an `InstrumentationScope`. */
export function encodeScope(name: string, version: string | undefined): Buffer {
  const writer = new ProtoWriter(256);
  writer.string(1, name);
  if (version !== undefined) writer.string(2, version);
  return writer.finish();
}
