/**
 * The oldest time that any of the later commits touched, for every commit of the past in bounded memory. Only commits whose oldest time
 * is older than that of all later ones matter; when they become too many, neighbours among the older are joined, which makes the
 * answer earlier than the truth, never later.
 */
const FIRST_SIZE = 4;
const MAX_SIZE = 32;

export class Steps {
  #sequences = new Float64Array(FIRST_SIZE);
  /** Rising, as the sequences are. */
  #times = new Float64Array(FIRST_SIZE);
  #length = 0;

  /** @param sequence higher than all before */
  add(sequence: number, timeMs: number): void {
    while (this.#length > 0 && (this.#times[this.#length - 1] as number) >= timeMs) this.#length--;
    if (this.#length === MAX_SIZE) this.#join();
    else if (this.#length === this.#times.length) this.#grow();
    this.#sequences[this.#length] = sequence;
    this.#times[this.#length] = timeMs;
    this.#length++;
  }

  /** +Infinity when nothing came after `sequence`. */
  since(sequence: number): number {
    let at = this.#length;
    while (at > 0 && (this.#sequences[at - 1] as number) > sequence) at--;
    return at === this.#length ? Number.POSITIVE_INFINITY : (this.#times[at] as number);
  }

  /** Pairs of the older half become one: its time is the earlier, its sequence the later. */
  #join(): void {
    const half = MAX_SIZE / 2;
    for (let i = 0; i < half; i += 2) {
      this.#sequences[i / 2] = this.#sequences[i + 1] as number;
      this.#times[i / 2] = this.#times[i] as number;
    }
    this.#sequences.copyWithin(half / 2, half, this.#length);
    this.#times.copyWithin(half / 2, half, this.#length);
    this.#length -= half / 2;
  }

  #grow(): void {
    const sequences = new Float64Array(this.#length * 2);
    sequences.set(this.#sequences);
    this.#sequences = sequences;
    const times = new Float64Array(this.#length * 2);
    times.set(this.#times);
    this.#times = times;
  }
}
