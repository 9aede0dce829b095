/**
 * Series by the bytes a sender names them with. Two generations: when the young one is full the old one is forgotten, so what
 * is in use stays and the size is bounded.
 */
import type { SeriesHandle } from '../storage/metric-store.ts';

/** Longer keys are not worth their memory. */
const MAX_KEY_LENGTH = 4096;

export class SeriesCache {
  readonly #generationSize: number;
  #young = new Map<string, SeriesHandle>();
  #old = new Map<string, SeriesHandle>();

  constructor(maxSeries: number) {
    this.#generationSize = Math.max(1, Math.floor(maxSeries / 2));
  }

  get(key: string): SeriesHandle | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, series: SeriesHandle): void {
    if (key.length > MAX_KEY_LENGTH) return;
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, series);
  }
}
