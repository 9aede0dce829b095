/**
 * The oldest time that any of the later commits touched, for every commit of the past in bounded memory. Only commits whose oldest time
 * is older than that of all later ones matter; when they become too many, neighbours among the older are joined, which makes the
 * answer earlier than the truth, never later.
 */
const FIRST_SIZE = 4;
const MAX_SIZE = 32;
/** Newest commits that are never joined. */
const EXACT = 12;

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

  /**
   * Two neighbours become one: its time is the earlier, its sequence the later. Those that lose least are chosen, measured against how
   * far back they are, so that the record grows coarser with age. The newest stay as they are.
   */
  #join(): void {
    const times = this.#times;
    const newest = times[this.#length - 1] as number;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < MAX_SIZE - EXACT; i++) {
      const time = times[i] as number;
      const loss = ((times[i + 1] as number) - time) / (newest - time);
      if (loss < least) [best, least] = [i, loss];
    }
    this.#sequences.copyWithin(best, best + 1, this.#length);
    times.copyWithin(best + 1, best + 2, this.#length);
    this.#length--;
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
