/**
 * The default shape: `timestamp, level, logger, message, correlation_id, user_id, session_id, request_id, trace_id, span_id,
 * data, performance, context{thread_id, process_id, environment}, error`; what a line has nothing of is left out.
 */
import { isoTime } from '../../context/clock.ts';
import type { Context } from '../../context/store.ts';
import { errorFields } from '../json/error.ts';
import { flat } from '../json/flat.ts';
import type { Serializer } from '../json/serializer.ts';
import { step } from '../redact/path-tree.ts';
import { severityName } from '../severity.ts';
import { idField, idText, loggerText, type Shape, type ShapeInput } from './shape.ts';
import { THREAD_NAME } from './thread.ts';

export function referenceShape({ resource, serializer, context: extra }: ShapeInput): Shape {
  const context = JSON.stringify({
    thread_id: THREAD_NAME,
    process_id: process.pid,
    environment: resource.environment,
    ...extra,
  });
  const contextText = `,"context":${context}`;
  const end = flat(`${contextText}}\n`);
  const endOfFields = flat(`}${end}`);
  return {
    name: 'json',
    open: '{"timestamp":"',
    time: isoTime,
    head: (severity, logger) => `","level":"${severityName(severity)}","logger":${loggerText(logger)},"message":`,
    ids: (from: Context) => referenceIds(from, serializer),
    rest(fields, performance, _durationMs, error) {
      if (error === undefined) {
        if (performance === '') return fields === '' ? end : `,"data":{${fields}${endOfFields}`;
        return fields === ''
          ? `,"performance":{${performance}${endOfFields}`
          : `,"data":{${fields}},"performance":{${performance}${endOfFields}`;
      }
      const data = fields === '' ? '' : `,"data":{${fields}}`;
      const head = performance === '' ? data : `${data},"performance":{${performance}}`;
      const errorText = errorFields(error, step(serializer.redaction.root, 'error'), serializer);
      return `${head}${contextText},"error":{${errorText}}}\n`;
    },
    reserved: undefined,
  };
}

/** Ids of a context by the names of the reference shape. */
export function referenceIds(context: Context, serializer: Serializer): string {
  const values = context.cell?.values;
  const { span } = context;
  let out = '';
  if (values !== undefined) {
    const { correlationId, requestId, userId, sessionId } = values;
    const correlation = idText(correlationId, serializer);
    // In the first service of a chain both are the same, and quoting one costs more than all the rest here.
    const request = requestId === correlationId ? correlation : idText(requestId, serializer);
    if (correlation !== undefined) out = `,"correlation_id":${correlation}`;
    if (userId !== undefined) out += idField('user_id', userId, serializer);
    if (sessionId !== undefined) out += idField('session_id', sessionId, serializer);
    if (request !== undefined) out += `,"request_id":${request}`;
  }
  return span === undefined ? out : `${out},"trace_id":"${span.traceId}","span_id":"${span.spanId}"`;
}
