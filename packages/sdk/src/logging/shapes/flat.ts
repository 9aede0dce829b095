/**
 * Everything at the top level: ids, data and performance side by side, for tools that search top-level keys. A field of the
 * data whose name the shape itself has gets the prefix `data_`.
 */
import { isoTime } from '../../context/clock.ts';
import { errorFields } from '../json/error.ts';
import { flat } from '../json/flat.ts';
import { step } from '../redact/path-tree.ts';
import { severityName } from '../severity.ts';
import { referenceIds } from './reference.ts';
import { loggerText, type Shape, type ShapeInput } from './shape.ts';
import { THREAD_NAME } from './thread.ts';

const RESERVED = new Set([
  'timestamp',
  'level',
  'logger',
  'message',
  'correlation_id',
  'user_id',
  'session_id',
  'request_id',
  'trace_id',
  'span_id',
  'duration_ms',
  'memory_usage_mb',
  'thread_id',
  'process_id',
  'environment',
  'service',
  'error',
]);

export function flatShape({ resource, serializer, context }: ShapeInput): Shape {
  const constants = JSON.stringify({
    thread_id: THREAD_NAME,
    process_id: process.pid,
    environment: resource.environment,
    service: resource.service,
    ...context,
  });
  const end = flat(`,${constants.slice(1)}\n`);
  return {
    name: 'flat',
    open: '{"timestamp":"',
    time: isoTime,
    head: (severity, logger) => `","level":"${severityName(severity)}","logger":${loggerText(logger)},"message":`,
    ids: (from) => referenceIds(from, serializer),
    rest(fields, performance, _durationMs, error) {
      let out = fields === '' ? '' : `,${fields}`;
      if (performance !== '') out += `,${performance}`;
      if (error !== undefined)
        out += `,"error":{${errorFields(error, step(serializer.redaction.root, 'error'), serializer)}}`;
      return out + end;
    },
    reserved: RESERVED,
  };
}
