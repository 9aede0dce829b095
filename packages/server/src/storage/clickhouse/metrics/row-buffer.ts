/** Rows of TabSeparated text, gathered as bytes. */
const FIRST_CAPACITY = 16 * 1024;

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

  text(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
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
