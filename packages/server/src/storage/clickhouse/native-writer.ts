/**
 * Writes one block of ClickHouse's Native format (revision 0): the columns' bytes are handed over as they lie in memory.
 * Source: ClickHouse documentation, "Native" format. Needs a little-endian machine, as native.ts does.
 */

/** The bytes of a column in the order of its type: arrays first their running ends (UInt64), then their items. */
export interface ColumnBytes {
  readonly name: string;
  readonly type: string;
  readonly parts: readonly (Uint8Array | Uint16Array | Uint32Array)[];
}

/** The block in pieces, which share memory with the columns. */
export function nativeBlock(rows: number, columns: readonly ColumnBytes[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let head = Buffer.concat([varUint(columns.length), varUint(rows)]);
  for (const { name, type, parts } of columns) {
    pieces.push(Buffer.concat([head, text(name), text(type)]));
    for (const part of parts) pieces.push(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    head = Buffer.alloc(0);
  }
  return pieces;
}

const FIRST_CAPACITY = 16 * 1024;
/** Longer texts are worth a call into the runtime. */
const MAX_LOOPED = 128;

/** A String column that grows. */
export class StringBytes {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  add(value: string): void {
    const room = this.#length + value.length * 3 + 10;
    if (room > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(room, this.#bytes.length * 2));
      grown.set(this.bytes());
      this.#bytes = grown;
    }
    if (value.length >= MAX_LOOPED || !this.#addAscii(value)) this.#addText(value);
  }

  #addAscii(value: string): boolean {
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = value.length;
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit >= 128) return false;
      bytes[at++] = unit;
    }
    this.#length = at;
    return true;
  }

  #addText(value: string): void {
    const head = varUint(Buffer.byteLength(value));
    this.#bytes.set(head, this.#length);
    this.#length += head.length;
    this.#length += this.#bytes.write(value, this.#length, 'utf8');
  }
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varUint(bytes.length), bytes]);
}

function varUint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
