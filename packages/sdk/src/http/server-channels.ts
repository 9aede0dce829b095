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
import { mark, requestOf } from './request.ts';
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
  readonly open: ServerResponse[];
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
      connection.open.push(response);
      serving.echo(served, response);
      keepContext(request, served);
    }),
    listen<ExchangeMessage>(core, 'http.server.response.finish', ({ response, socket }) => {
      const served = requestOf(response);
      if (served === undefined) return;
      const open = socket[CONNECTION]?.open;
      if (open !== undefined) remove(open, response);
      serving.end(served, response.statusCode, 'finished');
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
    for (const response of open) {
      const served = requestOf(response);
      if (served === undefined) continue;
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

function remove(open: ServerResponse[], response: ServerResponse): void {
  if (open.length === 1 && open[0] === response) open.pop();
  else {
    const index = open.indexOf(response);
    if (index >= 0) open.splice(index, 1);
  }
}
