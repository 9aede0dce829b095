/**
 * The HTTP/1 requests that are being answered, one per connection, seen through diagnostics channels. While the service drains,
 * each answer says `Connection: close` (RFC 9112, 9.6), so that clients come back on a connection to another instance.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Message of `http.server.request.start` and `http.server.response.finish`. */
interface RequestMessage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly server: Server;
}

/** A connection that has made a request. */
interface Connection {
  readonly socket: Socket;
  response: ServerResponse | undefined;
  /** The answer that is being sent promised to keep the connection. */
  endsAfter: boolean;
}

const CONNECTION = Symbol('sightline.connection');
type Marked = Socket & { [CONNECTION]?: Connection };

export class RequestsInFlight {
  readonly #connections = new Set<Connection>();
  #isDraining = false;

  readonly started = (message: RequestMessage): void => {
    const { socket, response } = message;
    const connection = (socket as Marked)[CONNECTION] ?? this.#add(socket);
    connection.response = response;
    if (this.#isDraining) response.shouldKeepAlive = false;
  };

  readonly finished = (message: RequestMessage): void => {
    const connection = (message.socket as Marked)[CONNECTION];
    if (connection === undefined || connection.response !== message.response) return;
    connection.response = undefined;
    if (connection.endsAfter) connection.socket.end();
  };

  get count(): number {
    let count = 0;
    for (const { response } of this.#connections) if (response !== undefined) count++;
    return count;
  }

  has(socket: Socket): boolean {
    return (socket as Marked)[CONNECTION]?.response !== undefined;
  }

  *responses(): IterableIterator<ServerResponse> {
    for (const { response } of this.#connections) if (response !== undefined) yield response;
  }

  /** From now on every connection ends with the answer it carries. */
  drain(): void {
    this.#isDraining = true;
    for (const { response } of this.#connections) if (response?.headersSent === false) response.shouldKeepAlive = false;
  }

  /** No further requests are taken: connections whose answer promised otherwise are ended after it. */
  endAll(): void {
    for (const connection of this.#connections)
      if (connection.response?.headersSent === true) connection.endsAfter = true;
  }

  #add(socket: Socket): Connection {
    const connection: Connection = { socket, response: undefined, endsAfter: false };
    (socket as Marked)[CONNECTION] = connection;
    this.#connections.add(connection);
    // An aborted request is never finished.
    socket.once('close', () => this.#connections.delete(connection));
    return connection;
  }
}
