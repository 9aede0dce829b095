/** A collector on loopback that answers as a test says and keeps what it got. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body, unpacked when it came with gzip. */
  readonly body: Buffer;
}

export type Respond = (response: ServerResponse, received: Received, index: number) => void;

export interface Collector {
  readonly url: string;
  readonly received: Received[];
  /** TCP connections that were opened. */
  connections(): number;
  close(): Promise<void>;
}

const accept: Respond = (response) => response.end();

/** @param port 0 for a free one. */
export async function startCollector(respond: Respond = accept, port = 0): Promise<Collector> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let opened = 0;
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      const entry = { path: request.url ?? '', headers: request.headers, body };
      received.push(entry);
      respond(response, entry, received.length - 1);
    });
  });
  server.on('connection', (socket) => {
    opened++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    received,
    connections: () => opened,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
