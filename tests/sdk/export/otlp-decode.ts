/** Decodes OTLP requests with protobufjs and the definitions in proto/, strictly: unknown fields are errors. */
import { join } from 'node:path';
import protobuf from 'protobufjs';

const root = new protobuf.Root().loadSync(join(import.meta.dirname, 'proto/otlp.proto'));

export interface DecodedKeyValue {
  readonly key: string;
  readonly value: DecodedValue;
}

export interface DecodedValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number | string;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values: DecodedValue[] };
  readonly kvlistValue?: { readonly values: DecodedKeyValue[] };
}

/** A span in OTLP's JSON form; what has its default value is absent in JSON and present in protobuf. */
export interface DecodedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: DecodedKeyValue[];
  readonly droppedAttributesCount?: number;
  readonly events?: {
    readonly name: string;
    readonly timeUnixNano: string;
    readonly attributes: DecodedKeyValue[];
    readonly droppedAttributesCount?: number;
  }[];
  readonly droppedEventsCount?: number;
  readonly links?: {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceState?: string;
    readonly attributes: DecodedKeyValue[];
    readonly flags: number;
  }[];
  readonly droppedLinksCount?: number;
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly flags: number;
}

export interface DecodedTraces {
  readonly resourceSpans: {
    readonly resource: { readonly attributes: DecodedKeyValue[] };
    readonly scopeSpans: {
      readonly scope: { readonly name: string; readonly version?: string };
      readonly spans: DecodedSpan[];
      readonly schemaUrl?: string;
    }[];
  }[];
}

/** A protobuf request as OTLP's JSON has it: ids in hex, 64-bit numbers as text. Throws for bytes that are no such request. */
export function decodeTraces(bytes: Uint8Array): DecodedTraces {
  return decode('otlp.ExportTraceServiceRequest', bytes) as DecodedTraces;
}

export function decodeLogs(bytes: Uint8Array): object {
  return decode('otlp.ExportLogsServiceRequest', bytes);
}

function decode(type: string, bytes: Uint8Array): object {
  const message = root.lookupType(type);
  const decoded = message.decode(bytes);
  // A field that the definitions do not know is skipped in silence: what was read must make the same bytes again.
  const again = Buffer.from(message.encode(decoded).finish());
  if (!again.equals(bytes)) throw new Error(`${type}: fields that are unknown or out of order`);
  const plain = message.toObject(decoded, { longs: String, bytes: Buffer, json: true, arrays: true });
  return hexIds(plain) as object;
}

const IDS = new Set(['traceId', 'spanId', 'parentSpanId']);

function hexIds(value: unknown, key = ''): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString(IDS.has(key) ? 'hex' : 'base64');
  if (Array.isArray(value)) return value.map((element) => hexIds(element));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, hexIds(inner, name)]));
}

/** Attributes as a plain object. */
export function attributesOf(list: readonly DecodedKeyValue[]): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, plainValue(value)]));
}

function plainValue(value: DecodedValue): unknown {
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(plainValue);
  if (value.kvlistValue !== undefined) return attributesOf(value.kvlistValue.values);
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  return value.stringValue ?? value.boolValue ?? value.bytesValue ?? null;
}
