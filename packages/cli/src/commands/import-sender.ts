/** Sends pieces of an import to the server: waits while it is busy, tells refused samples from refused requests. */
import { request } from '../api-client.ts';
import { CliError } from '../errors.ts';
import type { ImportPiece } from './import-source.ts';

export interface SentPiece {
  readonly stored: number;
  /** Samples the server would not have (too old, over a limit); the rest of the piece is stored. */
  readonly rejected: number;
  /** Why, in the server's words. */
  readonly reason: string | undefined;
}

const MAX_TRIES = 10;

/** @throws CliError when the server refuses the piece as a whole, or does not answer */
export async function sendPiece(url: URL, piece: ImportPiece, signal: AbortSignal): Promise<SentPiece> {
  for (let attempt = 1; ; attempt++) {
    const response = await request(url, {
      method: 'POST',
      body: new Uint8Array(piece.body),
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      signal,
    });
    const text = (await response.text()).trim();
    const count = (name: string) => Number(response.headers.get(`x-sightline-samples-${name}`) ?? 0);
    const rejected = count('rejected');
    if (response.ok || rejected > 0) {
      return { stored: count('stored'), rejected, reason: rejected > 0 ? text : undefined };
    }
    const isBusy = response.status === 429 || response.status === 503;
    if (!isBusy || attempt === MAX_TRIES) throw refused(response.status, text, piece);
    await pause((Number(response.headers.get('retry-after')) || attempt) * 1e3, signal);
  }
}

/** The server counts lines from the start of the piece. */
function refused(status: number, text: string, { linesBefore }: ImportPiece): CliError {
  const message = text === '' ? `the server answered ${status}` : text;
  if (linesBefore === undefined) return new CliError('failed', message);
  const inFile = message.replace(/\bline (\d+)\b/g, (_, line) => `line ${Number(line) + linesBefore}`);
  return new CliError('failed', inFile);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
