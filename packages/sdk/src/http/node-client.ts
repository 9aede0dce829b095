/**
 * Requests by `node:http` and `node:https`, also when they were imported before the SDK. Node 22 and later say when a request
 * was made (`http.client.request.created`). Node 20 does not: there the one method that writes the headers of a request is
 * wrapped while the SDK runs, which, unlike a wrapped `http.request`, also reaches who took the function out of the module.
 *
 * Not reached: requests whose headers are given as an array, because Node writes them at once (they get a span, no headers).
 */
import type { ClientRequest } from 'node:http';
import type { Core } from '../core/core.ts';
import { builtin } from '../lib/builtin.ts';
import { listen, reportInternal, type Stop, stopAll } from './guard.ts';
import type { Outgoing, OutgoingCall } from './outgoing.ts';

const CALL = Symbol('sightline.outgoing');
type Tracked = ClientRequest & { [CALL]?: OutgoingCall | undefined };
interface HeaderWriter {
  _implicitHeader(this: ClientRequest): void;
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const REQUEST = 'http.client.request';
const TELLS_OF_REQUESTS = major > 22 || (major === 22 && minor >= 12);

/** Instruments `http.request`, `http.get` and all that builds on them. */
export function instrumentNodeClient(core: Core, outgoing: Outgoing): Stop {
  const begin = (request: Tracked): void => {
    if (request[CALL] !== undefined) return;
    const host = request.getHeader('host');
    const call = outgoing.begin(
      request.method,
      request.protocol,
      typeof host === 'string' ? host : request.host,
      request.path,
    );
    if (call === undefined) return;
    request[CALL] = call;
    // The one event that comes whatever happens; it has no error, which has its own channel.
    request.once('close', onClose);
    if (request.headersSent) return;
    outgoing.inject(
      call,
      (name) => request.hasHeader(name),
      (name, value) => request.setHeader(name, value),
    );
  };
  function onClose(this: Tracked): void {
    const call = this[CALL];
    if (call === undefined) return;
    const aborted = call.status === undefined ? new Error('the request was closed before an answer came') : undefined;
    outgoing.finish(call, aborted);
  }
  return stopAll([
    TELLS_OF_REQUESTS ? () => undefined : wrapHeaderWriter(core, begin),
    // Headers given as an array are written in the constructor: on Node 20 the end of the request is the first that is told.
    listen<{ request: Tracked }>(core, TELLS_OF_REQUESTS ? `${REQUEST}.created` : `${REQUEST}.start`, ({ request }) =>
      begin(request),
    ),
    listen<{ request: Tracked; response: { statusCode?: number } }>(
      core,
      'http.client.response.finish',
      ({ request, response }) => {
        const call = request[CALL];
        if (call !== undefined) call.status = response.statusCode;
      },
    ),
    listen<{ request: Tracked; error: unknown }>(core, `${REQUEST}.error`, ({ request, error }) => {
      const call = request[CALL];
      if (call !== undefined) outgoing.finish(call, error);
    }),
  ]);
}

function wrapHeaderWriter(core: Core, begin: (request: Tracked) => void): Stop {
  const prototype = builtin('node:http').ClientRequest.prototype as unknown as HeaderWriter;
  const original = prototype._implicitHeader;
  let isOn = true;
  function implicitHeader(this: ClientRequest): void {
    if (isOn) {
      try {
        begin(this);
      } catch (error) {
        reportInternal(core, 'http.client.request', error);
      }
    }
    original.call(this);
  }
  prototype._implicitHeader = implicitHeader;
  return () => {
    isOn = false;
    // Another library may have wrapped it after us: then only our part is switched off.
    if (prototype._implicitHeader === implicitHeader) prototype._implicitHeader = original;
  };
}
