/** Reads tokens one by one and gathers errors in the words of Prometheus; the base of the parser. */
import { type PromqlError, parseError } from '../errors.ts';
import type { Span } from './ast.ts';
import { Lexer } from './lexer.ts';
import { describeToken, type Token } from './tokens.ts';

/** Stops parsing; the error itself is in the list. */
class Halt extends Error {}

export class TokenReader {
  readonly text: string;
  readonly errors: PromqlError[] = [];
  protected token: Token = { type: 'EOF', text: '', word: '', start: 0, end: 0 };
  /** End of the token before the present one. */
  protected lastEnd = 0;
  /** Aggregations whose arguments are being read: the message of a mistake in there says so. */
  protected openAggregations = 0;
  readonly #lexer: Lexer;

  constructor(text: string) {
    this.text = text;
    this.#lexer = new Lexer(text);
  }

  protected guarded<T>(read: () => T): T | undefined {
    try {
      this.advance();
      return read();
    } catch (error) {
      if (error instanceof Halt) return undefined;
      throw error;
    }
  }

  protected error(message: string, span: Span): void {
    this.errors.push(parseError(this.text, span.start, span.end, message));
  }

  protected halt(message: string, span: Span): never {
    this.error(message, span);
    throw new Halt();
  }

  protected unexpected(context = this.openAggregations > 0 ? 'aggregation' : '', expected = ''): never {
    const token = this.token;
    const where = context === '' ? '' : ` in ${context}`;
    const what = expected === '' ? '' : `, expected ${expected}`;
    return this.halt(`unexpected ${describeToken(token)}${where}${what}`, token);
  }

  protected advance(): Token {
    const previous = this.token;
    this.lastEnd = previous.end;
    this.token = this.#lexer.next();
    if (this.token.type === 'ERROR') this.halt(this.token.text, this.token);
    return previous;
  }

  protected isEnd(): boolean {
    return this.token.type === 'EOF';
  }

  protected isPunctuation(word: string): boolean {
    return this.token.type === 'PUNCTUATION' && this.token.word === word;
  }

  protected isOperator(word: string): boolean {
    return this.token.type === 'OPERATOR' && this.token.word === word;
  }

  protected isKeyword(word: string): boolean {
    return this.token.type === 'KEYWORD' && this.token.word === word;
  }

  protected accept(word: string): boolean {
    if (!this.isPunctuation(word)) return false;
    this.advance();
    return true;
  }

  protected expect(word: string): void {
    if (!this.accept(word)) this.unexpected();
  }
}
