/** Label name -> value -> series, in memory. A value that one series has costs no array. */
import type { Labels } from '@sightline/model';

type Refs = number | number[];

export class Postings {
  readonly #names = new Map<string, Map<string, Refs>>();

  /** One copy of every name and value, shared by all series. */
  readonly #texts = new Map<string, string>();

  /** The same labels with every text shared with the index, cut loose from the request body they were parsed from. */
  intern(flat: readonly string[]): string[] {
    return flat.map((text) => {
      let own = this.#texts.get(text);
      if (own === undefined) {
        own = detach(text);
        this.#texts.set(own, own);
      }
      return own;
    });
  }

  add(labels: Labels, ref: number): void {
    const { flat } = labels;
    for (let i = 0; i < flat.length; i += 2) {
      const name = flat[i] as string;
      let values = this.#names.get(name);
      if (values === undefined) {
        values = new Map();
        this.#names.set(name, values);
      }
      const value = flat[i + 1] as string;
      const refs = values.get(value);
      if (refs === undefined) values.set(value, ref);
      else if (typeof refs === 'number') values.set(value, [refs, ref]);
      else refs.push(ref);
    }
  }

  names(): IterableIterator<string> {
    return this.#names.keys();
  }

  values(name: string): ReadonlyMap<string, Refs> | undefined {
    return this.#names.get(name);
  }

  count(name: string, value: string): number {
    return sizeOf(this.#names.get(name)?.get(value));
  }
}

export function sizeOf(refs: Refs | undefined): number {
  if (refs === undefined) return 0;
  return typeof refs === 'number' ? 1 : refs.length;
}

export type { Refs };

/** A parsed label is a slice that keeps its whole request body alive. */
function detach(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
