/**
 * A JSON text written straight into bytes, in pieces of a fixed size: labels and numbers of an answer of millions of samples
 * never become strings.
 */
import { formatFloat } from '@sightline/model';
import { FLOAT_ROOM, writeFloat } from './float-bytes.ts';

/** About half a millisecond of work, a fair turn between other tasks. */
const PIECE_BYTES = 128 * 1_024;

const QUOTE = 34;
const BACKSLASH = 92;
const MAX_BYTES_A_UNIT = 3;

/** Most pieces kept for the next answer. */
const MAX_SPARE = 16;

/**
 * Pieces that have been sent, to be filled again: memory outside of the heap that is allocated and dropped at the pace of large
 * answers makes the garbage collector run all the time.
 */
export class PiecePool {
  readonly #spare: Buffer[] = [];

  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
  }

  /** @param piece the whole or a part of what `take` gave, to which nothing refers any more */
  give(piece: Uint8Array): void {
    if (this.#spare.length >= MAX_SPARE || piece.buffer.byteLength !== PIECE_BYTES) return;
    this.#spare.push(Buffer.from(piece.buffer));
  }
}

export class JsonBytes {
  #bytes: Buffer;
  #view: DataView;
  #at = 0;
  #begun = 0;
  readonly #pool: PiecePool;
  readonly #size = PIECE_BYTES;
  readonly #full: Buffer[] = [];
  readonly #float = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#float.buffer);

  constructor(pool: PiecePool) {
    this.#pool = pool;
    this.#bytes = pool.take();
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** The next full piece, if there is one. */
  take(): Uint8Array | undefined {
    return this.#full.shift();
  }

  /** What has been written since the last full piece. */
  rest(): Uint8Array {
    const rest = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    return rest;
  }

  /** A number for `textSince`. */
  get position(): number {
    return this.#begun * this.#size + this.#at;
  }

  /** What was written since `position` was `begin`; undefined when a piece has been filled since then. */
  textSince(begin: number): string | undefined {
    const from = begin - this.#begun * this.#size;
    return from < 0 ? undefined : this.#bytes.toString('utf8', from, this.#at);
  }

  /** ASCII without anything that JSON escapes, or JSON itself. */
  ascii(text: string): void {
    const { length } = text;
    if (!this.#fits(length)) {
      this.#long(text);
      return;
    }
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < length; i++) bytes[at++] = text.charCodeAt(i);
    this.#at = at;
  }

  /** Any text of JSON. */
  json(text: string): void {
    if (!this.#fits(text.length * MAX_BYTES_A_UNIT)) this.#long(text);
    else this.#at += this.#bytes.write(text, this.#at);
  }

  /** A string with its quotes. */
  string(text: string): void {
    const { length } = text;
    if (!this.#fits(length + 2)) {
      this.#long(JSON.stringify(text));
      return;
    }
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = QUOTE;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code < 32 || code > 126 || code === QUOTE || code === BACKSLASH) {
        this.json(JSON.stringify(text));
        return;
      }
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
  }

  /** The value as Prometheus writes it, without quotes. */
  float(value: number): void {
    this.#fits(FLOAT_ROOM);
    this.#float[0] = value;
    this.#put(value, this.#halves[1] as number, this.#halves[0] as number);
  }

  /**
   * `heads[i]`, the value, for each i: the points of a series. A head has `headSize` bytes at `i * HEAD_WORDS` words.
   * @param halves the bits of `values`, two words each
   */
  points(heads: PointHeads, first: number, values: Float64Array, from: number, to: number, halves: Uint32Array): void {
    const { words, sizes } = heads;
    for (let i = from; i < to; i++) {
      this.#fits(HEAD_BYTES + FLOAT_ROOM);
      const at = this.#at;
      const word = (first + i) * HEAD_WORDS;
      const view = this.#view;
      view.setFloat64(at, words[word] as number, true);
      view.setFloat64(at + 8, words[word + 1] as number, true);
      view.setFloat64(at + 16, words[word + 2] as number, true);
      this.#at = at + (sizes[first + i] as number);
      this.#put(values[i] as number, halves[2 * i + 1] as number, halves[2 * i] as number);
    }
  }

  #put(value: number, high: number, low: number): void {
    const end = writeFloat(this.#bytes, this.#view, this.#at, value, high, low);
    this.#at = end === -1 ? this.#at + this.#bytes.write(formatFloat(value), this.#at, 'latin1') : end;
  }

  /** Makes room for so many bytes; false when a whole piece would not hold them. */
  #fits(bytes: number): boolean {
    if (this.#at + bytes <= this.#size) return true;
    if (bytes > this.#size) return false;
    this.#begin();
    return true;
  }

  #begin(): void {
    if (this.#at > 0) this.#full.push(this.#bytes.subarray(0, this.#at));
    this.#bytes = this.#pool.take();
    this.#view = new DataView(this.#bytes.buffer);
    this.#at = 0;
    this.#begun++;
  }

  #long(text: string): void {
    this.#begin();
    this.#full.push(Buffer.from(text, 'utf8'));
  }
}

/** Room of a head: the longest is `"],[-8640000000000.000,"`. */
const HEAD_BYTES = 24;
const HEAD_WORDS = 3;

/**
 * What stands before the value of a point, `"],[1435781430.781,"`, once for each time. Kept as words of eight bytes, since three
 * stores are faster than twenty; ASCII never has the bits of a NaN.
 */
export class PointHeads {
  readonly words: Float64Array;
  readonly sizes: Uint8Array;

  constructor(count: number, textOf: (index: number) => string) {
    this.words = new Float64Array(count * HEAD_WORDS);
    this.sizes = new Uint8Array(count);
    const bytes = Buffer.from(this.words.buffer);
    for (let i = 0; i < count; i++) {
      this.sizes[i] = bytes.write(textOf(i), i * HEAD_BYTES, HEAD_BYTES, 'latin1');
    }
  }
}
