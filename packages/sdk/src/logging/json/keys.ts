/** Keys of objects as JSON text with what redaction says of their name: looked up for every field of every line. */
import type { Redaction } from '../redact/redaction.ts';
import { flat } from './flat.ts';
import { quote } from './quote.ts';

export interface Key {
  /** `"name":` */
  readonly text: string;
  /** `,"name":` */
  readonly next: string;
  /** Values of this key are hidden. */
  readonly isSecret: boolean;
}

/** Keys are mostly literals in the program; those made from data must not fill the memory. */
const MAX_KEYS = 4096;
const MAX_KEY_LENGTH = 256;

export class Keys {
  readonly #known = new Map<string, Key>();
  readonly #redaction: Redaction;

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
  }

  get(name: string): Key {
    return this.#known.get(name) ?? this.#add(name);
  }

  #add(name: string): Key {
    const shown = name.length > MAX_KEY_LENGTH ? `${name.slice(0, MAX_KEY_LENGTH)}…` : name;
    const text = flat(`${quote(shown)}:`);
    const key = { text, next: flat(`,${text}`), isSecret: this.#redaction.isSecret(name) };
    if (this.#known.size < MAX_KEYS) this.#known.set(name, key);
    return key;
  }
}
