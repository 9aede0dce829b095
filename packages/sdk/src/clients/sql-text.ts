/**
 * What a span and a metric may show of an SQL statement (OpenTelemetry semantic conventions, "Sanitization of db.query.text" and
 * "Generating a summary of the query"): every literal becomes `?`, comments go, lists of literals become one, and the whole is
 * bounded. Placeholders stay. The text is read once, without regular expressions over it.
 */

/** How strings and identifiers are quoted. */
export type SqlDialect = 'postgresql' | 'mysql' | 'sqlite';

/** A statement as telemetry may show it. */
export interface SqlShape {
  /** Without literals and comments, at most 2,048 characters. */
  readonly text: string;
  /** First keyword of the statement in capitals, `OTHER` when it is none that is known. */
  readonly operation: string;
  /** The first table, when the statement names one plainly. */
  readonly table: string | undefined;
  /** Operation and tables, e.g. `SELECT orders customers`: the name of the span. At most 255 characters. */
  readonly summary: string;
}

/** Of a bulk insert only the beginning is read. */
const MAX_INPUT = 16_384;
const MAX_TEXT = 2048;
const MAX_SUMMARY = 255;
const MAX_TABLES = 8;

const OPERATIONS = new Set(
  (
    'SELECT INSERT UPDATE DELETE MERGE REPLACE UPSERT WITH VALUES TABLE CREATE ALTER DROP TRUNCATE RENAME COMMENT GRANT REVOKE ' +
    'BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE ABORT END SET RESET SHOW USE EXPLAIN ANALYZE VACUUM REINDEX PRAGMA ATTACH ' +
    'DETACH CALL EXECUTE PREPARE DEALLOCATE DECLARE FETCH CLOSE COPY LOCK UNLOCK LISTEN UNLISTEN NOTIFY DO KILL OPTIMIZE CHECK ' +
    'DESCRIBE DESC LOAD REFRESH DISCARD CLUSTER'
  ).split(' '),
);
const STATEMENTS = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'REPLACE', 'VALUES']);
/** A table name follows one of these. */
const BEFORE_TABLE = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'TABLE', 'USING']);
/** Between such a word and the name. */
const FILLERS = new Set(['ONLY', 'LATERAL', 'IF', 'NOT', 'EXISTS', 'LOW_PRIORITY', 'IGNORE', 'OR', 'QUICK', 'DELAYED']);

interface Token {
  kind: 'word' | 'quoted' | 'literal' | 'sign';
  text: string;
  spaced: boolean;
}

const cache = new Map<string, SqlShape>();
const MAX_CACHED = 500;
const MAX_CACHED_TEXT = 8192;

/**
 * The shape of a statement. Texts up to 8,192 characters are kept, the last 500 of a process, because a program has few
 * statements and runs them often.
 */
export function sqlShape(text: string, dialect: SqlDialect): SqlShape {
  if (text.length > MAX_CACHED_TEXT) return readShape(text, dialect);
  const key = dialect === 'mysql' ? `\u0000${text}` : text;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const shape = readShape(text, dialect);
  if (cache.size >= MAX_CACHED) {
    const oldest = cache.keys().next();
    if (oldest.done !== true) cache.delete(oldest.value);
  }
  cache.set(key, shape);
  return shape;
}

function readShape(text: string, dialect: SqlDialect): SqlShape {
  const scanner = new Scanner(text.length > MAX_INPUT ? text.slice(0, MAX_INPUT) : text, dialect);
  const writer = new Writer();
  const reader = new Summary();
  for (let token = scanner.next(); token !== undefined; token = scanner.next()) {
    reader.take(token);
    if (!writer.take(token) && reader.isDone) break;
  }
  const isCut = text.length > MAX_INPUT && !writer.text.endsWith('…');
  return { text: isCut ? `${writer.text}…` : writer.text, ...reader.result() };
}

/** Puts the tokens together again: one space where there was any, `?` for literals, one `?` for a list of them. */
class Writer {
  text = '';
  #depth = 0;
  #isFull = false;

  take(token: Token): boolean {
    if (this.#isFull) return false;
    if (token.kind === 'sign' && token.text === '(') this.#depth++;
    if (token.kind === 'sign' && token.text === ')') this.#depth = Math.max(0, this.#depth - 1);
    const shown = token.kind === 'literal' ? '?' : token.text;
    const space = token.spaced && this.text !== '' ? ' ' : '';
    this.text += space + shown;
    // `?, ?` is `?` inside parentheses only: a list of columns that are literals keeps its length.
    if (token.kind === 'literal' && this.#depth > 0) this.#fold('?');
    else if (shown === ')') this.#fold('(?)');
    if (this.text.length <= MAX_TEXT) return true;
    this.text = `${this.text.slice(0, MAX_TEXT - 1).toWellFormed()}…`;
    this.#isFull = true;
    return false;
  }

  /** Takes the last item away when the same stands before it with a comma between. */
  #fold(item: string): void {
    if (!this.text.endsWith(item)) return;
    let end = this.text.length - item.length;
    if (this.text[end - 1] === ' ') end--;
    if (this.text[end - 1] !== ',') return;
    end--;
    if (this.text[end - 1] === ' ') end--;
    if (this.text.endsWith(item, end)) this.text = this.text.slice(0, end);
  }
}

/** Finds the operation and the tables on the way. */
class Summary {
  #operation: string | undefined;
  #isCommonTable = false;
  readonly #names: string[] = [];
  #awaitsTable = false;
  /** A dot now would continue the last name. */
  #mayQualify = false;
  #qualifies = false;
  /** A comma now would be followed by one more table. */
  #mayList = false;
  /** Open parentheses: whether each holds a statement, as `extract(day FROM x)` does not. */
  readonly #nesting: boolean[] = [];
  #isEnded = false;
  #previous = '';

  get isDone(): boolean {
    return this.#isEnded || this.#names.length >= MAX_TABLES;
  }

  take(token: Token): void {
    if (this.isDone) return;
    if (token.kind === 'sign') this.#takeSign(token.text);
    else if (token.kind === 'literal') {
      this.#awaitsTable = false;
      this.#mayQualify = false;
    } else if (this.#qualifies) {
      this.#qualifies = false;
      this.#mayQualify = true;
      const last = this.#names.length - 1;
      this.#names[last] = `${this.#names[last]}.${plainName(token)}`;
    } else {
      this.#mayQualify = false;
      const upper = token.kind === 'word' ? token.text.toUpperCase() : '';
      this.#takeWord(token, upper);
      this.#previous = upper;
    }
  }

  result(): Pick<SqlShape, 'operation' | 'table' | 'summary'> {
    const operation = this.#operation ?? 'OTHER';
    let summary = operation;
    for (const name of this.#names) {
      if (summary.length + 1 + name.length > MAX_SUMMARY) break;
      summary += ` ${name}`;
    }
    return { operation, table: this.#names[0], summary };
  }

  #takeWord(token: Token, upper: string): void {
    const isFirst = this.#operation === undefined;
    if (this.#operation === undefined) {
      this.#operation = OPERATIONS.has(upper) ? upper : 'OTHER';
      this.#isCommonTable = upper === 'WITH';
    } else if (STATEMENTS.has(upper)) {
      if (this.#nesting.length > 0) this.#nesting[this.#nesting.length - 1] = true;
      else if (this.#isCommonTable) {
        this.#operation = upper;
        this.#isCommonTable = false;
      }
    }
    if (this.#precedesTable(upper, isFirst)) {
      this.#awaitsTable = true;
      this.#mayList = false;
    } else if (this.#awaitsTable && !FILLERS.has(upper)) this.#addTable(token);
    else if (KEYWORDS_AFTER_TABLES.has(upper)) this.#mayList = false;
  }

  #precedesTable(upper: string, isFirst: boolean): boolean {
    if (!BEFORE_TABLE.has(upper) || this.#nesting.at(-1) === false) return false;
    // `FOR UPDATE` and `ON DUPLICATE KEY UPDATE` name columns; `IS DISTINCT FROM` compares.
    if (upper === 'UPDATE') return isFirst || (this.#operation === 'UPDATE' && this.#names.length === 0);
    return this.#previous !== 'DISTINCT';
  }

  #addTable(token: Token): void {
    this.#awaitsTable = false;
    const name = plainName(token);
    if (name === '' || STATEMENTS.has(name.toUpperCase())) return;
    this.#mayList = true;
    this.#mayQualify = true;
    this.#names.push(name);
  }

  #takeSign(sign: string): void {
    if (sign === '(') this.#nesting.push(false);
    else if (sign === ')') this.#nesting.pop();
    else if (sign === ';') this.#isEnded = this.#operation !== undefined;
    this.#qualifies = sign === '.' && this.#mayQualify;
    this.#awaitsTable = sign === ',' && this.#mayList;
    if (sign === '(' || sign === ')') this.#mayList = false;
    this.#mayQualify = false;
  }
}

const KEYWORDS_AFTER_TABLES = new Set([
  'WHERE',
  'SET',
  'ON',
  'VALUES',
  'GROUP',
  'ORDER',
  'HAVING',
  'LIMIT',
  'SELECT',
  'RETURNING',
]);

function plainName(token: Token): string {
  return token.kind === 'quoted' ? token.text.slice(1, -1).slice(0, 128) : token.text.slice(0, 128);
}

const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const BACKTICK = 96;
const BACKSLASH = 92;

class Scanner {
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
