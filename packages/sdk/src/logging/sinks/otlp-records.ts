/** Log records as `ExportLogsServiceRequest` (opentelemetry/proto/collector/logs/v1), protobuf and JSON. */
import { ProtoWriter } from '../../export/proto-writer.ts';

/** A line of the `otel` shape. */
export interface LogRecord {
  readonly Timestamp: string;
  readonly SeverityNumber: number;
  readonly SeverityText: string;
  readonly InstrumentationScope: { readonly Name: string };
  readonly Body: string;
  readonly TraceId?: string;
  readonly SpanId?: string;
  readonly TraceFlags?: number;
  readonly Attributes: Readonly<Record<string, unknown>>;
}

type Attributes = Readonly<Record<string, unknown>>;

const writer = new ProtoWriter();

export function encodeLogsProtobuf(resource: Attributes, records: readonly LogRecord[]): Uint8Array {
  const resourceLogs = writer.open(1);
  const resourcePart = writer.open(1);
  writeAttributes(1, resource);
  writer.close(resourcePart);
  for (const [scope, own] of byScope(records)) {
    const scopeLogs = writer.open(2);
    const scopePart = writer.open(1);
    writer.string(1, scope);
    writer.close(scopePart);
    for (const record of own) writeRecord(record);
    writer.close(scopeLogs);
  }
  writer.close(resourceLogs);
  return writer.finish();
}

export function encodeLogsJson(resource: Attributes, records: readonly LogRecord[]): Uint8Array {
  const scopeLogs = [...byScope(records)].map(([name, own]) => ({ scope: { name }, logRecords: own.map(jsonRecord) }));
  const request = { resourceLogs: [{ resource: { attributes: jsonAttributes(resource) }, scopeLogs }] };
  return Buffer.from(JSON.stringify(request));
}

function byScope(records: readonly LogRecord[]): Map<string, LogRecord[]> {
  const groups = new Map<string, LogRecord[]>();
  for (const record of records) {
    const name = record.InstrumentationScope.Name;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [record]);
    else group.push(record);
  }
  return groups;
}

function writeRecord(record: LogRecord): void {
  const ms = Number(record.Timestamp.slice(0, -6));
  const part = writer.open(2);
  writer.fixed64Nanos(1, ms);
  writer.uint(2, record.SeverityNumber);
  writer.string(3, record.SeverityText);
  writeValue(5, record.Body);
  writeAttributes(6, record.Attributes);
  if (record.TraceFlags !== undefined) writer.fixed32(8, record.TraceFlags);
  if (record.TraceId !== undefined) writer.hex(9, record.TraceId);
  if (record.SpanId !== undefined) writer.hex(10, record.SpanId);
  writer.fixed64Nanos(11, ms);
  writer.close(part);
}

function writeAttributes(field: number, attributes: Attributes): void {
  for (const key of Object.keys(attributes)) {
    const part = writer.open(field);
    writer.string(1, key);
    writeValue(2, attributes[key]);
    writer.close(part);
  }
}

/** `AnyValue`; null is the empty one. */
function writeValue(field: number, value: unknown): void {
  const part = writer.open(field);
  if (typeof value === 'string') writer.string(1, value);
  else if (typeof value === 'boolean') writer.bool(2, value);
  else if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) writer.int64(3, value);
    else writer.double(4, value);
  } else if (Array.isArray(value)) {
    const list = writer.open(5);
    for (const each of value) writeValue(1, each);
    writer.close(list);
  } else if (typeof value === 'object' && value !== null) {
    const fields = writer.open(6);
    writeAttributes(1, value as Attributes);
    writer.close(fields);
  }
  writer.close(part);
}

function jsonRecord(record: LogRecord): object {
  const nanos = record.Timestamp;
  return {
    timeUnixNano: nanos,
    observedTimeUnixNano: nanos,
    severityNumber: record.SeverityNumber,
    severityText: record.SeverityText,
    body: jsonValue(record.Body),
    attributes: jsonAttributes(record.Attributes),
    ...(record.TraceId === undefined
      ? {}
      : { traceId: record.TraceId, spanId: record.SpanId, flags: record.TraceFlags }),
  };
}

function jsonAttributes(attributes: Attributes): object[] {
  return Object.keys(attributes).map((key) => ({ key, value: jsonValue(attributes[key]) }));
}

/** 64-bit integers are texts in OTLP/JSON (the protobuf JSON mapping). */
function jsonValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(jsonValue) } };
  if (typeof value === 'object' && value !== null)
    return { kvlistValue: { values: jsonAttributes(value as Attributes) } };
  return {};
}
