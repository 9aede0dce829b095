/**
 * Writes any value as JSON text, once over the data: secrets are hidden on the way, sizes and depths are bounded, and nothing
 * in the data (cycles, getters and toJSON that throw, revoked proxies) can make it throw or write something that is no JSON.
 */
import { type PathNode, step } from '../redact/path-tree.ts';
import type { Redaction } from '../redact/redaction.ts';
import { hideSecretsInLong, isCardNumber } from '../redact/secret-patterns.ts';
import { exotic } from './exotic.ts';
import { AFTER_TEXT, AFTER_VALUE, type Before, FIRST, type Key, Keys } from './keys.ts';
import { decimal } from './number.ts';
import { escaped, escapedSafely } from './quote.ts';
import type { Repeated } from './repeated.ts';

export interface SerializerLimits {
  /** Objects within objects deeper than this become their name. */
  readonly maxDepth: number;
  /** Fields of one object and items of one array; the others are counted. */
  readonly maxItems: number;
  /** UTF-16 code units of one text. */
  readonly maxText: number;
}

/** Objects that one line may hold in all. */
const MAX_OBJECTS = 2000;
/** A secret that begins before the limit of a text must still be recognised beyond it. */
const LOOK_AHEAD = 1024;
/** The smallest number that can be a card's. */
const CARD_NUMBERS = 1e12;

const hasOwn = Object.prototype.hasOwnProperty;

export class Serializer {
  readonly redaction: Redaction;
  readonly keys: Keys;
  readonly #hidesPatterns: boolean;
  readonly #hasOwnPatterns: boolean;
  #limits: SerializerLimits;
  /** The objects that are being written, outermost first, up to `#depth`. */
  readonly #ancestors: (object | undefined)[] = [];
  #depth = 0;
  #objects = 0;

  constructor(redaction: Redaction, limits: SerializerLimits) {
    this.redaction = redaction;
    this.keys = new Keys(redaction);
    this.#limits = limits;
    this.#hidesPatterns = redaction.patterns;
    this.#hasOwnPatterns = redaction.custom.length > 0;
  }

  /** A text as JSON. */
  text(text: string): string {
    return `"${this.inner(text)}"`;
  }

  /** A text as JSON without its quotation marks. */
  inner(text: string): string {
    if (text.length > this.#limits.maxText || this.#hasOwnPatterns) return this.#longText(text);
    return this.#hidesPatterns ? escapedSafely(text) : escaped(text);
  }

  /** Calls `write` with smaller limits: how a line that was too long is written again. */
  within(limits: SerializerLimits, write: () => string): string {
    const former = this.#limits;
    this.#limits = limits;
    try {
      return write();
    } finally {
      this.#limits = former;
    }
  }

  get limits(): SerializerLimits {
    return this.#limits;
  }

  /** The fields of the data of a line as JSON without the braces; empty when it has none. Starts a new line. */
  data(data: object): string {
    this.#objects = 0;
    return this.#fieldsOfAny(data, this.redaction.root);
  }

  /** The same of another object of the same line; only names are redacted in it. */
  further(data: object): string {
    return this.#fieldsOfAny(data, undefined);
  }

  /** Any value as JSON; `undefined` gives null. */
  value(value: unknown, node?: PathNode | undefined): string {
    switch (typeof value) {
      case 'string':
        return this.text(value);
      case 'number':
        return this.#number(value);
      case 'boolean':
        return value ? 'true' : 'false';
      case 'object':
        return value === null ? 'null' : this.#object(value, node);
      case 'bigint':
        return this.redaction.patterns && isCardNumber(value) ? this.redaction.censor : `"${value}"`;
      case 'undefined':
        return 'null';
      case 'symbol':
        return this.text(String(value));
      default:
        return this.#function(value);
    }
  }

  /** The fields of an object as JSON without the braces. Throws what its getters throw. */
  fields(data: object, node: PathNode | undefined): string {
    const source = data as Record<string, unknown>;
    const { maxItems, maxText } = this.#limits;
    let out = '';
    let before: Before = FIRST;
    let count = 0;
    for (const name in source) {
      if (!hasOwn.call(source, name)) continue;
      const value = source[name];
      if (value === undefined) continue;
      if (++count > maxItems || out.length + (before === AFTER_TEXT ? 1 : 0) > maxText)
        return `${before === AFTER_TEXT ? `${out}"` : out},"...":"more fields"`;
      const key = this.keys.next(name);
      const { repeated } = key;
      const below = node === undefined ? undefined : step(node, name);
      if (below !== undefined || key.isSecret) out += key.toValue[before] + this.#guarded(key, value, below);
      else if (repeated !== undefined && value === repeated.value) out += repeated.text(before);
      else if (typeof value === 'string') {
        const text = this.inner(value);
        out += key.toText[before] + text;
        before = AFTER_TEXT;
        // What was hidden or escaped is not kept.
        if (repeated !== undefined && text === value) watch(key, repeated, value, `"${text}"`);
        continue;
      } else if (typeof value === 'number' || typeof value === 'boolean') {
        const text = typeof value === 'number' ? this.#number(value) : value ? 'true' : 'false';
        out += key.toValue[before] + text;
        if (repeated !== undefined && text !== this.redaction.censor) watch(key, repeated, value, text);
      } else out += key.toValue[before] + this.value(value, undefined);
      before = AFTER_VALUE;
    }
    return before === AFTER_TEXT ? `${out}"` : out;
  }

  /** `"name":value` with what redaction says of both. */
  field(name: string, value: unknown, node: PathNode | undefined): string {
    const key = this.keys.get(name);
    return key.text + this.#guarded(key, value, step(node, name));
  }

  #guarded(key: Key, value: unknown, below: PathNode | undefined): string {
    const isHidden = key.isSecret || below?.censored === true;
    return isHidden && value !== null && typeof value !== 'boolean' ? this.redaction.censor : this.value(value, below);
  }

  items(values: ArrayLike<unknown>, node: PathNode | undefined): string {
    const { maxItems, maxText } = this.#limits;
    const { length } = values;
    let out = '';
    for (let index = 0; index < length; index++) {
      if (index >= maxItems || out.length > maxText) {
        out += `,"... ${length - index} more"`;
        break;
      }
      const text = this.value(values[index], node === undefined ? undefined : step(node, String(index)));
      out = index === 0 ? text : `${out},${text}`;
    }
    return `[${out}]`;
  }

  #number(value: number): string {
    if (value >= CARD_NUMBERS && this.#hidesPatterns && isCardNumber(value)) return this.redaction.censor;
    return Number.isFinite(value) ? decimal(value) : 'null';
  }

  #function(value: unknown): string {
    try {
      return this.text(`[Function: ${String((value as { name?: unknown }).name)}]`);
    } catch {
      return '"[Function]"';
    }
  }

  #longText(text: string): string {
    const { maxText } = this.#limits;
    let safe = text.length > maxText + LOOK_AHEAD ? text.slice(0, maxText + LOOK_AHEAD) : text;
    if (this.redaction.patterns) safe = hideSecretsInLong(safe);
    for (const pattern of this.redaction.custom) safe = safe.replace(pattern, JSON.parse(this.redaction.censor));
    const rest = text.length - maxText;
    if (safe.length > maxText) safe = safe.slice(0, maxText);
    return escaped(rest > 0 ? `${safe}… (${rest} more)` : safe);
  }

  #object(value: object, node: PathNode | undefined): string {
    const ancestors = this.#ancestors;
    const depth = this.#depth;
    for (let index = 0; index < depth; index++) {
      if (ancestors[index] === value) return '"[Circular]"';
    }
    if (depth >= this.#limits.maxDepth || ++this.#objects > MAX_OBJECTS) return '"[Object]"';
    ancestors[depth] = value;
    this.#depth = depth + 1;
    try {
      return this.#entered(value, node);
    } catch {
      this.#depth = depth + 1;
      return this.#broken(value, node);
    } finally {
      this.#depth = depth;
      ancestors[depth] = undefined;
    }
  }

  #entered(value: object, node: PathNode | undefined): string {
    if (Array.isArray(value)) return this.items(value, node);
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype !== Object.prototype && prototype !== null) {
      const text = exotic(value, node, this);
      if (text !== undefined) return text;
    }
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return this.value((toJSON as () => unknown).call(value), node);
    return `{${this.fields(value, node)}}`;
  }

  /** The fields of an object at the top of a line; what is no plain object is under `value`. */
  #fieldsOfAny(data: object, node: PathNode | undefined): string {
    const depth = this.#depth;
    try {
      const prototype = Object.getPrototypeOf(data) as object | null;
      if (prototype === Object.prototype || prototype === null) {
        if (typeof (data as { toJSON?: unknown }).toJSON !== 'function') {
          this.#ancestors[depth] = data;
          this.#depth = depth + 1;
          const fields = this.fields(data, node);
          this.#depth = depth;
          return fields;
        }
      }
    } catch {
      this.#depth = depth;
    }
    const text = this.#object(data, node);
    return text.startsWith('{') ? text.slice(1, -1) : `"value":${text}`;
  }

  /** What can be had of an object that throws: its fields one by one. */
  #broken(value: object, node: PathNode | undefined): string {
    let out = '';
    try {
      if (Array.isArray(value)) return '"[Array that throws]"';
      const names = Object.keys(value);
      for (const name of names.slice(0, this.#limits.maxItems)) {
        const field = this.#brokenField(value, name, node);
        if (field !== '') out = out === '' ? field : `${out},${field}`;
        if (out.length > this.#limits.maxText) break;
      }
      return `{${out}}`;
    } catch {
      return '"[Object that throws]"';
    }
  }

  #brokenField(value: object, name: string, node: PathNode | undefined): string {
    const depth = this.#depth;
    try {
      const member = (value as Record<string, unknown>)[name];
      return member === undefined ? '' : this.field(name, member, node);
    } catch {
      this.#depth = depth;
      return `${this.keys.get(name).text}"[Throws]"`;
    }
  }
}

function watch(key: Key, repeated: Repeated, value: string | number | boolean, text: string): void {
  if (!repeated.other(value, key.toValue, text)) key.repeated = undefined;
}
