/**
 * Answers the request whose handler ended the process's normal life: with nobody left to answer it, its client would wait until
 * the connection is cut off.
 */
import type { ServerResponse } from 'node:http';
import { current } from '../context/store.ts';

/** Where `http/` notes the request on its response. */
const REQUEST = Symbol.for('sightline.sdk.request.v1');

/** To be called in the context of the error. @returns Whether the request was found. */
export function failBrokenRequest(responses: Iterable<ServerResponse>): boolean {
  const request = current()?.request;
  if (request === undefined) return false;
  for (const response of responses) {
    if ((response as { [REQUEST]?: object })[REQUEST] !== request) continue;
    if (response.headersSent) {
      // Half an answer must not look like a whole one.
      response.destroy();
      return true;
    }
    response.shouldKeepAlive = false;
    response.statusCode = 500;
    for (const name of response.getHeaderNames()) if (name.startsWith('content-')) response.removeHeader(name);
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end('{"error":"internal server error"}\n');
    return true;
  }
  return false;
}
