/** Rows of TabSeparated text written as bytes, without a string per number. */
const FIRST_CAPACITY = 16 * 1024;
const BILLION = 1_000_000_000;

export class RowBuffer {
  rows = 0;
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Makes room for `count` more bytes. Every writer below needs at most 21, texts three a UTF-16 unit. */
  reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  /** One ASCII character. */
  char(code: number): void {
    this.#bytes[this.#length++] = code;
  }

  /** A whole number between -2^53 and 2^53. */
  integer(value: number): void {
    let rest = value;
    if (rest < 0) {
      this.#bytes[this.#length++] = 0x2d;
      rest = -rest;
    }
    if (rest < BILLION) {
      this.#digits(rest, 0);
      return;
    }
    const high = Math.floor(rest / BILLION);
    this.#digits(high, 0);
    this.#digits(rest - high * BILLION, 9);
  }

  /** Seconds since 1970 in ten digits: ClickHouse takes fewer than five for the year of a date. */
  seconds(value: number): void {
    const high = Math.floor(value / BILLION);
    this.char(0x30 + high);
    this.#digits(value - high * BILLION, 9);
  }

  ascii(text: string): void {
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i);
  }

  text(text: string): void {
    this.reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /** Digits of a whole number below 2^30 or, with `width` 0, of the high part of a larger one (below 2^24). */
  #digits(value: number, width: number): void {
    let rest = value | 0;
    let count = 1;
    for (let bound = 10; bound <= rest; bound = Math.imul(bound, 10)) count++;
    if (count < width) count = width;
    const bytes = this.#bytes;
    let at = this.#length + count;
    this.#length = at;
    while (count-- > 0) {
      const next = (rest / 10) | 0;
      bytes[--at] = 0x30 + (rest - Math.imul(next, 10));
      rest = next;
    }
  }
}

/**
 * Row buffers cut so that one insert stays small and within the engine's limit of 100 partitions (days).
 */
export class RowChunks {
  readonly chunks: RowBuffer[] = [];
  readonly #maxRows: number;
  readonly #maxBytes: number;
  #days = new Set<number>();
  #day = -1;

  constructor(maxRows = 200_000, maxBytes = 16 * 1024 * 1024) {
    this.#maxRows = maxRows;
    this.#maxBytes = maxBytes;
  }

  /** The buffer for the next row, which belongs to `day`. */
  next(day: number): RowBuffer {
    let current = this.chunks[this.chunks.length - 1];
    if (current === undefined || current.rows >= this.#maxRows || current.length >= this.#maxBytes) {
      current = this.#open();
    } else if (day !== this.#day && this.#days.size >= MAX_PARTITIONS && !this.#days.has(day)) {
      current = this.#open();
    }
    if (day !== this.#day) {
      this.#day = day;
      this.#days.add(day);
    }
    current.rows++;
    return current;
  }

  get isEmpty(): boolean {
    return this.chunks.length === 0;
  }

  #open(): RowBuffer {
    const buffer = new RowBuffer();
    this.chunks.push(buffer);
    this.#days = new Set();
    this.#day = -1;
    return buffer;
  }
}

/** ClickHouse refuses blocks with more than max_partitions_per_insert_block, 100 unless set. */
const MAX_PARTITIONS = 100;
