/** Log records as `ExportLogsServiceRequest` (opentelemetry-proto 1.x, logs.proto), protobuf and JSON. */
import { jsonAnyValue, jsonKeyValue, jsonResource, jsonScope, jsonText } from '../../export/otlp-json.ts';
import { encodeResource, encodeScope, writeAnyValue, writeKeyValue } from '../../export/otlp-protobuf.ts';
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

type ResourceAttributes = Readonly<Record<string, string | number>>;
type Encode = (records: readonly LogRecord[]) => Uint8Array;

/** @returns An encoder for batches of one resource. The bytes belong to the caller. */
export function createProtobufEncoder(attributes: ResourceAttributes): Encode {
  const resource = encodeResource(attributes);
  const writer = new ProtoWriter(65_536);
  return (records) => {
    const resourceLogs = writer.open(1);
    writer.bytes(1, resource);
    for (const [scope, own] of byScope(records)) {
      const scopeLogs = writer.open(2);
      writer.bytes(1, encodeScope(scope, undefined));
      for (const record of own) writeRecord(writer, record);
      writer.close(scopeLogs);
    }
    writer.close(resourceLogs);
    return writer.finish();
  };
}

/** The same as JSON. */
export function createJsonEncoder(attributes: ResourceAttributes): Encode {
  const resource = jsonResource(attributes);
  return (records) => {
    const scopes = [...byScope(records)].map(
      ([scope, own]) => `{"scope":${jsonScope(scope, undefined)},"logRecords":[${own.map(jsonRecord).join(',')}]}`,
    );
    return Buffer.from(`{"resourceLogs":[{"resource":${resource},"scopeLogs":[${scopes.join(',')}]}]}`);
  };
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

function writeRecord(writer: ProtoWriter, record: LogRecord): void {
  const ms = Number(record.Timestamp.slice(0, -6));
  const part = writer.open(2);
  writer.fixed64Nanos(1, ms);
  writer.uint(2, record.SeverityNumber);
  writer.string(3, record.SeverityText);
  writeAnyValue(writer, 5, record.Body, 0);
  for (const key of Object.keys(record.Attributes)) writeKeyValue(writer, 6, key, record.Attributes[key]);
  if (record.TraceFlags !== undefined) writer.fixed32(8, record.TraceFlags);
  if (record.TraceId !== undefined) writer.hex(9, record.TraceId);
  if (record.SpanId !== undefined) writer.hex(10, record.SpanId);
  writer.fixed64Nanos(11, ms);
  writer.close(part);
}

function jsonRecord(record: LogRecord): string {
  const { Timestamp: nanos, TraceId: trace, SpanId: span, TraceFlags: flags } = record;
  const attributes = Object.entries(record.Attributes).map(([key, value]) => jsonKeyValue(key, value));
  const ids = trace === undefined ? '' : `,"traceId":"${trace}","spanId":"${span ?? ''}","flags":${flags ?? 0}`;
  return (
    `{"timeUnixNano":"${nanos}","observedTimeUnixNano":"${nanos}","severityNumber":${record.SeverityNumber},` +
    `"severityText":${jsonText(record.SeverityText)},"body":${jsonAnyValue(record.Body, 0)},` +
    `"attributes":[${attributes.join(',')}]${ids}}`
  );
}
