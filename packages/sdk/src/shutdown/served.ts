/**
 * One server of the service and how it is closed: it stops listening, idle connections go, those with a request go after it,
 * what is left at the time limit is cut off. HTTP/1 (also over TLS), HTTP/2 (sessions get a GOAWAY), and plain TCP servers.
 */
import type { Server as HttpServer } from 'node:http';
import type { ServerHttp2Session } from 'node:http2';
import type { Server, Socket } from 'node:net';
import type { RequestsInFlight } from './requests-in-flight.ts';

export interface AttachOptions {
  /**
   * Called when the server begins to close, for what outlives a request: WebSockets, event streams. With it, upgraded
   * connections may stay until the time limit; without, they are ended at once.
   *
   * @example shutdown.attach(server, { closing: () => wss.clients.forEach((client) => client.close(1001)) });
   */
  closing?: (() => unknown) | undefined;
}

/** How often connections are looked at that became idle without an answer of ours saying so. */
const LOOK_MS = 25;
/** How long a connection may take to complete the headers of a request that has begun to arrive. */
const HEADERS_MS = 2000;

export class ServedServer {
  readonly server: Server;
  readonly #requests: RequestsInFlight;
  /** What requests come on: over TLS the decrypted side. */
  readonly #sockets = new Set<Socket>();
  /** Over TLS what is below them, handshakes that go on included. */
  readonly #raw = new Set<Socket>();
  readonly #upgraded = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #hooks = new Set<() => unknown>();
  readonly #heard = new Set<'upgrade' | 'connect'>();

  constructor(server: Server, requests: RequestsInFlight) {
    this.server = server;
    this.#requests = requests;
    server.on('connection', this.adopt);
    if (isTls(server)) server.on('secureConnection', this.#decrypted);
    if (isHttp2(server)) server.on('session', this.#sessionBegan);
  }

  onClosing(hook: () => unknown): void {
    this.#hooks.add(hook);
  }

  /** Notes a connection; called by hand for the first of a server that was not known before. */
  readonly adopt = (socket: Socket): void => {
    if (isTls(this.server)) note(this.#raw, socket);
    else this.#decrypted(socket);
  };

  /** Takes the listeners off the server. */
  forget(): void {
    this.server.off('connection', this.adopt);
    this.server.off('secureConnection', this.#decrypted);
    this.server.off('session', this.#sessionBegan);
    for (const event of this.#heard) this.server.off(event, this.#upgrade);
  }

  /**
   * Resolves when the last connection is gone.
   *
   * @param signal Cuts off what is left. @param failed Told of the error of a hook.
   */
  close(signal: AbortSignal, failed: (error: unknown) => void): Promise<void> {
    return new Promise((resolve) => {
      const startedAt = performance.now();
      const look = setInterval(() => this.#closeIdle(performance.now() - startedAt > HEADERS_MS), LOOK_MS);
      // An error says that it does not listen: closed by the service, or never opened.
      this.server.close(() => {
        clearInterval(look);
        resolve();
      });
      signal.addEventListener('abort', () => this.#cutOff(), { once: true });
      for (const session of this.#sessions) session.close();
      for (const hook of this.#hooks) void callHook(hook).catch(failed);
      if (this.#hooks.size === 0) for (const socket of this.#upgraded) socket.end();
      this.#closeIdle(false);
    });
  }

  /** @param isImpatient Also those that began a request long ago and did not complete its headers. */
  #closeIdle(isImpatient: boolean): void {
    const { server } = this;
    if (!('closeIdleConnections' in server)) return;
    (server as HttpServer).closeIdleConnections();
    if (isHttp2(server)) return;
    for (const socket of this.#sockets) {
      if (this.#upgraded.has(socket) || this.#requests.has(socket)) continue;
      // Node counts a connection that never sent anything as busy until its headers time out.
      if (socket.bytesRead === 0 || isImpatient) socket.destroy();
    }
    if (isImpatient && this.#sockets.size === 0) for (const socket of this.#raw) socket.destroy();
  }

  #cutOff(): void {
    if ('closeAllConnections' in this.server) (this.server as HttpServer).closeAllConnections();
    for (const session of this.#sessions) session.destroy();
    for (const socket of this.#sockets) socket.destroy();
    for (const socket of this.#raw) socket.destroy();
  }

  readonly #decrypted = (socket: Socket): void => {
    note(this.#sockets, socket);
    // A listener of ours alone would make the server accept upgrades that it refuses.
    for (const event of ['upgrade', 'connect'] as const) {
      if (this.#heard.has(event) || this.server.listenerCount(event) === 0) continue;
      this.#heard.add(event);
      this.server.prependListener(event, this.#upgrade);
    }
  };

  readonly #upgrade = (_request: unknown, socket: Socket): void => {
    note(this.#upgraded, socket);
  };

  readonly #sessionBegan = (session: ServerHttp2Session): void => {
    this.#sessions.add(session);
    session.once('close', () => this.#sessions.delete(session));
  };
}

function note(set: Set<Socket>, socket: Socket): void {
  if (set.has(socket)) return;
  set.add(socket);
  socket.once('close', () => set.delete(socket));
}

async function callHook(hook: () => unknown): Promise<void> {
  await hook();
}

function isHttp2(server: object): boolean {
  return 'updateSettings' in server;
}

function isTls(server: object): boolean {
  return 'setSecureContext' in server;
}

/** Whether a server found by itself is one for HTTP: others are none of our business unless given to `attach()`. */
export function servesHttp(server: unknown): server is Server {
  return typeof server === 'object' && server !== null && ('closeIdleConnections' in server || isHttp2(server));
}
