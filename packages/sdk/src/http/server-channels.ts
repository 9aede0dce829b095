/**
 * Instruments every node:http and node:https server of the process through diagnostics channels: nothing is patched and it does
 * not matter what was imported first. The context is entered before the 'request' event, so all that the handler starts has it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { enter } from '../context/store.ts';
import type { Core } from '../core/core.ts';
import { listen, reportInternal, type Stop, stopAll } from './guard.ts';
import { keepContext } from './message-context.ts';
import { type Peer, peerOf } from './peer.ts';
import { mark, requestOf, type ServerRequest } from './request.ts';
import type { HttpServing } from './server.ts';

const CONNECTION = Symbol('sightline.connection');

type TrackedSocket = Socket & { [CONNECTION]?: Connection };

interface ExchangeMessage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: TrackedSocket;
}

/** What is known of a socket. Its requests in flight are one, unless the client pipelines. */
interface Connection {
  readonly peer: Peer;
  readonly open: ServerRequest[];
}

/** @returns Ends it; requests in flight are not reported any more. */
export function instrumentServers(core: Core, serving: HttpServing): Stop {
  const state = { isOn: true };
  const onClose = closing(core, serving, state);
  return stopAll([
    () => {
      state.isOn = false;
    },
    listen<ExchangeMessage>(core, 'http.server.request.start', ({ request, response, socket }) => {
      const connection = socket[CONNECTION] ?? connect(socket, onClose);
      const { method = 'GET', url = '/', headers } = request;
      const served = serving.begin(method, url, headers, connection.peer);
      enter(served.context);
      mark(response, served);
      served.incoming = request;
      served.response = response;
      connection.open.push(served);
      serving.echo(served, response);
      keepContext(request, served);
    }),
    listen<ExchangeMessage>(core, 'http.server.response.finish', ({ response, socket }) => {
      const open = socket[CONNECTION]?.open;
      const served = (open === undefined ? undefined : taken(open, response)) ?? requestOf(response);
      if (served !== undefined) serving.end(served, response.statusCode, 'finished');
    }),
  ]);
}

function connect(socket: TrackedSocket, onClose: (this: TrackedSocket) => void): Connection {
  const connection: Connection = { peer: peerOf(socket), open: [] };
  socket[CONNECTION] = connection;
  socket.once('close', onClose);
  return connection;
}

/** A socket that closes cuts off its requests: one listener for all of them instead of one each. */
function closing(core: Core, serving: HttpServing, state: { readonly isOn: boolean }): (this: TrackedSocket) => void {
  return function onClose() {
    if (!state.isOn) return;
    const open = this[CONNECTION]?.open.splice(0) ?? [];
    for (const served of open) {
      const { response } = served;
      if (response === undefined) continue;
      try {
        // What listens for the 'close' of the response comes next and belongs to the request.
        enter(served.context);
        const hasFailed = served.error !== undefined || (response.errored ?? null) !== null;
        serving.end(served, response.headersSent ? response.statusCode : undefined, hasFailed ? 'failed' : 'aborted');
      } catch (error) {
        reportInternal(core, 'http.server.close', error);
      }
    }
  };
}

/** Takes the request that `response` answers out of those in flight. */
function taken(open: ServerRequest[], response: ServerResponse): ServerRequest | undefined {
  const only = open.length === 1 ? open[0] : undefined;
  if (only?.response === response) {
    open.pop();
    return only;
  }
  const index = open.findIndex((served) => served.response === response);
  return index < 0 ? undefined : open.splice(index, 1)[0];
}
