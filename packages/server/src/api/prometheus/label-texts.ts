/**
 * JSON of label sets that instant queries gave lately: the store hands out the same label sets every time, and writing them
 * is most of the work of an answer of many series. Two generations bound the memory: what the younger one outgrows becomes the
 * elder, and what is not asked for again goes with it.
 */
import type { Labels } from '@sightline/model';

/** Characters of one generation. */
const MAX_CHARACTERS = 8_000_000;

export class LabelTexts {
  readonly #maxCharacters: number;
  #young = new Map<Labels, string>();
  #elder: ReadonlyMap<Labels, string> = new Map();
  #characters = 0;

  constructor(maxCharacters = MAX_CHARACTERS) {
    this.#maxCharacters = maxCharacters;
  }

  get(labels: Labels): string | undefined {
    const text = this.#young.get(labels);
    if (text !== undefined) return text;
    const old = this.#elder.get(labels);
    if (old !== undefined) this.set(labels, old);
    return old;
  }

  set(labels: Labels, text: string): void {
    if (this.#characters + text.length > this.#maxCharacters) {
      this.#elder = this.#young;
      this.#young = new Map();
      this.#characters = 0;
    }
    this.#young.set(labels, text);
    this.#characters += text.length;
  }
}
