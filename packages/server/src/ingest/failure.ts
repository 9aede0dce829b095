/** What a sender is told when its request failed as a whole. Senders of these protocols read plain text. */
import { ExpositionError, LineTooLongError, ProtobufError } from '@sightline/protocol';
import type { SightlineError } from '@sightline/model';
import { DecompressError } from '../lib/decompress.ts';
import type { HttpOutput } from '../lib/http.ts';
import { HttpError } from '../lib/http-error.ts';
import { OverloadedError, StorageError } from '../storage/errors.ts';

/** Seconds after which a sender may try again when the store failed. */
const STORAGE_RETRY_SECONDS = 5;

/** @returns undefined for what is not the sender's business: an abort, a defect; the caller throws it on */
export function failureOutput(error: unknown): HttpOutput | undefined {
  if (error instanceof OverloadedError) {
    return textOutput(error.info.status, messageOf(error), { 'retry-after': String(error.info.retryAfterSeconds) });
  }
  if (error instanceof StorageError) {
    return textOutput(503, messageOf(error), { 'retry-after': String(STORAGE_RETRY_SECONDS) });
  }
  if (error instanceof HttpError) return textOutput(error.status, messageOf(error), error.headers);
  if (error instanceof DecompressError) return textOutput(DECOMPRESS_STATUS[error.code], messageOf(error));
  if (error instanceof ProtobufError || error instanceof ExpositionError || error instanceof LineTooLongError) {
    return textOutput(400, messageOf(error));
  }
  return undefined;
}

const DECOMPRESS_STATUS = {
  decompress_too_large: 413,
  decompress_corrupt: 400,
  decompress_unsupported: 415,
} as const;

export function textOutput(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HttpOutput {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body: `${message}\n` };
}

function messageOf(error: SightlineError): string {
  return error.hint === undefined ? error.message : `${error.message}: ${error.hint}`;
}
