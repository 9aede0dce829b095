/**
 * Text to tokens, one at a time, so that a grammar mistake is reported before a later lexical one. Which characters
 * are legal depends on the place: inside braces every word is a label name, inside brackets only durations stand.
 */
import { quote } from '@sightline/model';
import { scanDuration, scanNumber } from './number-scan.ts';
import { type Token, type TokenType, WORDS, quoteRune } from './tokens.ts';

const IDENTIFIER = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const WORD = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const SPACE = /[ \t\r\n]+/y;
const COMMENT = /#[^\r\n]*/y;
export class Lexer {
  readonly text: string;
  #at = 0;
  #parens = 0;
  #inBraces = false;
  /** Inside [ ]: before the first number only durations are read, after it nearly everything. */
  #brackets: 'none' | 'duration' | 'rest' = 'none';
  #gotColon = false;
  #gotDuration = false;
  #failed: Token | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The next token; EOF and ERROR are given again and again. */
  next(): Token {
    if (this.#failed !== undefined) return this.#failed;
    this.#skip();
    if (this.#inBraces) return this.#insideBraces();
    return this.#statement();
  }

  #skip(): void {
    for (;;) {
      const before = this.#at;
      this.#match(SPACE);
      if (this.#brackets !== 'duration') this.#match(COMMENT);
      if (this.#at === before) return;
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #token(type: TokenType, length: number, word = ''): Token {
    const start = this.#at;
    this.#at += length;
    return { type, text: this.text.slice(start, this.#at), word, start, end: this.#at };
  }

  #punctuation(length = 1): Token {
    return this.#token('PUNCTUATION', length, this.text.slice(this.#at, this.#at + length));
  }

  #operator(length: number): Token {
    return this.#token('OPERATOR', length, this.text.slice(this.#at, this.#at + length));
  }

  #stop(token: Token): Token {
    this.#failed = token;
    return token;
  }

  #fail(message: string, start = this.#at): Token {
    return this.#stop({ type: 'ERROR', text: message, word: '', start, end: this.text.length });
  }

  #charAt(index: number): string | undefined {
    const code = this.text.codePointAt(index);
    return code === undefined ? undefined : String.fromCodePoint(code);
  }

  #end(): Token {
    if (this.#parens !== 0) return this.#fail('unclosed left parenthesis');
    if (this.#brackets !== 'none') return this.#fail('unclosed left bracket');
    const at = this.text.length;
    return this.#stop({ type: 'EOF', text: '', word: '', start: at, end: at });
  }

  #statement(): Token {
    const char = this.#charAt(this.#at);
    if (this.#brackets === 'duration') return this.#insideDuration(char);
    if (char === undefined) return this.#end();
    const next = this.text[this.#at + 1];
    switch (char) {
      case ',':
        return this.#punctuation();
      case '*':
      case '/':
      case '%':
      case '+':
      case '-':
      case '^':
      case '@':
        return this.#operator(1);
      case '=':
        if (next === '=') return this.#operator(2);
        return next === '~' ? this.#fail("unexpected character after '=': '~'") : this.#punctuation();
      case '!':
        if (next === '=') return this.#operator(2);
        return this.#fail(`unexpected character after '!': ${quoteRune(this.#charAt(this.#at + 1))}`);
      case '<':
      case '>':
        return this.#operator(next === '=' || next === '/' ? 2 : 1);
      case '(':
      case ')':
        return this.#paren(char);
      case '{':
        this.#inBraces = true;
        return this.#punctuation();
      case '[':
      case ']':
        return this.#bracket(char);
      case '"':
      case "'":
      case '`':
        return this.#string(char);
    }
    if (/[0-9]/.test(char) || (char === '.' && /[0-9]/.test(next ?? ''))) return this.#number();
    if (/[a-zA-Z_:]/.test(char)) return this.#brackets === 'rest' ? this.#wordInBrackets(char) : this.#word();
    return this.#fail(`unexpected character: ${quoteRune(char)}`);
  }

  #paren(char: '(' | ')'): Token {
    const token = this.#punctuation();
    this.#parens += char === '(' ? 1 : -1;
    // As in Prometheus the bad parenthesis itself is the error.
    return this.#parens < 0 ? this.#fail("unexpected right parenthesis ')'") : token;
  }

  #word(): Token {
    const start = this.#at;
    const text = this.#match(WORD) as string;
    const lower = text.toLowerCase();
    let type = WORDS.get(lower);
    if (
      type !== undefined &&
      lower.startsWith('fill') &&
      !/^[ \t\r\n]*\(/.test(this.text.slice(this.#at, this.#at + 64))
    )
      type = undefined;
    const isName = type === undefined;
    type ??= text.includes(':') ? 'METRIC_IDENTIFIER' : 'IDENTIFIER';
    return { type, text, word: isName ? '' : lower, start, end: this.#at };
  }

  #number(): Token {
    const start = this.#at;
    const scan = scanNumber(this.text, start);
    let end = scan.end;
    if (!scan.isNumber) {
      const rest = scanDuration(this.text, end);
      end = rest.end;
      if (!rest.isDuration) {
        return this.#fail(`bad number or duration syntax: ${quote(this.text.slice(start, end))}`, start);
      }
    }
    this.#at = end;
    if (this.#brackets === 'duration') this.#brackets = 'rest';
    const type = scan.isNumber ? 'NUMBER' : 'DURATION';
    return { type, text: this.text.slice(start, end), word: '', start, end };
  }

  #bracket(char: '[' | ']'): Token {
    if (char === ']') {
      if (this.#brackets === 'none') return this.#fail("unexpected right bracket ']'");
      this.#brackets = 'none';
    } else {
      if (this.#brackets !== 'none') return this.#fail("unexpected left bracket '['");
      this.#brackets = 'duration';
      this.#gotColon = false;
      this.#gotDuration = false;
    }
    return this.#punctuation();
  }

  #insideDuration(char: string | undefined): Token {
    switch (char) {
      case undefined:
        return this.#fail('unexpected end of input in duration expression');
      case ']':
        return this.#bracket(char);
      case ':':
        if (!this.#gotDuration) return this.#fail('unexpected colon before duration in duration expression');
        if (this.#gotColon) return this.#fail('unexpected repeated colon in duration expression');
        this.#gotColon = true;
        return this.#punctuation();
      case '(':
      case ')':
        return this.#paren(char);
      case ',':
        return this.#punctuation();
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '^':
        return this.#operator(1);
    }
    if (/[0-9]/.test(char) || (char === '.' && /[0-9]/.test(this.text[this.#at + 1] ?? ''))) return this.#number();
    return this.#durationWord() ?? this.#fail(`unexpected character in duration expression: ${quoteRune(char)}`);
  }

  #durationWord(): Token | undefined {
    const word = /^(?:step|range|min_of|max_of)\b/i.exec(this.text.slice(this.#at, this.#at + 8))?.[0];
    if (word === undefined) return undefined;
    this.#gotDuration = true;
    return this.#token('PREPROCESSOR', word.length, word.toLowerCase());
  }

  #wordInBrackets(char: string): Token {
    if (char !== ':') {
      return this.#durationWord() ?? this.#fail(`unexpected character: ${quoteRune(char)}, expected ':'`);
    }
    if (this.#gotColon) return this.#fail("unexpected colon ':'");
    this.#gotColon = true;
    return this.#punctuation();
  }

  #insideBraces(): Token {
    const char = this.#charAt(this.#at);
    const next = this.text[this.#at + 1];
    switch (char) {
      case undefined:
        return this.#fail('unexpected end of input inside braces');
      case ',':
        return this.#punctuation();
      case '}': {
        const token = this.#punctuation();
        this.#inBraces = false;
        return token;
      }
      case '{':
        return this.#fail("unexpected left brace '{'");
      case '=':
        return next === '~' ? this.#operator(2) : this.#punctuation();
      case '!':
        if (next === '=' || next === '~') return this.#operator(2);
        return this.#fail(`unexpected character after '!' inside braces: ${quoteRune(this.#charAt(this.#at + 1))}`);
      case '"':
      case "'":
      case '`':
        return this.#string(char);
    }
    if (!/[a-zA-Z_]/.test(char)) return this.#fail(`unexpected character inside braces: ${quoteRune(char)}`);
    const start = this.#at;
    const text = this.#match(IDENTIFIER) as string;
    return { type: 'IDENTIFIER', text, word: '', start, end: this.#at };
  }

  #string(open: string): Token {
    const start = this.#at;
    for (let at = start + 1; ; at++) {
      const char = this.text[at];
      if (char === undefined)
        return this.#fail(open === '`' ? 'unterminated raw string' : 'unterminated quoted string');
      if (char === open) return this.#token('STRING', at + 1 - start);
      if (open === '`') continue;
      if (char === '\n') return this.#fail('unterminated quoted string');
      if (char !== '\\') continue;
      const bad = escapeMistake(this.text, at + 1, open);
      if (bad !== undefined) return this.#fail(bad);
      at++;
    }
  }
}

const ESCAPE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** What is wrong with the escape sequence whose first character after the backslash is at `at`, if anything. */
function escapeMistake(text: string, at: number, open: string): string | undefined {
  const char = text[at];
  if (char === undefined) return 'escape sequence not terminated';
  if ('abfnrtv\\'.includes(char) || char === open) return undefined;
  const isOctal = /[0-7]/.test(char);
  const length = isOctal ? 3 : ESCAPE_LENGTHS[char];
  if (length === undefined) return `unknown escape sequence ${unicodeName(text, at)}`;
  const from = isOctal ? at : at + 1;
  for (let i = from; i < from + length; i++) {
    const digit = text[i];
    if (digit === undefined) return 'escape sequence not terminated';
    if (!(isOctal ? /[0-7]/ : /[0-9a-fA-F]/).test(digit)) {
      return `illegal character ${unicodeName(text, i)} in escape sequence`;
    }
  }
  const code = Number.parseInt(text.slice(from, from + length), isOctal ? 8 : 16);
  const max = isOctal || char === 'x' ? 255 : 0x10ffff;
  const isBad = code > max || (code >= 0xd800 && code < 0xe000);
  return isBad ? 'escape sequence is an invalid Unicode code point' : undefined;
}

/** Go's %#U: `U+0071 'q'`. */
function unicodeName(text: string, at: number): string {
  const code = text.codePointAt(at) as number;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const char = String.fromCodePoint(code);
  return /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char) ? `${name} '${char}'` : name;
}
