/**
 * What a target exposed before: the bytes of each series mapped to its handle in the store, so that labels are parsed and
 * relabelled only when a series is new, and the series of the previous scrape, so that vanished ones get a staleness marker.
 *
 * Exporters print the same series in the same order each time. So the next series is first compared, byte by byte, with the
 * one that followed last time in the body kept from that scrape; only when it differs is a string made and looked up.
 */
import type { SeriesHandle } from '../../storage/metric-store.ts';

export interface CacheEntry {
  /** Undefined when relabeling drops the series or the store refused it. */
  readonly handle: SeriesHandle | undefined;
  /** The store refused it: it counts as a sample, and is offered again from iteration `retryAt` on. */
  readonly retryAt: number;
  /** The iteration that saw it last. */
  seenAt: number;
  /** Its place in the scrape that saw it last. */
  position: number;
}

const NO_BODY = Buffer.alloc(0);
const NO_VIEW = new DataView(new ArrayBuffer(0));

/** The series of one scrape in order, as places in its body. */
class ScrapeOrder {
  view: DataView = NO_VIEW;
  entries: CacheEntry[] = [];
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  /** 1 where the series gets a staleness marker when it vanishes. */
  tracked = new Uint8Array(64);
  count = 0;

  reset(body: Buffer): void {
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.count = 0;
  }

  push(entry: CacheEntry, start: number, end: number, isTracked: boolean): void {
    const at = this.count++;
    if (at === this.starts.length) this.#grow();
    this.entries[at] = entry;
    this.starts[at] = start;
    this.ends[at] = end;
    this.tracked[at] = isTracked ? 1 : 0;
  }

  #grow(): void {
    const size = this.starts.length * 2;
    const widen = <T extends Int32Array | Uint8Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.starts = widen(this.starts, new Int32Array(size));
    this.ends = widen(this.ends, new Int32Array(size));
    this.tracked = widen(this.tracked, new Uint8Array(size));
  }
}

export class SeriesCache {
  /** Number of the present scrape. */
  iteration = 0;
  readonly #entries = new Map<string, CacheEntry>();
  #previous = new ScrapeOrder();
  #current = new ScrapeOrder();
  #body: Buffer = NO_BODY;
  #cursor = 0;
  #distinct = 0;
  #successfulSize = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** Starts a scrape of `body`, which must not change until the next scrape has ended. */
  begin(body: Buffer): void {
    this.iteration++;
    this.#body = body;
    this.#current.reset(body);
    this.#cursor = 0;
    this.#distinct = 0;
  }

  /** The entry of the series text body[start, end), if it is known. */
  find(start: number, end: number): CacheEntry | undefined {
    const previous = this.#previous;
    const at = this.#cursor;
    if (at < previous.count) {
      const from = previous.starts[at] as number;
      const length = end - start;
      if (
        (previous.ends[at] as number) - from === length &&
        equalBytes(previous.view, from, this.#current.view, start, length)
      ) {
        this.#cursor = at + 1;
        return previous.entries[at];
      }
    }
    const entry = this.#entries.get(this.#body.toString('latin1', start, end));
    if (entry !== undefined && entry.seenAt !== this.iteration) this.#cursor = entry.position + 1;
    return entry;
  }

  /** Adds a series text. `retryAt` is given when the store refused the series. */
  add(start: number, end: number, handle: SeriesHandle | undefined, retryAt = Number.POSITIVE_INFINITY): CacheEntry {
    const entry: CacheEntry = { handle, retryAt, seenAt: 0, position: 0 };
    this.#entries.set(this.#body.toString('latin1', start, end), entry);
    return entry;
  }

  /** Notes that this scrape has the series. False when it had it already: a duplicate. */
  see(entry: CacheEntry, start: number, end: number, isTracked: boolean): boolean {
    const isFirst = entry.seenAt !== this.iteration;
    if (isFirst) {
      entry.seenAt = this.iteration;
      this.#distinct++;
    }
    entry.position = this.#current.count;
    this.#current.push(entry, start, end, isTracked);
    return isFirst;
  }

  /** Ends a good scrape: calls `stale` for each series that the previous scrape had and this one has not. */
  commit(stale: (handle: SeriesHandle) => void): void {
    this.#markVanished(stale);
    const previous = this.#previous;
    this.#previous = this.#current;
    this.#current = previous;
    this.#release();
    if (this.#entries.size > this.#distinct) this.#sweep();
    this.#successfulSize = this.#entries.size;
  }

  /** Ends a failed scrape: all series of the previous scrape become stale; what is known about series texts is kept. */
  fail(stale: (handle: SeriesHandle) => void): void {
    this.forEachLive(stale);
    const previous = this.#previous;
    previous.tracked.fill(0, 0, previous.count);
    // A target whose series change with each failing scrape must not fill the memory.
    if (this.#entries.size > this.#successfulSize * 2 + 1000) this.#sweep();
    this.#release();
  }

  /** Forgets the series texts (relabeling changed) but not which series are live. */
  forgetTexts(): void {
    this.#entries.clear();
    this.#previous.view = NO_VIEW;
    this.#previous.ends.fill(-1);
  }

  /** The series that get a marker should they vanish. */
  forEachLive(visit: (handle: SeriesHandle) => void): void {
    const { entries, tracked, count } = this.#previous;
    for (let i = 0; i < count; i++) {
      const handle = (entries[i] as CacheEntry).handle;
      if (tracked[i] === 1 && handle !== undefined) visit(handle);
    }
  }

  #markVanished(stale: (handle: SeriesHandle) => void): void {
    const vanished = new Set<SeriesHandle>();
    const { entries, tracked, count } = this.#previous;
    for (let i = 0; i < count; i++) {
      const entry = entries[i] as CacheEntry;
      if (entry.seenAt !== this.iteration && tracked[i] === 1 && entry.handle !== undefined) vanished.add(entry.handle);
    }
    if (vanished.size === 0) return;
    // The same series may have come back written differently (labels in another order).
    const current = this.#current;
    for (let i = 0; i < current.count; i++) {
      const handle = (current.entries[i] as CacheEntry).handle;
      if (handle !== undefined) vanished.delete(handle);
    }
    for (const handle of vanished) stale(handle);
  }

  /** Lets go of the body that is no longer compared with. */
  #release(): void {
    this.#body = NO_BODY;
    this.#current.reset(NO_BODY);
    if (this.#current.entries.length > this.#previous.count * 2) this.#current.entries.length = this.#previous.count;
  }

  #sweep(): void {
    for (const [text, entry] of this.#entries) if (entry.seenAt !== this.iteration) this.#entries.delete(text);
  }
}

/** Four bytes at a time; the views may start at any address. */
function equalBytes(a: DataView, aStart: number, b: DataView, bStart: number, length: number): boolean {
  let i = 0;
  for (const last = length - 3; i < last; i += 4) {
    if (a.getInt32(aStart + i) !== b.getInt32(bStart + i)) return false;
  }
  for (; i < length; i++) if (a.getUint8(aStart + i) !== b.getUint8(bStart + i)) return false;
  return true;
}
