/**
 * Elastic Common Schema 8.11 (elastic.co/guide/en/ecs, "ECS logging"): dotted base fields, `error.stack_trace`,
 * `event.duration` in nanoseconds; data and performance, which ECS knows nothing of, are objects of their own.
 */
import { isoTime } from '../../context/clock.ts';
import type { Context } from '../../context/store.ts';
import { errorFields } from '../json/error.ts';
import { flat } from '../json/flat.ts';
import type { Serializer } from '../json/serializer.ts';
import { step } from '../redact/path-tree.ts';
import { severityLevel } from '../severity.ts';
import { idField, loggerText, type Shape, type ShapeInput } from './shape.ts';
import { THREAD_NAME } from './thread.ts';

const NAMES = { type: 'type', message: 'message', stack: 'stack_trace' };

export function ecsShape({ resource, serializer, context }: ShapeInput): Shape {
  const constants = JSON.stringify({
    'ecs.version': '8.11.0',
    'service.name': resource.service,
    ...(resource.version === undefined ? {} : { 'service.version': resource.version }),
    'service.environment': resource.environment,
    'service.node.name': resource.instanceId,
    'process.pid': process.pid,
    'process.thread.name': THREAD_NAME,
    ...(Object.keys(context).length === 0 ? {} : { labels: context }),
  });
  const end = flat(`,${constants.slice(1)}\n`);
  return {
    name: 'ecs',
    open: '{"@timestamp":"',
    time: isoTime,
    head: (severity, logger) =>
      `","log.level":"${severityLevel(severity)}","log.logger":${loggerText(logger)},"message":`,
    ids: (from) => idsOf(from, serializer),
    rest(fields, performance, durationMs, error) {
      let out = fields === '' ? '' : `,"data":{${fields}}`;
      if (performance !== '') out += `,"performance":{${performance}}`;
      if (durationMs !== undefined && Number.isFinite(durationMs))
        out += `,"event.duration":${Math.round(durationMs * 1e6)}`;
      if (error !== undefined)
        out += `,"error":{${errorFields(error, step(serializer.redaction.root, 'error'), serializer, NAMES)}}`;
      return out + end;
    },
    reserved: undefined,
  };
}

function idsOf(context: Context, serializer: Serializer): string {
  const { span } = context;
  const values = context.cell?.values;
  let out = span === undefined ? '' : `,"trace.id":"${span.traceId}","span.id":"${span.spanId}"`;
  if (values !== undefined) {
    out +=
      idField('correlation.id', values.correlationId, serializer) +
      idField('user.id', values.userId, serializer) +
      idField('session.id', values.sessionId, serializer) +
      idField('http.request.id', values.requestId, serializer);
  }
  return out;
}
