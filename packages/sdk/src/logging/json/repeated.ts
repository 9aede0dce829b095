/**
 * Fields that come again and again with the same value (a method, a status, a flag): their text is kept in one piece, so that
 * the value is not looked through again and the line is put together from fewer pieces. One value for each key; a key whose
 * values are mostly new is no longer watched.
 */
import { flat } from './flat.ts';

/** UTF-16 code units of a text that is kept. */
const MAX_TEXT = 64;
/** So many more new values than repeated ones are watched; making the texts counts as several. */
const PATIENCE = 64;
const COST = 8;

export class Repeated {
  /** The value that the texts are of; the object itself, which no field has, until there is one. */
  value: unknown = this;
  #texts: readonly string[] = [];
  #candidate: unknown = this;
  #patience = PATIENCE;

  /** The field with `value`. @param before What stands before it, see keys.ts. */
  text(before: number): string {
    if (this.#patience < PATIENCE) this.#patience++;
    return this.#texts[before] as string;
  }

  /**
   * Told of every other value; the same one twice running takes the place of the one that is kept.
   *
   * @param starts What stands before the value. @param text The value as JSON. @returns Whether to go on watching.
   */
  other(value: string | number | boolean, starts: readonly string[], text: string): boolean {
    if (this.#candidate !== value) {
      this.#candidate = value;
      return --this.#patience > 0;
    }
    this.#patience -= COST;
    const texts = starts.map((start) => flat(start + text));
    // A lone surrogate would no longer be the same.
    if (text.length > MAX_TEXT || texts[0] !== (starts[0] as string) + text) return false;
    this.#texts = texts;
    this.value = value;
    return this.#patience > 0;
  }
}
