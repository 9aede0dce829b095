/** Attributes of a server span (OpenTelemetry semantic conventions, "HTTP server"). */
import type { Span } from '../tracing/span.ts';
import type { ServerRequest } from './request.ts';
import type { Ending } from './server.ts';
import { UNMATCHED } from './server-metrics.ts';

/** @param sent Status of the answer, undefined when none was sent. */
export function describeServerSpan(
  span: Span,
  request: ServerRequest,
  route: string,
  sent: number | undefined,
  ending: Ending,
): void {
  span.setAttribute('http.request.method', request.method);
  span.setAttribute('url.path', request.path);
  span.setAttribute('url.scheme', request.peer.scheme);
  if (request.host !== undefined) span.setAttribute('server.address', request.peer.hostName(request.host));
  if (route !== UNMATCHED) span.setAttribute('http.route', route);
  if (sent !== undefined) span.setAttribute('http.response.status_code', sent);
  if (request.clientIp !== '') span.setAttribute('client.address', request.clientIp);
  if (request.userAgent !== undefined) span.setAttribute('user_agent.original', request.userAgent);
  if (ending === 'aborted') span.setAttribute('error.type', 'client_closed_request');
  else if (ending === 'failed' || (sent !== undefined && sent >= 500)) {
    const { error } = request;
    span.setAttribute('error.type', error instanceof Error ? error.name : String(sent ?? 500));
    span.setStatus('error', error instanceof Error ? error.message : undefined);
  }
}
