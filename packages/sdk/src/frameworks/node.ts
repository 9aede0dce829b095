/**
 * Plain node:http, node:https and node:http2. HTTP/1 servers are seen without any of this; `route()` names the route, and
 * `node()` wraps a handler of an HTTP/2 server, of which Node does not tell, and notes what a handler throws.
 *
 * @example
 * import { node, route } from '@sightline/sdk/node';
 * createSecureServer(options, node((request, response) => { route('/users/:id'); ... }));
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { runWith } from '../context/store.ts';
import { keepContext } from '../http/message-context.ts';
import { peerOf } from '../http/peer.ts';
import { failRequest, mark, requestOf, type ServerRequest } from '../http/request.ts';
import type { HttpServing } from '../http/server.ts';
import type { ObserveOptions } from '../observe/observe.ts';
import { ensureObserved } from './shared.ts';

export { ignoreRequest, recordError, route } from '../http/request.ts';

type AnyRequest = IncomingMessage | Http2ServerRequest;
type AnyResponse = ServerResponse | Http2ServerResponse;

/**
 * A listener that runs `handler` under the context of its request and notes what it throws; the error goes on as it would
 * without it. Calls `observe(options)` when the service has not.
 */
export function node<TRequest extends AnyRequest, TResponse extends AnyResponse>(
  handler: (request: TRequest, response: TResponse) => unknown,
  options?: ObserveOptions,
): (request: TRequest, response: TResponse) => void {
  const { serving } = ensureObserved(options).http;
  return (request, response) => {
    const seen = requestOf(response);
    if (seen !== undefined) return noting(seen, handler, request, response);
    const served = begin(serving, request, response);
    return runWith(served.context, noting, served, handler, request, response);
  };
}

function noting<TRequest, TResponse>(
  served: ServerRequest,
  handler: (request: TRequest, response: TResponse) => unknown,
  request: TRequest,
  response: TResponse,
): void {
  try {
    const result = handler(request, response);
    if (result instanceof Promise) {
      // The rejection stays unhandled, as it was: it is only looked at.
      void result.catch((error: unknown) => {
        failRequest(served, error);
        throw error;
      });
    }
  } catch (error) {
    failRequest(served, error);
    throw error;
  }
}

function begin(serving: HttpServing, request: AnyRequest, response: AnyResponse): ServerRequest {
  const { method = 'GET', url = '/', socket } = request;
  const headers: IncomingHttpHeaders = { ...request.headers, host: request.headers.host ?? authority(request) };
  const served = serving.begin(method, url, headers, peerOf(socket));
  mark(response, served);
  serving.echo(served, response);
  keepContext(request, served);
  // HTTP/2 emits 'finish' for a response that was cut off, too.
  response.once('close', () => {
    const status = response.headersSent ? response.statusCode : undefined;
    // What a handler throws because the client went away is no failure.
    const isCutOff = request.aborted || served.error === undefined;
    const ending = response.writableEnded && !request.aborted ? 'finished' : isCutOff ? 'aborted' : 'failed';
    serving.end(served, status, ending);
  });
  return served;
}

/** HTTP/2 names the host in a pseudo header. */
function authority(request: AnyRequest): string | undefined {
  const { ':authority': host } = request.headers;
  return typeof host === 'string' ? host : undefined;
}
