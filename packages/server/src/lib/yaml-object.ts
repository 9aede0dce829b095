/**
 * Reads a mapping with a known set of keys. Every key that is asked for is a known one; `finish` reports the rest, each
 * with the nearest known key. An absent key gives the fallback; a key without a value gives the zero value, as in yaml.v2.
 */

import type { Cursor, IntegerRange } from './yaml-cursor.ts';
import { closest } from './yaml-suggest.ts';

/** The value of an unknown key that sounds secret is not shown. */
const SECRET_KEY = /pass|secret|token|credential/i;

export interface UnknownKeyHelp {
  /** What people write by mistake, and the sentence that helps. */
  readonly hints?: Readonly<Record<string, string>>;
}

export class ObjectReader {
  readonly cursor: Cursor;
  readonly #values = new Map<string, Cursor>();
  readonly #known = new Set<string>();

  /** Undefined (reported) when the node is not a mapping. */
  static open(cursor: Cursor, expected?: string): ObjectReader | undefined {
    const map = cursor.map(expected);
    if (map === undefined) return undefined;
    const reader = new ObjectReader(cursor);
    for (const { key, value } of map.entries) reader.#values.set(key.text, cursor.child(key, value));
    return reader;
  }

  /** Stands for a section that the file does not have: every key is absent. */
  static absent(cursor: Cursor): ObjectReader {
    return new ObjectReader(cursor);
  }

  private constructor(cursor: Cursor) {
    this.cursor = cursor;
  }

  /** The value, or undefined when the key is absent. */
  at(key: string): Cursor | undefined {
    this.#known.add(key);
    return this.#values.get(key);
  }

  /** The value, or undefined when the key is absent or has no value. */
  given(key: string): Cursor | undefined {
    const value = this.at(key);
    return value === undefined || value.isNull ? undefined : value;
  }

  isGiven(key: string): boolean {
    return this.given(key) !== undefined;
  }

  /** Keys that stand in the file, known or not. */
  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  string(key: string, fallback = ''): string {
    return this.at(key)?.string() ?? fallback;
  }

  boolean(key: string, fallback = false): boolean {
    return this.at(key)?.boolean() ?? fallback;
  }

  /** Milliseconds. */
  duration(key: string, fallbackMs = 0): number {
    return this.at(key)?.duration() ?? fallbackMs;
  }

  integer(key: string, fallback = 0, range?: IntegerRange): number {
    const value = this.at(key)?.integer(range);
    return value === undefined ? fallback : Number(value);
  }

  float(key: string, fallback = 0): number {
    return this.at(key)?.float() ?? fallback;
  }

  /** Bytes. */
  size(key: string, fallback = 0): number {
    return this.at(key)?.size() ?? fallback;
  }

  strings(key: string): string[] {
    return this.at(key)?.strings() ?? [];
  }

  /** Each item of a list; an absent key is an empty list. */
  list(key: string, expected?: string): Cursor[] {
    return this.at(key)?.list(expected) ?? [];
  }

  object(key: string, expected?: string): ObjectReader | undefined {
    const value = this.given(key);
    return value === undefined ? undefined : ObjectReader.open(value, expected);
  }

  /** Free keys with text values. */
  stringMap(key: string): Record<string, string> {
    const out: Record<string, string> = Object.create(null);
    for (const entry of this.at(key)?.entries() ?? []) {
      const value = entry.string();
      if (value !== undefined) out[entry.key?.text ?? ''] = value;
    }
    return { ...out };
  }

  /** Reports each key that nobody asked for. */
  finish(help: UnknownKeyHelp = {}): void {
    for (const [key, value] of this.#values) {
      if (this.#known.has(key)) continue;
      if (SECRET_KEY.test(key)) this.cursor.context.secrets.push(value.node);
      value.error({
        code: 'config/unknown-key',
        message:
          this.cursor.path === '' ? `unknown key \`${key}\`` : `unknown key \`${key}\` in \`${this.cursor.path}\``,
        hint: help.hints?.[key] ?? this.#suggestion(key),
        ...(value.key === undefined ? {} : { span: value.key }),
      });
    }
  }

  #suggestion(key: string): string {
    const near = closest(key, this.#known);
    if (near !== undefined) return `did you mean \`${near}\`?`;
    const known = [...this.#known].sort();
    if (known.length <= 12) return `known keys here: ${known.join(', ')}`;
    return `remove it, or check the indentation: it may belong to another section`;
  }
}
