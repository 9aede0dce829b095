/** The series of one scrape in the order the body has them: columns, so that going through them reads memory in order. */
import type { SeriesHandle } from '../../storage/metric-store.ts';

const NO_VIEW = new DataView(new ArrayBuffer(0));
const FIRST_SIZE = 64;

/** A series text of a target and what is known about it. */
export interface CacheEntry {
  /** Null when relabeling drops the series or the store refused it. */
  readonly handle: SeriesHandle | null;
  /** The store refused it: it counts as a sample, and is offered again from iteration `retryAt` on. */
  readonly retryAt: number;
  /** The iteration that last looked it up; `next` does not touch it while the order stays the same. */
  seenAt: number;
  /** Its place in the order of the scrape that had it last. */
  position: number;
}

export class ScrapeOrder {
  /** The body that `starts` and `ends` point into. */
  view: DataView = NO_VIEW;
  entries: CacheEntry[] = [];
  /** Those of the entries, beside each other. */
  handles: (SeriesHandle | null)[] = [];
  starts = new Int32Array(FIRST_SIZE);
  ends = new Int32Array(FIRST_SIZE);
  /** 1 where the series gets a staleness marker when it vanishes. */
  tracked = new Uint8Array(FIRST_SIZE);
  /** 1 where the scrape after this one has the series too. */
  seen = new Uint8Array(FIRST_SIZE);
  count = 0;

  reset(body: Buffer): void {
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.count = 0;
  }

  push(entry: CacheEntry, handle: SeriesHandle | null, start: number, end: number, isTracked: boolean): void {
    const at = this.count++;
    if (at === this.starts.length) this.#grow();
    this.entries[at] = entry;
    this.handles[at] = handle;
    this.starts[at] = start;
    this.ends[at] = end;
    this.tracked[at] = isTracked ? 1 : 0;
  }

  /** Whether the text at `at` equals view[start, end), which is as long. */
  hasText(at: number, view: DataView, start: number, end: number): boolean {
    const from = this.starts[at] as number;
    return end <= view.byteLength && equalBytes(this.view, from, view, start, end - start);
  }

  /** No text is equal any more. */
  forgetTexts(): void {
    this.view = NO_VIEW;
    this.starts.fill(0);
    this.ends.fill(0);
  }

  /** Lets the body go, and the columns when they are far larger than the `size` needed next. */
  release(size: number): void {
    this.view = NO_VIEW;
    this.count = 0;
    if (this.entries.length <= size * 2) return;
    this.entries.length = size;
    this.handles.length = size;
  }

  #grow(): void {
    const size = this.starts.length * 2;
    this.starts = widen(this.starts, new Int32Array(size));
    this.ends = widen(this.ends, new Int32Array(size));
    this.tracked = widen(this.tracked, new Uint8Array(size));
    this.seen = widen(this.seen, new Uint8Array(size));
  }
}

function widen<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/**
 * Eight bytes at a time, as floats, at any address. Two texts that compare equal are equal: the one pair of different bit
 * patterns that is (0 and -0) would need a 0x80 after a NUL, which is not UTF-8. Bytes that read as NaN never are, and only
 * cost a look-up.
 */
export function equalBytes(a: DataView, aStart: number, b: DataView, bStart: number, length: number): boolean {
  let i = 0;
  for (const last = length - 7; i < last; i += 8) {
    if (a.getFloat64(aStart + i, true) !== b.getFloat64(bStart + i, true)) return false;
  }
  for (; i < length; i++) if (a.getUint8(aStart + i) !== b.getUint8(bStart + i)) return false;
  return true;
}
