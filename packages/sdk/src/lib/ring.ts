/** A bounded first-in first-out queue on one array: what waits for an exporter. Refuses when full, so that the caller counts it. */
export class Ring<T> {
  readonly #slots: (T | undefined)[];
  #head = 0;
  #size = 0;

  /** @param capacity The most items it holds, at least 1. */
  constructor(capacity: number) {
    this.#slots = new Array<T | undefined>(capacity).fill(undefined);
  }

  get size(): number {
    return this.#size;
  }

  get capacity(): number {
    return this.#slots.length;
  }

  /** Adds an item; false when the queue is full. */
  push(item: T): boolean {
    const capacity = this.#slots.length;
    if (this.#size === capacity) return false;
    let tail = this.#head + this.#size;
    if (tail >= capacity) tail -= capacity;
    this.#slots[tail] = item;
    this.#size++;
    return true;
  }

  /** Takes up to `most` items, oldest first. */
  take(most: number): T[] {
    const count = Math.min(most, this.#size);
    const out = new Array<T>(count);
    const slots = this.#slots;
    for (let index = 0; index < count; index++) {
      out[index] = slots[this.#head] as T;
      slots[this.#head] = undefined;
      if (++this.#head === slots.length) this.#head = 0;
    }
    this.#size -= count;
    return out;
  }
}
