/** A growing buffer that an exposition is written into. */

export class Output {
  #bytes: Buffer;
  /** Bytes that are written; whoever writes into `reserve()` moves it on. */
  length = 0;

  /** @param expected Bytes that are probably needed. */
  constructor(expected: number) {
    this.#bytes = Buffer.allocUnsafe(Math.max(expected, 256));
  }

  copy(from: Buffer, start = 0, end = from.length): void {
    this.#ensure(end - start);
    from.copy(this.#bytes, this.length, start, end);
    this.length += end - start;
  }

  text(text: string): void {
    // Three bytes for each UTF-16 unit is the most that UTF-8 takes.
    this.#ensure(text.length * 3);
    this.length += this.#bytes.write(text, this.length);
  }

  /** Room for `most` bytes from `length` on, valid until the next call. @returns The bytes of all that is written. */
  reserve(most: number): Buffer {
    this.#ensure(most);
    return this.#bytes;
  }

  byte(byte: number): void {
    this.#ensure(1);
    this.#bytes[this.length++] = byte;
  }

  done(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  #ensure(more: number): void {
    const needed = this.length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, Math.ceil(this.#bytes.length * 1.5)));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}
