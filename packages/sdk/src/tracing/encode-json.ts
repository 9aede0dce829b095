/** Spans as `ExportTraceServiceRequest`, JSON: ids in hex, 64-bit numbers as text, enums as numbers. */
import { jsonKeyValue, jsonNanos, jsonResource, jsonScope, jsonText } from '../export/otlp-json.ts';
import type { AttributeList } from './attributes.ts';
import { byScope, otlpFlags } from './encode-protobuf.ts';
import type { Extras, RecordingSpan } from './recording-span.ts';
import { traceStateText } from './trace-state.ts';

/** @returns An encoder for batches of spans of one resource. */
export function createJsonEncoder(
  attributes: Readonly<Record<string, string | number>>,
): (spans: readonly RecordingSpan[]) => Buffer {
  const resource = jsonResource(attributes);
  return (spans) => {
    let text = `{"resourceSpans":[{"resource":${resource},"scopeSpans":[`;
    let isFirst = true;
    for (const [scope, group] of byScope(spans)) {
      text += `${isFirst ? '' : ','}{"scope":${jsonScope(scope.name, scope.version)},"spans":[`;
      for (let index = 0; index < group.length; index++) {
        text += (index === 0 ? '' : ',') + spanText(group[index] as RecordingSpan);
      }
      text += scope.schemaUrl === undefined ? ']}' : `],"schemaUrl":${jsonText(scope.schemaUrl)}}`;
      isFirst = false;
    }
    return Buffer.from(`${text}]}]}`);
  };
}

function spanText(span: RecordingSpan): string {
  let text = `{"traceId":"${span.traceId}","spanId":"${span.spanId}"`;
  if (span.traceState !== undefined) text += `,"traceState":${jsonText(span.traceState)}`;
  if (span.parentSpanId !== undefined) text += `,"parentSpanId":"${span.parentSpanId}"`;
  text += `,"name":${jsonText(span.name)},"kind":${span.kind + 1},"startTimeUnixNano":${jsonNanos(span.startMs)}`;
  text += `,"endTimeUnixNano":${jsonNanos(span.endMs)},"attributes":${attributesText(span.attributes)}`;
  if (span.extras !== undefined) text += extrasText(span.extras);
  if (span.statusCode !== 0) {
    const message = span.statusMessage === undefined ? '' : `,"message":${jsonText(span.statusMessage)}`;
    text += `,"status":{"code":${span.statusCode}${message}}`;
  }
  return `${text},"flags":${otlpFlags(span.traceFlags, span.isParentRemote)}}`;
}

function extrasText(extras: Extras): string {
  let text = '';
  if (extras.droppedAttributes > 0) text += `,"droppedAttributesCount":${extras.droppedAttributes}`;
  if (extras.events.length > 0) text += `,"events":[${extras.events.map(eventText).join(',')}]`;
  if (extras.droppedEvents > 0) text += `,"droppedEventsCount":${extras.droppedEvents}`;
  if (extras.links.length > 0) text += `,"links":[${extras.links.map(linkText).join(',')}]`;
  if (extras.droppedLinks > 0) text += `,"droppedLinksCount":${extras.droppedLinks}`;
  return text;
}

function eventText({ name, timeMs, attributes, dropped }: Extras['events'][number]): string {
  const lost = dropped > 0 ? `,"droppedAttributesCount":${dropped}` : '';
  return `{"timeUnixNano":${jsonNanos(timeMs)},"name":${jsonText(name)},"attributes":${attributesText(attributes)}${lost}}`;
}

function linkText({ context, attributes, dropped }: Extras['links'][number]): string {
  const lost = dropped > 0 ? `,"droppedAttributesCount":${dropped}` : '';
  const traceState = traceStateText(context.traceState);
  const state = traceState === undefined ? '' : `,"traceState":${jsonText(traceState)}`;
  const flags = otlpFlags(context.traceFlags, context.isRemote === true);
  return `{"traceId":"${context.traceId}","spanId":"${context.spanId}"${state},"attributes":${attributesText(attributes)}${lost},"flags":${flags}}`;
}

function attributesText(attributes: AttributeList): string {
  let text = '[';
  for (let index = 0; index < attributes.length; index += 2) {
    text += (index === 0 ? '' : ',') + jsonKeyValue(attributes[index] as string, attributes[index + 1]);
  }
  return `${text}]`;
}
