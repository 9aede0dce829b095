/** Keys of objects as JSON text with what redaction says of their name: looked up for every field of every line. */
import type { Redaction } from '../redact/redaction.ts';
import { flat } from './flat.ts';
import { quote } from './quote.ts';
import { Repeated } from './repeated.ts';

/**
 * What stands before a key: the text of a field is then key and value, with no quotation marks of their own to be joined on.
 * An object begins, a value that is whole, a text whose closing quotation mark is still to come.
 */
export const FIRST = 0;
export const AFTER_VALUE = 1;
export const AFTER_TEXT = 2;
const BEFORES = ['', ',', '",'];
export type Before = typeof FIRST | typeof AFTER_VALUE | typeof AFTER_TEXT;

export interface Key {
  readonly name: string;
  /** `"name":` */
  readonly text: string;
  /** The same after each of `Before`, e.g. `,"name":`. */
  readonly toValue: readonly string[];
  /** The same up to the first character of a text, e.g. `,"name":"`. */
  readonly toText: readonly string[];
  /** Values of this key are hidden. */
  readonly isSecret: boolean;
  readonly isKept: boolean;
  /** The key that came after this one: mostly it does again, and comparing names is cheaper than looking one up. */
  follower: Key | undefined;
  /** Undefined for a key whose values are mostly new. */
  repeated: Repeated | undefined;
}

/** Keys are mostly literals in the program; those made from data must not fill the memory. */
const MAX_KEYS = 4096;
const MAX_KEY_LENGTH = 256;

export class Keys {
  readonly #known = new Map<string, Key>();
  readonly #redaction: Redaction;
  #last: Key;

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
    this.#last = this.get('');
  }

  get(name: string): Key {
    return this.#known.get(name) ?? this.#add(name);
  }

  /** The same for the fields of one object after the other. */
  next(name: string): Key {
    const last = this.#last;
    let key = last.follower;
    if (key === undefined || key.name !== name) {
      key = this.get(name);
      // One that is not kept here must not be kept there, and with it all that follow.
      if (key.isKept) last.follower = key;
    }
    this.#last = key;
    return key;
  }

  #add(name: string): Key {
    const shown = name.length > MAX_KEY_LENGTH ? `${name.slice(0, MAX_KEY_LENGTH)}…` : name;
    const isKept = this.#known.size < MAX_KEYS;
    const made = isKept ? flat : (text: string) => text;
    const text = made(`${quote(shown)}:`);
    const key: Key = {
      name,
      text,
      toValue: BEFORES.map((before) => made(before + text)),
      toText: BEFORES.map((before) => made(`${before}${text}"`)),
      isSecret: this.#redaction.isSecret(name),
      isKept,
      follower: undefined,
      repeated: isKept ? new Repeated() : undefined,
    };
    if (isKept) this.#known.set(name, key);
    return key;
  }
}
