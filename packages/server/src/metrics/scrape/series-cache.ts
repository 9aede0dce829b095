/**
 * What a target exposed before: the bytes of each series mapped to its handle in the store, so that labels are parsed and
 * relabelled only when a series is new, and the series of the previous scrape, so that vanished ones get a staleness marker.
 *
 * Exporters print the same series in the same order each time. So the next series is first compared, byte by byte, with the
 * one that followed last time in the body kept from that scrape (`expect`, `next`); that touches nothing but arrays in order,
 * and spares the parser the labels. Only when it differs is a string made and looked up (`find`).
 */
import type { SeriesHandle } from '../../storage/metric-store.ts';
import { type CacheEntry, ScrapeOrder } from './scrape-order.ts';

const NO_BODY = Buffer.alloc(0);

export class SeriesCache {
  /** Number of the present scrape. */
  iteration = 0;
  readonly #entries = new Map<string, CacheEntry>();
  #previous = new ScrapeOrder();
  #current = new ScrapeOrder();
  #body: Buffer = NO_BODY;
  #cursor = 0;
  #expectedStart = -1;
  #expectedEnd = -1;
  #successfulSize = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** Starts a scrape of `body`, which must not change until the next scrape has ended. */
  begin(body: Buffer): void {
    this.iteration++;
    this.#body = body;
    this.#current.reset(body);
    this.#previous.seen.fill(0, 0, this.#previous.count);
    this.#cursor = 0;
    this.#expectedStart = -1;
  }

  /** The end of the series text expected next, when it stands at `start` of the body; otherwise -1. */
  expect(start: number): number {
    const previous = this.#previous;
    const at = this.#cursor;
    if (at >= previous.count || previous.seen[at] === 1) return -1;
    const end = start + (previous.ends[at] as number) - (previous.starts[at] as number);
    if (end <= start || !previous.hasText(at, this.#current.view, start, end)) return -1;
    this.#expectedStart = start;
    this.#expectedEnd = end;
    return end;
  }

  /**
   * The handle of body[start, end) when it is the series expected next, noting that this scrape has it; null when that
   * series is known to be dropped. Undefined: use `find`.
   */
  next(start: number, end: number, isTracked: boolean): SeriesHandle | null | undefined {
    if (start !== this.#expectedStart || end !== this.#expectedEnd) return undefined;
    const previous = this.#previous;
    const at = this.#cursor;
    const handle = previous.handles[at] as SeriesHandle | null;
    const entry = previous.entries[at] as CacheEntry;
    if (handle === null && entry.retryAt <= this.iteration) return undefined;
    this.#cursor = at + 1;
    previous.seen[at] = 1;
    const current = this.#current;
    if (at !== current.count) {
      entry.position = current.count;
      entry.seenAt = this.iteration;
    }
    current.push(entry, handle, start, end, isTracked);
    return handle;
  }

  /** The entry of the series text body[start, end), if it is known. */
  find(start: number, end: number): CacheEntry | undefined {
    return this.#entries.get(this.#body.toString('latin1', start, end));
  }

  /** Adds a series text. `retryAt` is given when the store refused the series. */
  add(start: number, end: number, handle: SeriesHandle | null, retryAt = Number.POSITIVE_INFINITY): CacheEntry {
    const entry: CacheEntry = { handle, retryAt, seenAt: 0, position: 0 };
    this.#entries.set(this.#body.toString('latin1', start, end), entry);
    return entry;
  }

  /** Notes that this scrape has a series that came from `find` or `add`. False when it had it already: a duplicate. */
  see(entry: CacheEntry, start: number, end: number, isTracked: boolean): boolean {
    if (entry.seenAt === this.iteration) return false;
    const previous = this.#previous;
    const current = this.#current;
    if (previous.entries[entry.position] === entry && entry.position < previous.count) {
      if (previous.seen[entry.position] === 1) return false;
      previous.seen[entry.position] = 1;
      this.#cursor = entry.position + 1;
    }
    entry.seenAt = this.iteration;
    entry.position = current.count;
    current.push(entry, entry.handle, start, end, isTracked);
    return true;
  }

  /** Ends a good scrape: calls `stale` for each series that the previous scrape had and this one has not. */
  commit(stale: (handle: SeriesHandle) => void): void {
    this.#markVanished(stale);
    const previous = this.#previous;
    this.#previous = this.#current;
    this.#current = previous;
    if (this.#entries.size > this.#previous.count) this.#sweep();
    this.#successfulSize = this.#entries.size;
    this.#release();
  }

  /** Ends a failed scrape: all series of the previous scrape become stale; what is known about series texts is kept. */
  fail(stale: (handle: SeriesHandle) => void): void {
    const previous = this.#previous;
    this.forEachLive(stale);
    previous.tracked.fill(0, 0, previous.count);
    for (let i = 0; i < previous.count; i++) (previous.entries[i] as CacheEntry).position = i;
    // A target whose series change with each failing scrape must not fill the memory.
    if (this.#entries.size > this.#successfulSize * 2 + 1000) this.#sweep();
    this.#release();
  }

  /** Forgets the series texts (relabeling changed) but not which series are live. */
  forgetTexts(): void {
    this.#entries.clear();
    this.#previous.forgetTexts();
  }

  /** The series that get a marker should they vanish. */
  forEachLive(visit: (handle: SeriesHandle) => void): void {
    const { handles, tracked, count } = this.#previous;
    for (let i = 0; i < count; i++) {
      const handle = handles[i];
      if (tracked[i] === 1 && handle != null) visit(handle);
    }
  }

  #markVanished(stale: (handle: SeriesHandle) => void): void {
    const vanished = new Set<SeriesHandle>();
    const { handles, seen, tracked, count } = this.#previous;
    for (let i = 0; i < count; i++) {
      const handle = handles[i];
      if (seen[i] === 0 && tracked[i] === 1 && handle != null) vanished.add(handle);
    }
    if (vanished.size === 0) return;
    // The same series may have come back written differently (labels in another order).
    const current = this.#current;
    for (let i = 0; i < current.count; i++) {
      const handle = current.handles[i];
      if (handle != null) vanished.delete(handle);
    }
    for (const handle of vanished) stale(handle);
  }

  /** Keeps the texts of the last good scrape. */
  #sweep(): void {
    const { entries, count } = this.#previous;
    for (const [text, entry] of this.#entries) {
      if (entry.position >= count || entries[entry.position] !== entry) this.#entries.delete(text);
    }
  }

  /** Lets go of the body that is no longer compared with. */
  #release(): void {
    this.#body = NO_BODY;
    this.#current.release(this.#previous.count);
  }
}
