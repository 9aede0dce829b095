/** The JSON envelope of the Prometheus API. */
import { setImmediate } from 'node:timers/promises';
import type { HttpOutput } from '../../lib/http.ts';

const JSON_HEADERS = { 'content-type': 'application/json' } as const;

/** Notes beside a result; absent lists are not written. */
export interface Notes {
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export function success(data: unknown, notes: Notes = {}): HttpOutput {
  return {
    status: 200,
    headers: JSON_HEADERS,
    body: `{"status":"success","data":${JSON.stringify(data)}${tail(notes)}`,
  };
}

/** What follows `data`, the closing brace included. */
export function tail(notes: Notes): string {
  const warnings = (notes.warnings?.length ?? 0) === 0 ? '' : `,"warnings":${JSON.stringify(notes.warnings)}`;
  const infos = (notes.infos?.length ?? 0) === 0 ? '' : `,"infos":${JSON.stringify(notes.infos)}`;
  return `${warnings}${infos}}`;
}

/** Characters of a piece of a large answer: about 2 ms of work, a fair turn between other tasks. */
const PIECE_LENGTH = 64 * 1_024;

/** A list of any length; `text` gives the JSON of an item. */
export function successList<T>(items: readonly T[], text: (item: T) => string, notes: Notes = {}): HttpOutput {
  return piecesOutput(listPieces(items, text, notes));
}

function* listPieces<T>(items: readonly T[], text: (item: T) => string, notes: Notes): Generator<string, undefined> {
  let out = '{"status":"success","data":[';
  for (let i = 0; i < items.length; i++) {
    out += `${i === 0 ? '' : ','}${text(items[i] as T)}`;
    if (out.length >= PIECE_LENGTH) {
      yield out;
      out = '';
    }
  }
  yield `${out}]${tail(notes)}`;
}

/** An answer from its pieces: whole when there is one, else a stream that lets other tasks run between pieces. */
export function piecesOutput(pieces: Iterator<string | Uint8Array, undefined>): HttpOutput {
  const first = pieces.next();
  const second = pieces.next();
  const head = first.value ?? '';
  const body = second.done === true ? head : withTurns(head, second.value, pieces);
  return { status: 200, headers: JSON_HEADERS, body };
}

async function* withTurns<T>(first: T, second: T, rest: Iterator<T, undefined>): AsyncGenerator<T> {
  yield first;
  yield second;
  for (let next = rest.next(); next.done !== true; next = rest.next()) {
    yield next.value;
    await setImmediate();
  }
}
