/**
 * All servers of the service: those that were attached and those found through diagnostics channels, at their first connection
 * at the latest.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server, Socket } from 'node:net';
import { RequestsInFlight } from './requests-in-flight.ts';
import { type AttachOptions, ServedServer, servesHttp } from './served.ts';

const REQUEST_STARTED = 'http.server.request.start';
const RESPONSE_FINISHED = 'http.server.response.finish';
const CONNECTED = 'net.server.socket';

export class Servers {
  readonly requests = new RequestsInFlight();
  readonly #servers = new Map<Server, ServedServer>();
  readonly #guard: (error: unknown) => void;
  /** Set while closing: a server whose first connection comes only now is closed as well. */
  #closeLate: ((served: ServedServer) => void) | undefined;
  readonly #subscriptions: [channel: string, listener: (message: unknown) => void][];

  /** @param guard Told of an error of our own in a channel: thrown there, it would end the service. */
  constructor(findsServers: boolean, guard: (error: unknown) => void) {
    this.#guard = guard;
    this.#subscriptions = [
      [REQUEST_STARTED, this.#guarded(this.requests.started)],
      [RESPONSE_FINISHED, this.#guarded(this.requests.finished)],
      ...(findsServers
        ? ([[CONNECTED, this.#guarded(this.#connected)]] as const).map(([a, b]) => [a, b] as [string, typeof b])
        : []),
    ];
    for (const [channel, listener] of this.#subscriptions) subscribe(channel, listener);
  }

  get size(): number {
    return this.#servers.size;
  }

  attach(server: Server, options: AttachOptions): void {
    const served = this.#serve(server);
    if (options.closing !== undefined) served.onClosing(options.closing);
  }

  /** Closes all. Resolves when the last connection is gone. */
  async close(signal: AbortSignal, failed: (error: unknown) => void): Promise<void> {
    this.requests.endAll();
    this.#closeLate = (served) => void served.close(signal, failed);
    await Promise.all([...this.#servers.values()].map((served) => served.close(signal, failed)));
  }

  /** Stops looking at servers; they go on. */
  forget(): void {
    for (const [channel, listener] of this.#subscriptions.splice(0)) unsubscribe(channel, listener);
    for (const served of this.#servers.values()) served.forget();
    this.#servers.clear();
  }

  #serve(server: Server): ServedServer {
    const known = this.#servers.get(server);
    if (known !== undefined) return known;
    const served = new ServedServer(server, this.requests);
    this.#servers.set(server, served);
    // A server that is closed while the service goes on (tests, reloads) must not be kept.
    server.once('close', () => {
      served.forget();
      this.#servers.delete(server);
    });
    return served;
  }

  readonly #connected = (message: { readonly socket: Socket }): void => {
    const { server } = message.socket as Socket & { server?: unknown };
    if (!servesHttp(server) || this.#servers.has(server)) return;
    const served = this.#serve(server);
    served.adopt(message.socket);
    this.#closeLate?.(served);
  };

  #guarded<TMessage>(on: (message: TMessage) => void): (message: unknown) => void {
    return (message) => {
      try {
        on(message as TMessage);
      } catch (error) {
        this.#guard(error);
      }
    };
  }
}
