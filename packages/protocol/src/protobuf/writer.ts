/** Writes protobuf fields into a Buffer that grows. Nested messages are written first to know their length. */
import { BYTES, FIXED64, VARINT } from './reader.ts';

const TWO_32 = 2 ** 32;

export class ProtobufWriter {
  #buffer: Buffer;
  #at = 0;

  constructor(capacity = 1024) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  /** A copy of what was written. */
  finish(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#at));
  }

  get length(): number {
    return this.#at;
  }

  reset(): void {
    this.#at = 0;
  }

  /** Signed numbers go as ten bytes when they are negative, as int64 does. */
  varint(field: number, value: number): void {
    this.#reserve(20);
    this.#raw(field * 8 + VARINT);
    this.rawVarint(value);
  }

  rawVarint(value: number): void {
    this.#reserve(10);
    if (value >= 0) {
      this.#raw(value);
      return;
    }
    let low = ((value % TWO_32) + TWO_32) % TWO_32;
    let high = (Math.floor(value / TWO_32) + TWO_32) % TWO_32;
    for (let k = 0; k < 9; k++) {
      this.#buffer[this.#at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | ((high & 0x7f) << 25)) >>> 0;
      high = high >>> 7;
    }
    this.#buffer[this.#at++] = low & 0x7f;
  }

  double(field: number, value: number): void {
    this.#reserve(16);
    this.#raw(field * 8 + FIXED64);
    this.#at = this.#buffer.writeDoubleLE(value, this.#at);
  }

  /** Eight bytes as they are: staleness markers must not pass through a number. */
  fixed64(field: number, bytes: Uint8Array): void {
    this.#reserve(16);
    this.#raw(field * 8 + FIXED64);
    this.#buffer.set(bytes, this.#at);
    this.#at += 8;
  }

  string(field: number, text: string): void {
    this.bytes(field, Buffer.from(text));
  }

  bytes(field: number, bytes: Uint8Array): void {
    this.#reserve(20 + bytes.length);
    this.#raw(field * 8 + BYTES);
    this.#raw(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #raw(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#at++] = rest;
  }

  #reserve(extra: number): void {
    if (this.#at + extra <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + extra));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
