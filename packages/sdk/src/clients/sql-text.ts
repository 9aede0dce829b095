/**
 * What a span and a metric may show of an SQL statement (OpenTelemetry semantic conventions, "Sanitization of db.query.text" and
 * "Generating a summary of the query"): every literal becomes `?`, comments go, lists of literals become one, and the whole is
 * bounded. Placeholders stay. The text is read once, without regular expressions over it.
 */
import { Scanner, type SqlDialect, type Token } from './sql-scanner.ts';

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

const cache = new Map<string, SqlShape>();
const MAX_CACHED = 500;
const MAX_CACHED_TEXT = 8192;

/**
 * The shape of a statement. Texts up to 8,192 characters are kept, the last 500 of a process, because a program has few
 * statements and runs them often.
 *
 * @param isUnique True for a text with values in it: it will not come again, and is not kept.
 */
export function sqlShape(text: string, dialect: SqlDialect, isUnique = false): SqlShape {
  if (isUnique || text.length > MAX_CACHED_TEXT) return readShape(text, dialect);
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
