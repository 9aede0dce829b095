/**
 * A label set: the identity of a series. Immutable, sorted by label name, without empty values.
 * Names and values are any UTF-8 text (Prometheus 3 naming); validity of names is checked where text enters.
 */
export const METRIC_NAME = '__name__';

/** Separates names and values in keys. One byte wide, so that keys of plain text stay one byte a character. */
const SEPARATOR = '\u00ff';
/** Used instead when a label holds the first one; a lone surrogate cannot occur in UTF-8 text. */
const RARE_SEPARATOR = '\ud800';

export class Labels {
  // `this`, because TypeScript 7 emits a reference to the class name here before it is bound.
  static readonly EMPTY: Labels = new this([]);

  /** Names and values in turn, sorted by name. Do not change it. */
  readonly flat: readonly string[];
  #key: string | undefined;

  private constructor(flat: readonly string[]) {
    this.flat = flat;
  }

  /** From names and values in turn, already sorted by name, unique, none of the values empty. The array is kept. */
  static fromSorted(flat: readonly string[]): Labels {
    return flat.length === 0 ? Labels.EMPTY : new Labels(flat);
  }

  /** From an object; empty values are left out (an empty label is the same as no label). */
  static fromObject(object: Readonly<Record<string, string>>): Labels {
    return Labels.fromPairs(Object.entries(object));
  }

  /** From pairs in any order; a later pair of the same name wins, empty values are left out. */
  static fromPairs(pairs: Iterable<readonly [string, string]>): Labels {
    const map = new Map<string, string>();
    for (const [name, value] of pairs) map.set(name, value);
    const flat: string[] = [];
    for (const name of [...map.keys()].sort(compareStrings)) {
      const value = map.get(name) as string;
      if (value !== '') flat.push(name, value);
    }
    return Labels.fromSorted(flat);
  }

  get size(): number {
    return this.flat.length / 2;
  }

  /** The value, or '' when the label is absent. */
  get(name: string): string {
    const flat = this.flat;
    for (let i = 0; i < flat.length; i += 2) if (flat[i] === name) return flat[i + 1] as string;
    return '';
  }

  has(name: string): boolean {
    return this.get(name) !== '';
  }

  /** `__name__`, or ''. */
  get metricName(): string {
    return this.get(METRIC_NAME);
  }

  /** A string that is equal exactly when the label sets are equal. Computed once. */
  get key(): string {
    this.#key ??= this.flat.join(this.flat.some((text) => text.includes(SEPARATOR)) ? RARE_SEPARATOR : SEPARATOR);
    return this.#key;
  }

  equals(other: Labels): boolean {
    return this === other || this.key === other.key;
  }

  /** A copy in which `name` has `value`; an empty value removes the label. */
  with(name: string, value: string): Labels {
    const flat: string[] = [];
    let placed = value === '';
    for (let i = 0; i < this.flat.length; i += 2) {
      const current = this.flat[i] as string;
      if (!placed && compareStrings(name, current) <= 0) {
        flat.push(name, value);
        placed = true;
      }
      if (current !== name) flat.push(current, this.flat[i + 1] as string);
    }
    if (!placed) flat.push(name, value);
    return Labels.fromSorted(flat);
  }

  /** Only the labels whose name is in `names`. */
  keep(names: ReadonlySet<string>): Labels {
    return this.#filter((name) => names.has(name));
  }

  /** All labels but those whose name is in `names`. */
  drop(names: ReadonlySet<string>): Labels {
    return this.#filter((name) => !names.has(name));
  }

  withoutName(): Labels {
    return this.#filter((name) => name !== METRIC_NAME);
  }

  *[Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    for (let i = 0; i < this.flat.length; i += 2) yield [this.flat[i] as string, this.flat[i + 1] as string];
  }

  toObject(): Record<string, string> {
    return Object.fromEntries(this);
  }

  toJSON(): Record<string, string> {
    return this.toObject();
  }

  /** `name{a="b"}` as Prometheus prints it; names that need quotes are quoted (Prometheus 3 UTF-8 syntax). */
  toString(): string {
    const name = this.metricName;
    const plainName = isLegacyMetricName(name);
    const parts: string[] = [];
    if (name !== '' && !plainName) parts.push(quote(name));
    for (const [label, value] of this) {
      if (label === METRIC_NAME) continue;
      parts.push(`${isLegacyLabelName(label) ? label : quote(label)}=${quote(value)}`);
    }
    const head = plainName ? name : '';
    return parts.length === 0 && head !== '' ? head : `${head}{${parts.join(', ')}}`;
  }

  #filter(isKept: (name: string) => boolean): Labels {
    const flat: string[] = [];
    for (let i = 0; i < this.flat.length; i += 2) {
      const name = this.flat[i] as string;
      if (isKept(name)) flat.push(name, this.flat[i + 1] as string);
    }
    return flat.length === this.flat.length ? this : Labels.fromSorted(flat);
  }
}

/** Orders label sets as Prometheus does: pair by pair, then by length. */
export function compareLabels(a: Labels, b: Labels): number {
  const length = Math.min(a.flat.length, b.flat.length);
  for (let i = 0; i < length; i++) {
    const order = compareStrings(a.flat[i] as string, b.flat[i] as string);
    if (order !== 0) return order;
  }
  return a.flat.length - b.flat.length;
}

/**
 * Orders text by Unicode code point, which is the order of its UTF-8 bytes (Go's string order). JavaScript compares
 * UTF-16 units, which differs above U+D7FF.
 */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const isSurrogateX = x >= 0xd800 && x <= 0xdfff;
    const isSurrogateY = y >= 0xd800 && y <= 0xdfff;
    if (isSurrogateX !== isSurrogateY) return isSurrogateX ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

/** `[a-zA-Z_:][a-zA-Z0-9_:]*` */
export function isLegacyMetricName(name: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
}

/** `[a-zA-Z_][a-zA-Z0-9_]*` */
export function isLegacyLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
};

const NEEDS_ESCAPE = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

/** A quoted string as Go's strconv.Quote writes it: what is not printable becomes an escape. */
export function quote(text: string): string {
  return `"${text.replace(NEEDS_ESCAPE, escapeCharacter)}"`;
}

function escapeCharacter(char: string): string {
  const short = ESCAPES[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0) as number;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
