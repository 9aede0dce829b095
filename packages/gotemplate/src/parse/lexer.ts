/** Splits a template into text and the tokens of its actions. Follows Go's text/template/parse, its error words included. */
import { isPrint, quote, unicodeName } from '../format/bytes.ts';

type Keyword =
  | 'dot'
  | 'block'
  | 'break'
  | 'continue'
  | 'define'
  | 'else'
  | 'end'
  | 'if'
  | 'range'
  | 'nil'
  | 'template'
  | 'with';

export type TokenType =
  | Keyword
  | 'error'
  | 'bool'
  | 'char'
  | 'character'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'left'
  | '('
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'right'
  | ')'
  | 'space'
  | 'string'
  | 'text'
  | 'variable';

export interface Token {
  readonly type: TokenType;
  readonly at: number;
  readonly text: string;
}

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['.', 'dot'],
  ...(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'nil', 'template', 'with'] as const).map(
    (word): [string, Keyword] => [word, word],
  ),
]);
const KEYWORD_TYPES: ReadonlySet<TokenType> = new Set(KEYWORDS.values());

/** The token as Go's messages name it. */
export function tokenText(token: Token): string {
  if (token.type === 'eof') return 'EOF';
  if (token.type === 'error') return token.text;
  if (KEYWORD_TYPES.has(token.type)) return `<${token.text}>`;
  const bytes = new TextEncoder().encode(token.text).length;
  return bytes > 10 ? `${quote([...token.text].slice(0, 10).join(''))}...` : quote(token.text);
}

const SPACE = /[ \t\r\n]/;
const WORD = /[\p{L}\p{Nd}_]/u;

export class Lexer {
  readonly #input: string;
  #at = 0;
  #start = 0;
  #depth = 0;
  #mode: 'text' | 'action' | 'done' = 'text';
  #queue: Token[] = [];

  constructor(input: string) {
    this.#input = input;
  }

  /** The next token; after the end or an error always the end. */
  next(): Token {
    while (this.#queue.length === 0) {
      if (this.#mode === 'text') this.#text();
      else if (this.#mode === 'action') this.#action();
      else return { type: 'eof', at: this.#at, text: '' };
    }
    return this.#queue.shift() as Token;
  }

  #emit(type: TokenType): void {
    this.#queue.push({ type, at: this.#start, text: this.#input.slice(this.#start, this.#at) });
    this.#start = this.#at;
  }

  #fail(message: string): void {
    this.#queue.push({ type: 'error', at: this.#start, text: message });
    this.#mode = 'done';
  }

  #text(): void {
    const open = this.#input.indexOf('{{', this.#at);
    const end = open === -1 ? this.#input.length : open;
    this.#at = end;
    if (open !== -1 && this.#hasLeftTrim(open + 2)) {
      while (this.#at > this.#start && SPACE.test(this.#input[this.#at - 1] ?? '')) this.#at--;
    }
    if (this.#at > this.#start) this.#emit('text');
    this.#at = end;
    this.#start = end;
    if (open === -1) {
      this.#emit('eof');
      this.#mode = 'done';
    } else this.#leftDelimiter();
  }

  #hasLeftTrim(at: number): boolean {
    return this.#input[at] === '-' && SPACE.test(this.#input[at + 1] ?? '');
  }

  #leftDelimiter(): void {
    this.#at += 2;
    const marker = this.#hasLeftTrim(this.#at) ? 2 : 0;
    if (this.#input.startsWith('/*', this.#at + marker)) {
      this.#at += marker;
      this.#start = this.#at;
      this.#comment();
      return;
    }
    this.#emit('left');
    this.#at += marker;
    this.#start = this.#at;
    this.#depth = 0;
    this.#mode = 'action';
  }

  #comment(): void {
    const end = this.#input.indexOf('*/', this.#at + 2);
    if (end === -1) {
      this.#fail('unclosed comment');
      return;
    }
    this.#at = end + 2;
    const length = this.#rightDelimiterLength();
    if (length === 0) {
      this.#fail('comment ends before closing delimiter');
      return;
    }
    this.#at += length;
    if (length > 2) this.#skipSpace();
    this.#start = this.#at;
  }

  /** 2 for `}}`, 4 for ` -}}`, 0 when neither is next. */
  #rightDelimiterLength(): number {
    if (SPACE.test(this.#input[this.#at] ?? '') && this.#input.startsWith('-}}', this.#at + 1)) return 4;
    return this.#input.startsWith('}}', this.#at) ? 2 : 0;
  }

  #skipSpace(): void {
    while (SPACE.test(this.#input[this.#at] ?? '')) this.#at++;
  }

  #rightDelimiter(length: number): void {
    this.#start = this.#at + length - 2;
    this.#at = this.#start + 2;
    this.#emit('right');
    if (length > 2) this.#skipSpace();
    this.#start = this.#at;
    this.#mode = 'text';
  }

  #peek(): string {
    const code = this.#input.codePointAt(this.#at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #take(): string {
    const char = this.#peek();
    this.#at += char.length;
    return char;
  }

  #action(): void {
    const length = this.#rightDelimiterLength();
    if (length > 0) {
      if (this.#depth === 0) this.#rightDelimiter(length);
      else this.#fail('unclosed left paren');
      return;
    }
    const char = this.#take();
    if (char === '') this.#fail('unclosed action');
    else if (SPACE.test(char)) this.#space();
    else if (char === ':') {
      if (this.#take() === '=') this.#emit('declare');
      else this.#fail('expected :=');
    } else if (char === '=') this.#emit('assign');
    else if (char === '|') this.#emit('pipe');
    else if (char === '"') this.#quoted('"', 'string', 'unterminated quoted string');
    else if (char === '`') this.#rawString();
    else if (char === '$') this.#variable();
    else if (char === "'") this.#quoted("'", 'character', 'unterminated character constant');
    else if (char === '.' && !/^[0-9]?$/.test(this.#peek())) this.#field();
    else if (/[.+\-0-9]/.test(char)) this.#number();
    else if (WORD.test(char)) this.#identifier();
    else this.#punctuation(char);
  }

  #punctuation(char: string): void {
    if (char === '(') {
      this.#emit('(');
      this.#depth++;
    } else if (char === ')') {
      this.#depth--;
      if (this.#depth < 0) this.#fail('unexpected right paren');
      else this.#emit(')');
    } else if (char < '\x7f' && isPrint(char)) this.#emit('char');
    else this.#fail(`unrecognized character in action: ${unicodeName(char)}`);
  }

  #space(): void {
    this.#skipSpace();
    // The last space may belong to a trimming delimiter.
    if (this.#input.startsWith('-}}', this.#at)) this.#at--;
    if (this.#at > this.#start) this.#emit('space');
  }

  #word(): void {
    while (WORD.test(this.#peek())) this.#take();
  }

  #isTerminated(): boolean {
    const next = this.#peek();
    return next === '' || SPACE.test(next) || '.,|:)('.includes(next) || this.#input.startsWith('}}', this.#at);
  }

  #endWord(type: TokenType): void {
    if (this.#isTerminated()) this.#emit(type);
    else this.#fail(`bad character ${unicodeName(this.#peek())}`);
  }

  #identifier(): void {
    this.#word();
    const word = this.#input.slice(this.#start, this.#at);
    this.#endWord(KEYWORDS.get(word) ?? (word === 'true' || word === 'false' ? 'bool' : 'identifier'));
  }

  #variable(): void {
    this.#word();
    this.#endWord('variable');
  }

  #field(): void {
    if (this.#isTerminated()) {
      this.#emit('dot');
      return;
    }
    this.#word();
    this.#endWord('field');
  }

  #quoted(end: string, type: TokenType, message: string): void {
    for (;;) {
      const char = this.#take();
      const escaped = char === '\\' ? this.#take() : undefined;
      if (char === '' || char === '\n' || escaped === '' || escaped === '\n') {
        this.#fail(message);
        return;
      }
      if (char === end) break;
    }
    this.#emit(type);
  }

  #rawString(): void {
    const end = this.#input.indexOf('`', this.#at);
    if (end === -1) this.#fail('unterminated raw quoted string');
    else {
      this.#at = end + 1;
      this.#emit('rawString');
    }
  }

  #number(): void {
    this.#at = this.#start;
    const isScanned = this.#scanNumber();
    const sign = this.#peek();
    if (isScanned && sign !== '+' && sign !== '-') {
      this.#emit('number');
      return;
    }
    if (isScanned && this.#scanNumber() && this.#input[this.#at - 1] === 'i') this.#emit('complex');
    else this.#fail(`bad number syntax: ${quote(this.#input.slice(this.#start, this.#at))}`);
  }

  /** A generous scan; the parser checks the number. False when a letter follows, which is then part of the scan. */
  #scanNumber(): boolean {
    const pattern =
      /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[bB][01_]*(?:\.[01_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;
    pattern.lastIndex = this.#at;
    this.#at += pattern.exec(this.#input)?.[0].length ?? 0;
    if (!WORD.test(this.#peek())) return true;
    this.#take();
    return false;
  }
}
