/**
 * Reads ClickHouse's Native format (revision 0, what HTTP and chDB give): blocks of columns, fixed-width columns as flat
 * little-endian arrays. Columns come out as typed arrays without a look at single values.
 * Source: ClickHouse documentation, "Native" format; strings and arrays of what storage's queries return, nothing else.
 */
import { StorageError } from '../errors.ts';

/** 64-bit integers come as two words a value, low word first; arrays as running ends and one column of all the items. */
export type NativeColumn =
  | { readonly kind: 'u8'; readonly values: Uint8Array }
  | { readonly kind: 'u16'; readonly values: Uint16Array }
  | { readonly kind: 'u32'; readonly values: Uint32Array }
  | { readonly kind: 'i64'; readonly words: Int32Array }
  | { readonly kind: 'u64'; readonly words: Int32Array }
  | { readonly kind: 'f64'; readonly values: Float64Array }
  | { readonly kind: 'string'; readonly values: readonly string[] }
  | { readonly kind: 'array'; readonly ends: Float64Array; readonly item: NativeColumn };

export interface NativeBlock {
  readonly rows: number;
  readonly columns: readonly NativeColumn[];
}

/** Memory for the columns of one block after the other. */
export class NativeScratch {
  readonly #buffers: ArrayBuffer[] = [];
  #next = 0;

  reset(): void {
    this.#next = 0;
  }

  take(length: number): ArrayBuffer {
    const at = this.#next++;
    let buffer = this.#buffers[at];
    if (buffer === undefined || buffer.byteLength < length) {
      buffer = new ArrayBuffer(Math.ceil((length * 1.25) / 8) * 8);
      this.#buffers[at] = buffer;
    }
    return buffer;
  }
}

/**
 * The blocks of a result, one at a time so that a large answer need not be decoded at once.
 * @param scratch when given, a block is good until the next one is asked for
 */
export function* readNative(bytes: Uint8Array, scratch?: NativeScratch): Generator<NativeBlock> {
  const reader = new Reader(bytes, scratch);
  while (!reader.isAtEnd) {
    const columnCount = reader.varUint();
    const rows = reader.varUint();
    const columns: NativeColumn[] = [];
    scratch?.reset();
    for (let i = 0; i < columnCount; i++) {
      reader.string();
      columns.push(readColumn(reader, reader.string(), rows));
    }
    if (rows > 0) yield { rows, columns };
  }
}

function readColumn(reader: Reader, type: string, rows: number): NativeColumn {
  const simple = /^SimpleAggregateFunction\(\w+, (.*)\)$/.exec(type)?.[1];
  if (simple !== undefined) return readColumn(reader, simple, rows);
  const item = /^Array\((.*)\)$/.exec(type)?.[1];
  if (item !== undefined) {
    const ends = toNumbers(new Int32Array(reader.take(rows * 8), 0, rows * 2));
    return { kind: 'array', ends, item: readColumn(reader, item, rows === 0 ? 0 : (ends[rows - 1] as number)) };
  }
  switch (type) {
    case 'UInt8':
      return { kind: 'u8', values: new Uint8Array(reader.take(rows), 0, rows) };
    case 'UInt16':
    case 'Date':
      return { kind: 'u16', values: new Uint16Array(reader.take(rows * 2), 0, rows) };
    case 'UInt32':
      return { kind: 'u32', values: new Uint32Array(reader.take(rows * 4), 0, rows) };
    case 'Int64':
      return { kind: 'i64', words: new Int32Array(reader.take(rows * 8), 0, rows * 2) };
    case 'UInt64':
      return { kind: 'u64', words: new Int32Array(reader.take(rows * 8), 0, rows * 2) };
    case 'Float64':
      return { kind: 'f64', values: new Float64Array(reader.take(rows * 8), 0, rows) };
    case 'String':
      return { kind: 'string', values: reader.strings(rows) };
  }
  if (/^DateTime(\(.*\))?$/.test(type)) return { kind: 'u32', values: new Uint32Array(reader.take(rows * 4), 0, rows) };
  throw new StorageError(
    'storage_corrupt',
    `the database answered with a column of type ${type}, which is not expected here`,
  );
}

/** Exact up to 2^53, which is all that storage keeps in 64-bit numbers it reads as numbers. */
export function toNumbers(words: Int32Array): Float64Array {
  const out = new Float64Array(words.length / 2);
  for (let i = 0; i < out.length; i++) {
    out[i] = (words[2 * i + 1] as number) * 4_294_967_296 + ((words[2 * i] as number) >>> 0);
  }
  return out;
}

class Reader {
  readonly #bytes: Buffer;
  readonly #scratch: NativeScratch | undefined;
  #at = 0;

  constructor(bytes: Uint8Array, scratch: NativeScratch | undefined) {
    this.#scratch = scratch;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varUint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw truncated();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  string(): string {
    const length = this.varUint();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw truncated();
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end;
    return text;
  }

  strings(count: number): string[] {
    const out: string[] = new Array(count);
    for (let i = 0; i < count; i++) out[i] = this.string();
    return out;
  }

  /** A copy, because typed arrays need aligned memory and columns start anywhere. May be longer than asked for. */
  take(length: number): ArrayBuffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw truncated();
    const start = this.#bytes.byteOffset + this.#at;
    const piece = new Uint8Array(this.#bytes.buffer, start, length);
    this.#at = end;
    if (this.#scratch === undefined) return this.#bytes.buffer.slice(start, start + length) as ArrayBuffer;
    const copy = this.#scratch.take(length);
    new Uint8Array(copy).set(piece);
    return copy;
  }
}

function truncated(): StorageError {
  return new StorageError('storage_corrupt', 'the database answered with a truncated result');
}
