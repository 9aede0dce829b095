/**
 * Reads protobuf fields from a Buffer without copying: the caller walks tags and asks for the value of each. Every read
 * is checked against the end of the enclosing message. Groups, which proto3 does not have, are refused.
 * Encoding: protobuf.dev/programming-guides/encoding.
 */
import { isUtf8 } from 'node:buffer';
import { ProtobufError } from './protobuf-error.ts';

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

const TWO_32 = 2 ** 32;

export class ProtobufReader {
  readonly body: Buffer;
  /** Next byte to read. */
  at: number;
  /** End of the current message. */
  end: number;
  readonly #view: DataView;

  constructor(body: Buffer) {
    this.body = body;
    this.at = 0;
    this.end = body.length;
    this.#view = new DataView(body.buffer, body.byteOffset, body.length);
  }

  /** The next tag (field number * 8 + wire type), or 0 at the end of the message. */
  tag(): number {
    if (this.at >= this.end) return 0;
    const tag = this.uint32();
    if (tag < 8) throw this.#malformed('a field number of 0');
    return tag;
  }

  /** A varint of at most 32 bits; higher bits are cut off as protobuf says. */
  uint32(): number {
    const body = this.body;
    const first = body[this.at] as number;
    if (first < 0x80 && this.at < this.end) {
      this.at++;
      return first;
    }
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) throw this.#truncated();
      const byte = body[this.at++] as number;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw this.#malformed('a varint of more than 10 bytes');
  }

  /** A varint of 64 bits read as a signed number. Beyond 2^53 it is rounded. */
  int64(): number {
    const body = this.body;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) throw this.#truncated();
      const byte = body[this.at++] as number;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) return high * TWO_32 + (low >>> 0);
    }
    throw this.#malformed('a varint of more than 10 bytes');
  }

  /** Steps over eight bytes and returns where they begin. */
  fixed64(): number {
    const start = this.at;
    if (start + 8 > this.end) throw this.#truncated();
    this.at = start + 8;
    return start;
  }

  /** The float whose eight bytes begin at `offset`. */
  doubleAt(offset: number): number {
    return this.#view.getFloat64(offset, true);
  }

  /** True when the eight bytes at `offset` are the staleness marker; asked before they become a number. */
  isStaleAt(offset: number): boolean {
    return this.#view.getUint32(offset, true) === 2 && this.#view.getUint32(offset + 4, true) === 0x7ff00000;
  }

  /** Reads a length and returns the end of the bytes that follow; `at` is where they begin. */
  length(): number {
    const length = this.uint32();
    const stop = this.at + length;
    if (stop > this.end) throw this.#truncated();
    return stop;
  }

  /** A length-delimited string. @throws ProtobufError when it is not UTF-8 */
  string(): string {
    const stop = this.length();
    const start = this.at;
    this.at = stop;
    return decodeUtf8(this.body, start, stop);
  }

  skip(tag: number): void {
    switch (tag & 7) {
      case VARINT:
        this.int64();
        return;
      case FIXED64:
        this.fixed64();
        return;
      case BYTES:
        this.at = this.length();
        return;
      case FIXED32:
        if (this.at + 4 > this.end) throw this.#truncated();
        this.at += 4;
        return;
      default:
        throw this.#malformed(`wire type ${tag & 7}`);
    }
  }

  #truncated(): ProtobufError {
    return new ProtobufError('protobuf_truncated', `the message ends inside a field at byte ${this.at}`);
  }

  #malformed(what: string): ProtobufError {
    return new ProtobufError('protobuf_malformed', `${what} at byte ${this.at}`);
  }
}

/** Text of body[start, end). @throws ProtobufError when it is not UTF-8 */
export function decodeUtf8(body: Buffer, start: number, end: number): string {
  const text = body.toString('utf8', start, end);
  if (text.includes('\ufffd') && !isUtf8(body.subarray(start, end))) {
    throw new ProtobufError('protobuf_utf8', `the text at byte ${start} is not valid UTF-8`);
  }
  return text;
}
