/**
 * Matchers as Alertmanager reads them since 0.27: names and values of any text, quoted as Go quotes strings where they hold reserved
 * characters. Source: matcher/parse.
 */
import type { Matcher, MatchOp } from '@sightline/model';
import { createMatcher } from './create.ts';
import { unquoteGo } from './go-string.ts';
import { MatcherError } from './matcher-error.ts';

type TokenKind = '{' | '}' | ',' | 'operator' | 'text' | 'end';

interface Token {
  readonly kind: TokenKind;
  /** What it stands for: the operator, the text without its quotes. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const SPACE = /[\s\u0085]/u;
const RESERVED = /[\s\u0085{}!=~,\\"'`]/u;
const QUOTES = 'put names and values with spaces or any of {}!=~,\\"\'` in double quotes';

/** @throws MatcherError */
export function parseUtf8Matchers(text: string): Matcher[] {
  const lexer = new Lexer(text);
  const hasOpenBrace = lexer.peek().kind === '{';
  if (hasOpenBrace) lexer.next();
  const matchers: Matcher[] = [];
  while (lexer.peek().kind !== '}' && lexer.peek().kind !== 'end') {
    matchers.push(readMatcher(lexer));
    const { kind } = lexer.peek();
    if (kind === ',') lexer.next();
    else if (kind !== '}' && kind !== 'end') throw unexpected(lexer.peek(), 'a comma or the end');
    const after = lexer.peek();
    if (kind === ',' && after.kind === ',') throw unexpected(after, 'a matcher');
  }
  const close = lexer.peek();
  if (hasOpenBrace && close.kind !== '}') throw unexpected(close, 'a `}` that closes the `{`');
  if (!hasOpenBrace && close.kind === '}') throw unexpected(close, 'no `}`, because there is no `{`');
  if (hasOpenBrace) lexer.next();
  const end = lexer.peek();
  if (end.kind !== 'end') throw unexpected(end, 'nothing more');
  return matchers;
}

function readMatcher(lexer: Lexer): Matcher {
  const name = lexer.next();
  if (name.kind !== 'text') throw unexpected(name, 'a label name');
  const op = lexer.next();
  if (op.kind !== 'operator') throw unexpected(op, 'one of = != =~ !~', QUOTES);
  const value = lexer.next();
  if (value.kind !== 'text') throw unexpected(value, 'a value', 'write `""` for the empty value');
  return createMatcher({
    name: name.value,
    op: op.value as MatchOp,
    value: value.value,
    offset: value.start,
    length: value.end - value.start,
  });
}

function unexpected(token: Token, wanted: string, hint?: string): MatcherError {
  const found = token.kind === 'end' ? 'the end' : `\`${token.value}\``;
  const place = { offset: token.start, length: Math.max(1, token.end - token.start), hint };
  return new MatcherError('matcher_syntax', `expected ${wanted}, found ${found}`, place);
}

class Lexer {
  readonly #text: string;
  #at = 0;
  #peeked: Token | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  peek(): Token {
    this.#peeked ??= this.#scan();
    return this.#peeked;
  }

  next(): Token {
    const token = this.peek();
    this.#peeked = undefined;
    return token;
  }

  #scan(): Token {
    const text = this.#text;
    while (this.#at < text.length && SPACE.test(text[this.#at] as string)) this.#at++;
    const start = this.#at;
    const char = text[start];
    if (char === undefined) return { kind: 'end', value: '', start, end: start };
    if (char === '{' || char === '}' || char === ',') return this.#token(char, char);
    if (char === '"') return this.#quoted();
    const operator = /^(?:=~|=|!=|!~)/.exec(text.slice(start, start + 2))?.[0];
    if (operator !== undefined) return this.#token('operator', operator);
    if (RESERVED.test(char)) {
      const hint = char === "'" || char === '`' ? 'use double quotes' : QUOTES;
      throw new MatcherError('matcher_syntax', `\`${char}\` cannot stand here`, { offset: start, length: 1, hint });
    }
    let end = start;
    while (end < text.length && !RESERVED.test(text[end] as string)) end++;
    return this.#token('text', text.slice(start, end));
  }

  #token(kind: TokenKind, value: string): Token {
    const start = this.#at;
    this.#at += value.length;
    return { kind, value, start, end: this.#at };
  }

  #quoted(): Token {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1;
    const place = { offset: start, length: Math.min(end + 1, this.#text.length) - start };
    if (end >= this.#text.length) {
      throw new MatcherError('matcher_syntax', 'the closing double quote is missing', place);
    }
    const literal = this.#text.slice(start + 1, end);
    const value = unquoteGo(literal);
    if (value === undefined) {
      const hint = /\\/.test(literal) ? 'write `\\\\` for a backslash: "\\\\d+"' : 'write `\\n` for a line break';
      throw new MatcherError('matcher_syntax', `\`"${literal}"\` is not a quoted text`, { ...place, hint });
    }
    this.#at = end + 1;
    return { kind: 'text', value, start, end: this.#at };
  }
}
