/**
 * What the cache lets go of at once: chunks that were read together and share memory. They wait in a queue; one that was used since it
 * joined the queue joins again, the others go (second chance), so that using a chunk costs one store.
 */
import type { Chunk } from './chunk.ts';

/** Of one chunk beside its samples: the object, its places in lists. */
export const CHUNK_BYTES = 150;

export class Segment {
  readonly chunks: Chunk[] = [];
  bytes: number;
  /** Clock of the cache. */
  usedAt = 0;
  queuedAt = 0;
  isQueued = false;

  constructor(bytes: number) {
    this.bytes = bytes;
  }

  add(chunk: Chunk): void {
    chunk.segment = this;
    this.chunks.push(chunk);
    this.bytes += CHUNK_BYTES;
  }
}

export class SegmentQueue {
  readonly #queue = new Set<Segment>();

  get size(): number {
    return this.#queue.size;
  }

  [Symbol.iterator](): IterableIterator<Segment> {
    return this.#queue.values();
  }

  join(segment: Segment, now: number): void {
    segment.isQueued = true;
    segment.queuedAt = now;
    this.#queue.add(segment);
  }

  leave(segment: Segment): void {
    segment.isQueued = false;
    this.#queue.delete(segment);
  }

  /** Takes the one that is to go. */
  take(now: number): Segment | undefined {
    let chances = this.#queue.size;
    for (const segment of this.#queue) {
      if (segment.usedAt <= segment.queuedAt || chances <= 0) {
        this.leave(segment);
        return segment;
      }
      chances--;
      this.#queue.delete(segment);
      segment.queuedAt = now;
      this.#queue.add(segment);
    }
    return undefined;
  }
}
