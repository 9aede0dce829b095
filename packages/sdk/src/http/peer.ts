/** The other end of a connection: what is the same for all its requests, so that it is looked up and written as JSON once. */
import type { Socket } from 'node:net';

export type Scheme = 'http' | 'https';

const MAPPED = '::ffff:';

export class Peer {
  /** Empty when the connection is gone, is a Unix socket, or is not known. */
  readonly address: string;
  readonly scheme: Scheme;
  /** Owned by the access log: the text of `loggedIp` and `loggedAgent`. */
  logText: string | undefined = undefined;
  loggedIp = '';
  loggedAgent: string | undefined = undefined;
  #host: string | undefined = undefined;
  #hostName = '';

  constructor(address: string, scheme: Scheme) {
    this.address = address;
    this.scheme = scheme;
  }

  /** Name in a Host header, which is the same for nearly all requests of a connection. */
  hostName(host: string): string {
    if (host !== this.#host) {
      this.#host = host;
      this.#hostName = hostName(host);
    }
    return this.#hostName;
  }
}

/** What is used of a socket. */
type SocketLike = Pick<Socket, 'remoteAddress'> & { readonly encrypted?: boolean };

export function peerOf(socket: SocketLike | undefined): Peer {
  return new Peer(peerAddress(socket), socket?.encrypted === true ? 'https' : 'http');
}

/** Address of the other end of a connection. */
export function peerAddress(socket: Pick<Socket, 'remoteAddress'> | undefined): string {
  const address = socket?.remoteAddress ?? '';
  // A dual-stack listener shows IPv4 clients as mapped addresses; nobody looks for them in that form.
  return address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
}

/** Host without port; the brackets of an IPv6 address stay. */
export function hostName(host: string): string {
  const colon = host.lastIndexOf(':');
  return colon > 0 && host.indexOf(']', colon) < 0 ? host.slice(0, colon) : host;
}
