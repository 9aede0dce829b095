/** Spans as `ExportTraceServiceRequest` (opentelemetry-proto 1.x, trace.proto), protobuf. */
import { encodeResource, encodeScope, writeKeyValue } from '../export/otlp-protobuf.ts';
import { ProtoWriter } from '../export/proto-writer.ts';
import type { AttributeList } from './attributes.ts';
import { RepeatedAttributes } from './repeated-attributes.ts';
import type { RecordingSpan, Scope } from './recording-span.ts';
import { traceStateText } from './trace-state.ts';

/** Flags of a span or link: the W3C flags, whether the parent is known to be remote or local, and that it is remote. */
export function otlpFlags(traceFlags: number, isRemote: boolean): number {
  return (traceFlags & 0xff) | 0x100 | (isRemote ? 0x200 : 0);
}

/** Spans by the scope that made them, in the order they came. */
export function byScope(spans: readonly RecordingSpan[]): Map<Scope, RecordingSpan[]> {
  const groups = new Map<Scope, RecordingSpan[]>();
  for (const span of spans) {
    const group = groups.get(span.scope);
    if (group === undefined) groups.set(span.scope, [span]);
    else group.push(span);
  }
  return groups;
}

/** @returns An encoder for batches of spans of one resource. The bytes belong to the caller. */
export function createProtobufEncoder(
  attributes: Readonly<Record<string, string | number>>,
): (spans: readonly RecordingSpan[]) => Buffer {
  const resource = encodeResource(attributes);
  const scopes = new WeakMap<Scope, Buffer>();
  const writer = new ProtoWriter(65_536);
  const repeated = new RepeatedAttributes(writer, 9);
  return (spans) => {
    const resourceSpans = writer.open(1);
    writer.bytes(1, resource);
    for (const [scope, group] of byScope(spans)) {
      let bytes = scopes.get(scope);
      if (bytes === undefined) {
        bytes = encodeScope(scope.name, scope.version);
        scopes.set(scope, bytes);
      }
      const scopeSpans = writer.open(2);
      writer.bytes(1, bytes);
      for (const span of group) writeSpan(writer, repeated, span);
      if (scope.schemaUrl !== undefined) writer.string(3, scope.schemaUrl);
      writer.close(scopeSpans);
    }
    writer.close(resourceSpans);
    return writer.finish();
  };
}

function writeSpan(writer: ProtoWriter, repeated: RepeatedAttributes, span: RecordingSpan): void {
  const begin = writer.open(2, 2);
  writer.hex(1, span.traceId);
  writer.hex(2, span.spanId);
  if (span.traceState !== undefined) writer.string(3, span.traceState);
  if (span.parentSpanId !== undefined) writer.hex(4, span.parentSpanId);
  writer.string(5, span.name);
  writer.uint(6, span.kind + 1);
  writer.fixed64Nanos(7, span.startMs);
  writer.fixed64Nanos(8, span.endMs);
  const { attributes } = span;
  for (let index = 0; index < attributes.length; index += 2) {
    repeated.write(attributes[index] as string, attributes[index + 1]);
  }
  if (span.extras !== undefined) writeExtras(writer, span.extras);
  if (span.statusCode !== 0) {
    const status = writer.open(15);
    if (span.statusMessage !== undefined) writer.string(2, span.statusMessage);
    writer.uint(3, span.statusCode);
    writer.close(status);
  }
  writer.fixed32(16, otlpFlags(span.traceFlags, span.isParentRemote));
  writer.close(begin, 2);
}

function writeExtras(writer: ProtoWriter, extras: NonNullable<RecordingSpan['extras']>): void {
  if (extras.droppedAttributes > 0) writer.uint(10, extras.droppedAttributes);
  for (const event of extras.events) {
    const begin = writer.open(11);
    writer.fixed64Nanos(1, event.timeMs);
    writer.string(2, event.name);
    writeAttributes(writer, 3, event.attributes);
    if (event.dropped > 0) writer.uint(4, event.dropped);
    writer.close(begin);
  }
  if (extras.droppedEvents > 0) writer.uint(12, extras.droppedEvents);
  for (const { context, attributes, dropped } of extras.links) {
    const begin = writer.open(13);
    writer.hex(1, context.traceId);
    writer.hex(2, context.spanId);
    const traceState = traceStateText(context.traceState);
    if (traceState !== undefined) writer.string(3, traceState);
    writeAttributes(writer, 4, attributes);
    if (dropped > 0) writer.uint(5, dropped);
    writer.fixed32(6, otlpFlags(context.traceFlags, context.isRemote === true));
    writer.close(begin);
  }
  if (extras.droppedLinks > 0) writer.uint(14, extras.droppedLinks);
}

function writeAttributes(writer: ProtoWriter, field: number, attributes: AttributeList): void {
  for (let index = 0; index < attributes.length; index += 2) {
    writeKeyValue(writer, field, attributes[index] as string, attributes[index + 1]);
  }
}
