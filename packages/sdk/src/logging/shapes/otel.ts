/**
 * The OpenTelemetry log data model as JSON (opentelemetry.io/docs/specs/otel/logs/data-model, names as in its examples):
 * Timestamp in nanoseconds since 1970, SeverityNumber, SeverityText, Body, Attributes, TraceId, SpanId, TraceFlags, Resource,
 * InstrumentationScope. Exceptions are attributes by the semantic conventions.
 */
import type { Context } from '../../context/store.ts';
import { errorFields } from '../json/error.ts';
import { flat } from '../json/flat.ts';
import type { Serializer } from '../json/serializer.ts';
import { step } from '../redact/path-tree.ts';
import { severityName } from '../severity.ts';
import { idField, loggerText, type Shape, type ShapeInput } from './shape.ts';
import { THREAD_NAME } from './thread.ts';

const NAMES = { type: 'exception.type', message: 'exception.message', stack: 'exception.stacktrace' };

export function otelShape({ resource, serializer, context }: ShapeInput): Shape {
  const end = flat(`},"Resource":${JSON.stringify({ ...resource.attributes, ...context })}}\n`);
  return {
    name: 'otel',
    open: '{"Timestamp":"',
    time: (ms) => `${ms}000000`,
    head: (severity, logger) =>
      `","SeverityNumber":${severityNumber(severity)},"SeverityText":"${severityName(severity)}",` +
      `"InstrumentationScope":{"Name":${loggerText(logger)}},"Body":`,
    ids: (from) => idsOf(from, serializer),
    rest(fields, performance, _durationMs, error) {
      // The ids have opened the attributes; the member that is always there keeps the commas right.
      let out = fields === '' ? '' : `,${fields}`;
      if (performance !== '') out += `,"performance":{${performance}}`;
      if (error !== undefined)
        out += `,${errorFields(error, step(serializer.redaction.root, 'error'), serializer, NAMES)}`;
      return out + end;
    },
    reserved: undefined,
  };
}

/** Severity numbers 1, 5, 9, 13, 17, 21 (log data model, "Field: SeverityNumber"). */
function severityNumber(severity: number): number {
  return Math.round(severity / 10) * 4 - 3;
}

function idsOf(context: Context, serializer: Serializer): string {
  const { span } = context;
  const values = context.cell?.values;
  const trace =
    span === undefined
      ? ''
      : `,"TraceId":"${span.traceId}","SpanId":"${span.spanId}","TraceFlags":${span.traceFlags & 255}`;
  const ids =
    values === undefined
      ? ''
      : idField('correlation_id', values.correlationId, serializer) +
        idField('user.id', values.userId, serializer) +
        idField('session.id', values.sessionId, serializer) +
        idField('request_id', values.requestId, serializer);
  return `${trace},"Attributes":{"thread.name":"${THREAD_NAME}"${ids}`;
}
