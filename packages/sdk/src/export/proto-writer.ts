/**
 * Writes protobuf (protobuf.dev/programming-guides/encoding) into one buffer that grows and is used again. A nested message
 * is written in place: a byte is left for its length, and the message moves when the length turns out to need more.
 */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const TWO_32 = 2 ** 32;
const NANOS_PER_SECOND = 1_000_000_000;
/** What the buffer is cut back to when a batch made it larger. */
const KEPT_BYTES = 1 << 20;

export class ProtoWriter {
  #buffer: Buffer;
  #at = 0;

  constructor(capacity = 16_384) {
    this.#buffer = Buffer.allocUnsafeSlow(capacity);
  }

  /** A copy of what was written; the writer begins anew. */
  finish(): Buffer {
    const bytes = Buffer.from(this.#buffer.subarray(0, this.#at));
    this.#at = 0;
    if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.allocUnsafeSlow(KEPT_BYTES);
    return bytes;
  }

  get length(): number {
    return this.#at;
  }

  /** An unsigned integer up to 2^53. */
  uint(field: number, value: number): void {
    this.#reserve(20);
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
  }

  /** A whole number as `int64`: a negative one takes ten bytes. */
  int64(field: number, value: number): void {
    if (value >= 0) {
      this.uint(field, value);
      return;
    }
    this.#reserve(20);
    this.#varint(field * 8 + VARINT);
    let rest = BigInt.asUintN(64, BigInt(value));
    for (let index = 0; index < 9; index++) {
      this.#buffer[this.#at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#at++] = Number(rest);
  }

  bool(field: number, value: boolean): void {
    this.uint(field, value ? 1 : 0);
  }

  double(field: number, value: number): void {
    this.#reserve(20);
    this.#varint(field * 8 + FIXED64);
    this.#at = this.#buffer.writeDoubleLE(value, this.#at);
  }

  fixed32(field: number, value: number): void {
    this.#reserve(20);
    this.#varint(field * 8 + FIXED32);
    this.#at = this.#buffer.writeUInt32LE(value >>> 0, this.#at);
  }

  /** A time in milliseconds since 1970 as `fixed64` nanoseconds, without the rounding of a product above 2^53. */
  fixed64Nanos(field: number, ms: number): void {
    this.#reserve(20);
    this.#varint(field * 8 + FIXED64);
    const seconds = Math.floor(ms / 1000);
    const nanos = Math.round((ms - seconds * 1000) * 1_000_000);
    const upper = Math.floor(seconds / 65_536) * NANOS_PER_SECOND;
    const lower = (seconds % 65_536) * NANOS_PER_SECOND + nanos;
    const rest = (upper % 65_536) * 65_536 + lower;
    const high = Math.floor(upper / 65_536) + Math.floor(rest / TWO_32);
    const low = rest % TWO_32;
    const buffer = this.#buffer;
    let at = this.#at;
    buffer[at++] = low;
    buffer[at++] = low >>> 8;
    buffer[at++] = low >>> 16;
    buffer[at++] = low >>> 24;
    buffer[at++] = high;
    buffer[at++] = high >>> 8;
    buffer[at++] = high >>> 16;
    buffer[at++] = high >>> 24;
    this.#at = at;
  }

  /** Text; invalid surrogates become U+FFFD, because protobuf strings are UTF-8. */
  string(field: number, text: string): void {
    const length = text.length;
    this.#reserve(20 + length * 3);
    this.#varint(field * 8 + BYTES);
    const buffer = this.#buffer;
    if (length < 64) {
      // Short plain text, the usual case: a loop is cheaper than leaving JavaScript.
      const start = this.#at + 1;
      let index = 0;
      for (; index < length; index++) {
        const code = text.charCodeAt(index);
        if (code > 127) break;
        buffer[start + index] = code;
      }
      if (index === length) {
        buffer[this.#at] = length;
        this.#at = start + length;
        return;
      }
    }
    this.#at++;
    const begin = this.#at;
    this.#at += buffer.write(text, begin, 'utf8');
    this.#closeLength(begin, 1);
  }

  bytes(field: number, bytes: Uint8Array): void {
    this.#reserve(20 + bytes.length);
    this.#varint(field * 8 + BYTES);
    this.#varint(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Bytes given as hex digits, two a byte; the ids of traces and spans. */
  hex(field: number, digits: string): void {
    const length = digits.length >> 1;
    this.#reserve(20 + length);
    this.#varint(field * 8 + BYTES);
    this.#varint(length);
    const buffer = this.#buffer;
    const at = this.#at;
    // An id is a piece of a longer text, of which the single characters are slow to get.
    if (buffer.write(digits, at, length, 'hex') < length) {
      for (let index = 0; index < length; index++) {
        buffer[at + index] = (nibble(digits.charCodeAt(2 * index)) << 4) | nibble(digits.charCodeAt(2 * index + 1));
      }
    }
    this.#at = at + length;
  }

  /** Fields that were written before, see `written`. */
  again(fields: Uint8Array): void {
    this.#reserve(fields.length);
    this.#buffer.set(fields, this.#at);
    this.#at += fields.length;
  }

  /** A copy of what was written since `length` was `from`. */
  written(from: number): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#buffer, from, this.#at);
  }

  /**
   * Begins a nested message. @returns What `close` wants back.
   *
   * @param left Bytes to leave for the length, the same as for `close`: 2 for what is 128 bytes or more nearly always.
   */
  open(field: number, left = 1): number {
    this.#reserve(20);
    this.#varint(field * 8 + BYTES);
    this.#at += left;
    return this.#at;
  }

  close(begin: number, left = 1): void {
    this.#reserve(8);
    this.#closeLength(begin, left);
  }

  #closeLength(begin: number, left: number): void {
    const length = this.#at - begin;
    if (length < 128 && left === 1) {
      this.#buffer[begin - 1] = length;
      return;
    }
    const needed = length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : length < 268_435_456 ? 4 : 5;
    if (needed !== left) this.#buffer.copyWithin(begin + needed - left, begin, this.#at);
    this.#at = begin - left;
    this.#varint(length);
    this.#at += length;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#buffer[this.#at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#at++] = rest;
  }

  #reserve(extra: number): void {
    if (this.#at + extra <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#at + extra));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

function nibble(code: number): number {
  return code < 58 ? code - 48 : (code | 32) - 87;
}
