/** A series bound once: where its numbers are. When the series was removed, the next update makes it again. */
import type { Bound, Chunk } from './chunk.ts';
import type { Family } from './family.ts';

export abstract class Handle<TFamily extends Family> implements Bound {
  readonly family: TFamily;
  readonly #values: readonly string[];
  chunk: Chunk;
  index = 0;
  next: Bound | undefined = undefined;

  /** @param series Number of the series, or -1 when there may be no more. */
  constructor(family: TFamily, values: readonly string[], series: number) {
    this.family = family;
    this.#values = values;
    this.chunk = family.deadChunk;
    family.bind(this, values, series);
  }

  /** Binds again after the series was removed; false when there may be no more series. */
  protected revive(): boolean {
    return this.family.bind(this, this.#values);
  }
}
