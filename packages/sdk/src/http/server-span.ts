/** Attributes of a server span (OpenTelemetry semantic conventions, "HTTP server"). */
import type { AttributeList } from '../tracing/attributes.ts';
import type { RecordingSpan } from '../tracing/recording-span.ts';
import type { ServerRequest } from './request.ts';
import type { Ending } from './server.ts';
import { UNMATCHED } from './server-metrics.ts';

/** @param sent Status of the answer, undefined when none was sent. */
export function describeServerSpan(
  span: RecordingSpan,
  request: ServerRequest,
  route: string,
  sent: number | undefined,
  ending: Ending,
): void {
  span.describe(attributesOf(request, route, sent));
  if (ending === 'aborted') span.setAttribute('error.type', 'client_closed_request');
  else if (ending === 'failed' || (sent !== undefined && sent >= 500)) {
    const { error } = request;
    span.setAttribute('error.type', error instanceof Error ? error.name : String(sent ?? 500));
    span.setStatus('error', error instanceof Error ? error.message : undefined);
  }
}

function attributesOf(request: ServerRequest, route: string, sent: number | undefined): AttributeList {
  const { method, path, peer, host, clientIp, userAgent } = request;
  const list: AttributeList = ['http.request.method', method, 'url.path', path, 'url.scheme', peer.scheme];
  if (host !== undefined) list.push('server.address', peer.hostName(host));
  if (route !== UNMATCHED) list.push('http.route', route);
  if (sent !== undefined) list.push('http.response.status_code', sent);
  if (clientIp !== '') list.push('client.address', clientIp);
  if (userAgent !== undefined) list.push('user_agent.original', userAgent);
  return list;
}
