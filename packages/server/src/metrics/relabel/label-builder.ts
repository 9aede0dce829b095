/**
 * A label set being changed: the base it started from, and what was set and deleted since. Reading order (base in name
 * order, then set labels in the order they were first set) is observable through `labelmap`, and equals Prometheus's.
 */
import { Labels } from '@sightline/model';

export class LabelBuilder {
  #base: Labels;
  readonly #set = new Map<string, string>();
  readonly #deleted = new Set<string>();

  constructor(base: Labels = Labels.EMPTY) {
    this.#base = base;
  }

  reset(base: Labels): void {
    this.#base = base;
    this.#set.clear();
    this.#deleted.clear();
  }

  /** The value, or '' when the label is absent. */
  get(name: string): string {
    const set = this.#set.get(name);
    if (set !== undefined) return set;
    return this.#deleted.has(name) ? '' : this.#base.get(name);
  }

  /** An empty value deletes. */
  set(name: string, value: string): void {
    if (value === '') this.delete(name);
    else this.#set.set(name, value);
  }

  delete(name: string): void {
    this.#set.delete(name);
    this.#deleted.add(name);
  }

  /** The labels as they are now; changing the builder while reading the list is safe. */
  entries(): [name: string, value: string][] {
    const out: [string, string][] = [];
    for (const [name, value] of this.#base) {
      if (!this.#deleted.has(name) && !this.#set.has(name)) out.push([name, value]);
    }
    out.push(...this.#set);
    return out;
  }

  labels(): Labels {
    if (this.#set.size === 0 && this.#deleted.size === 0) return this.#base;
    return Labels.fromPairs(this.entries());
  }
}
