/**
 * Reads SQL as words, literals and signs, once from left to right and without regular expressions: strings of all kinds with
 * their escapes, numbers, comments, quoted identifiers, placeholders.
 */

/** How strings and identifiers are quoted. */
export type SqlDialect = 'postgresql' | 'mysql' | 'sqlite';

/** One piece of a statement; the text of a literal is `?`. */
export interface Token {
  kind: 'word' | 'quoted' | 'literal' | 'sign';
  text: string;
  spaced: boolean;
}

const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const BACKTICK = 96;
const BACKSLASH = 92;

export class Scanner {
  readonly #text: string;
  readonly #dialect: SqlDialect;
  #at = 0;

  constructor(text: string, dialect: SqlDialect) {
    this.#text = text;
    this.#dialect = dialect;
  }

  next(): Token | undefined {
    const from = this.#at;
    this.#skipBlank();
    if (this.#at >= this.#text.length) return undefined;
    const spaced = this.#at > from;
    const start = this.#at;
    const kind = this.#read(this.#text.charCodeAt(start));
    return { kind, text: kind === 'literal' ? '?' : this.#text.slice(start, this.#at), spaced };
  }

  #read(code: number): Token['kind'] {
    const text = this.#text;
    if (code === QUOTE) return this.#string(QUOTE, this.#dialect === 'mysql');
    if (code === DOUBLE_QUOTE) {
      // In MySQL's default mode a text in double quotes is a string.
      if (this.#dialect === 'mysql') return this.#string(DOUBLE_QUOTE, true);
      this.#string(DOUBLE_QUOTE, false);
      return 'quoted';
    }
    if (code === BACKTICK) {
      this.#string(BACKTICK, false);
      return 'quoted';
    }
    if (code === 36 && this.#dialect === 'postgresql') {
      const tag = this.#dollarTag();
      if (tag !== undefined) return this.#until(tag, this.#at + tag.length);
    }
    if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(this.#at + 1)))) return this.#number();
    if (isWordStart(code)) return this.#word();
    if (code === 36 || code === 58 || code === 64) return this.#placeholder();
    this.#at++;
    if (code !== 63) return 'sign';
    // SQLite numbers its placeholders: ?1
    while (isDigit(text.charCodeAt(this.#at))) this.#at++;
    return 'literal';
  }

  /** From an opening quote behind its closing one; a quote is escaped by doubling it, or by a backslash. */
  #string(quote: number, hasBackslash: boolean): 'literal' {
    const text = this.#text;
    let at = this.#at + 1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH && hasBackslash) at++;
      else if (code === quote) {
        if (text.charCodeAt(at + 1) !== quote) break;
        at++;
      }
    }
    this.#at = Math.min(at + 1, text.length);
    return 'literal';
  }

  /** `$$` or `$tag$` at this place. */
  #dollarTag(): string | undefined {
    const text = this.#text;
    let end = this.#at + 1;
    while (end < text.length && isWordPart(text.charCodeAt(end)) && text.charCodeAt(end) !== 36) end++;
    if (text.charCodeAt(end) !== 36 || isDigit(text.charCodeAt(this.#at + 1))) return undefined;
    return text.slice(this.#at, end + 1);
  }

  #until(end: string, from: number): 'literal' {
    const found = this.#text.indexOf(end, from);
    this.#at = found === -1 ? this.#text.length : found + end.length;
    return 'literal';
  }

  #number(): 'literal' {
    const text = this.#text;
    let at = this.#at;
    // 0x1F, 1_000, 1.5e-3 and what a stranger's dialect appends.
    while (at < text.length) {
      const code = text.charCodeAt(at);
      const isExponentSign = (code === 43 || code === 45) && (text.charCodeAt(at - 1) | 32) === 101;
      if (!isWordPart(code) && code !== 46 && !isExponentSign) break;
      at++;
    }
    this.#at = at;
    return 'literal';
  }

  #word(): Token['kind'] {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    while (at < text.length && isWordPart(text.charCodeAt(at))) at++;
    this.#at = at;
    // E'..', B'..', X'..', N'..', U&'..', _utf8'..' are strings with a prefix.
    const isPrefix = text.charCodeAt(at) === QUOTE && (at - start === 1 || text.charCodeAt(start) === 95);
    const isUnicode = text.charCodeAt(at) === 38 && text.charCodeAt(at + 1) === QUOTE && at - start === 1;
    if (isUnicode) this.#at = at + 1;
    if (!isPrefix && !isUnicode) return 'word';
    const isEscape = (text.charCodeAt(start) | 32) === 101 || this.#dialect === 'mysql';
    return this.#string(QUOTE, isEscape);
  }

  /** `$1`, `:name`, `@name`, `::cast`. */
  #placeholder(): 'sign' {
    const text = this.#text;
    const sign = text.charCodeAt(this.#at);
    let at = this.#at + 1;
    if (text.charCodeAt(at) === sign) at++;
    while (at < text.length && isWordPart(text.charCodeAt(at))) at++;
    this.#at = at;
    return 'sign';
  }

  /** White space and comments. */
  #skipBlank(): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code <= 32 || code === 160) this.#at++;
      else if (code === 45 && text.charCodeAt(this.#at + 1) === 45) this.#until('\n', this.#at);
      else if (code === 35 && this.#dialect === 'mysql') this.#until('\n', this.#at);
      else if (code === 47 && text.charCodeAt(this.#at + 1) === 42) this.#blockComment();
      else return;
    }
  }

  /** Nested in PostgreSQL, flat elsewhere. */
  #blockComment(): void {
    const text = this.#text;
    let depth = 1;
    let at = this.#at + 2;
    while (at < text.length && depth > 0) {
      const pair = text.charCodeAt(at) * 256 + text.charCodeAt(at + 1);
      if (pair === 42 * 256 + 47) {
        depth--;
        at += 2;
      } else if (pair === 47 * 256 + 42 && this.#dialect === 'postgresql') {
        depth++;
        at += 2;
      } else at++;
    }
    this.#at = at;
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isWordStart(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code > 127;
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || isDigit(code) || code === 36;
}
