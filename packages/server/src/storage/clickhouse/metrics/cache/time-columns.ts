/**
 * The sample times of one hour, shared by all series that have the same ones: scrapes of one target do. A column only grows, and whoever
 * uses it knows how many of its times are its own, so series that have not all received the newest scrape still share.
 */
import { HOUR_MS } from '../sample-code.ts';

/** Columns that begin with the same time; more are kept apart. */
const MAX_ALIKE = 16;
const COLUMN_BYTES = 160;

export class TimeColumn {
  readonly hour: number;
  /** Within the hour, rising. */
  ms: Uint32Array;
  length: number;
  /** Chunks of the cache that use it. */
  users = 0;
  /** For a column of one read: the cache's column with the same times. */
  twin: TimeColumn | undefined;
  /** What this one had when it got its twin; it may have grown since. */
  twinLength = 0;

  constructor(hour: number, ms: Uint32Array, length: number) {
    this.hour = hour;
    this.ms = ms;
    this.length = length;
  }

  get bytes(): number {
    return this.ms.byteLength + COLUMN_BYTES;
  }

  /** @returns bytes that it grew by */
  push(ms: number): number {
    let grown = 0;
    if (this.length === this.ms.length) {
      const wider = new Uint32Array(Math.max(8, Math.ceil(this.length * 1.5)));
      wider.set(this.ms);
      grown = wider.byteLength - this.ms.byteLength;
      this.ms = wider;
    }
    this.ms[this.length++] = ms;
    return grown;
  }

  startsWith(ms: Uint32Array, length: number): boolean {
    const own = this.ms;
    // The last first: columns that differ mostly differ to the end.
    for (let i = length - 1; i >= 0; i--) if (own[i] !== ms[i]) return false;
    return true;
  }
}

export const NO_TIMES = new TimeColumn(-1, new Uint32Array(0), 0);

export class TimeColumns {
  /** By the Unix ms of the first time. */
  readonly #byFirst = new Map<number, TimeColumn[]>();
  bytes = 0;

  /** A column that begins with `length` times of `ms`, which is copied when there is none. */
  share(hour: number, ms: Uint32Array, length: number): TimeColumn {
    const key = hour * HOUR_MS + (ms[0] as number);
    const alike = this.#byFirst.get(key);
    if (alike !== undefined) {
      for (const column of alike) {
        if (column.length >= length) {
          if (column.startsWith(ms, length)) return column;
        } else if (column.startsWith(ms, column.length)) {
          for (let i = column.length; i < length; i++) this.bytes += column.push(ms[i] as number);
          return column;
        }
      }
    }
    const column = new TimeColumn(hour, ms.slice(0, length), length);
    this.bytes += column.bytes;
    if (alike === undefined) this.#byFirst.set(key, [column]);
    else if (alike.length < MAX_ALIKE) alike.push(column);
    return column;
  }

  /** The column for `length` times of `column` and then `ms`: the same one when that is what follows, or a copy. */
  extend(hour: number, column: TimeColumn, length: number, ms: number): TimeColumn {
    if (column.length > length) {
      if (column.ms[length] === ms) return column;
    } else if (length > 0) {
      this.bytes += column.push(ms);
      return column;
    }
    const times = new Uint32Array(length + 1);
    times.set(column.ms.subarray(0, length));
    times[length] = ms;
    return this.share(hour, times, length + 1);
  }

  release(column: TimeColumn): void {
    if (--column.users > 0 || column === NO_TIMES) return;
    this.bytes -= column.bytes;
    const key = column.hour * HOUR_MS + (column.ms[0] as number);
    const alike = this.#byFirst.get(key);
    const at = alike?.indexOf(column) ?? -1;
    if (alike === undefined || at === -1) return;
    if (alike.length === 1) this.#byFirst.delete(key);
    else alike.splice(at, 1);
  }
}
