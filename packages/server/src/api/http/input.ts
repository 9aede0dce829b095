/** HttpInput over a request of node:http, with the time limits of reading a body. */
import type { IncomingMessage } from 'node:http';
import type { HttpInput } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';

/** For a body that a handler holds as a whole. */
const BODY_TIMEOUT_MS = 300_000;
/** Between two pieces of a streamed body, whose length and so whose time is not bounded. */
const STALL_TIMEOUT_MS = 60_000;

export function createInput(
  request: IncomingMessage,
  path: string,
  search: string,
  params: Readonly<Record<string, string>>,
  signal: AbortSignal,
): HttpInput {
  return {
    method: request.method ?? 'GET',
    path,
    params,
    query: new URLSearchParams(search),
    headers: request.headers,
    body: (maxBytes) => readBody(request, maxBytes, signal),
    stream: () => readPieces(request, signal),
    remoteAddress: request.socket.remoteAddress ?? '',
    signal,
  };
}

async function readBody(request: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let length = 0;
  const startedAt = performance.now();
  for await (const chunk of readPieces(request, signal)) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    if (performance.now() - startedAt > BODY_TIMEOUT_MS) throw tooSlow();
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length);
}

async function* readPieces(request: IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
  let isStalled = false;
  const timer = setTimeout(() => {
    isStalled = true;
    request.destroy();
  }, STALL_TIMEOUT_MS);
  try {
    // Not destroying the request when a reader leaves early keeps the connection usable for the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      timer.refresh();
      yield chunk as Buffer;
    }
  } catch (error) {
    if (isStalled) throw tooSlow();
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(413, `the request body is larger than ${maxBytes} bytes`);
}

function tooSlow(): HttpError {
  return new HttpError(408, 'the request body did not arrive in time');
}
