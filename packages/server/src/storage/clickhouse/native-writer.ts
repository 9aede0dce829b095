/**
 * Writes one block of ClickHouse's Native format (revision 0): the columns' bytes are handed over as they lie in memory.
 * Source: ClickHouse documentation, "Native" format. Needs a little-endian machine, as native.ts does.
 */

/** The bytes of a column in the order of its type: arrays first their running ends (UInt64), then their items. */
export interface ColumnBytes {
  readonly name: string;
  readonly type: string;
  readonly parts: readonly (Uint8Array | Uint32Array)[];
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
