/**
 * Durations in ranges, steps and offsets: a number of seconds, `1h30m`, or arithmetic over them with step(), range(),
 * min_of() and max_of(). After `offset` a plain value ends the duration, so that `a offset 5m + b` is a sum of vectors.
 */
import { quote } from '@sightline/model';
import type { DurationExpr, DurationOp, DurationOperand, NumberLiteral, Span } from './ast.ts';
import { durationValue, numberValue } from './literals.ts';
import { POWER, PRECEDENCE } from './precedence.ts';
import { TokenReader } from './token-reader.ts';
import type { Token } from './tokens.ts';

const EXPECTED = 'number, duration, step(), or range()';
/** Seconds in the largest span of 64-bit nanoseconds. */
const MAX_SECONDS = 2 ** 63 / 1e9;
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^']);
/** Deepest nesting; a query is not deeper than this either. */
const MAX_DEPTH = 500;

export class DurationParser extends TokenReader {
  #durationDepth = 0;

  protected durationMs(token: Token): number {
    const ms = durationValue(token.text);
    if (typeof ms === 'number') return ms;
    this.error(ms, token);
    return 0;
  }

  protected numberOf(token: Token): number {
    const value = numberValue(token.text);
    if (typeof value === 'number') return value;
    return this.halt(`error parsing number: strconv.ParseFloat: parsing ${quote(token.text)}: ${value}`, token);
  }

  protected startsDuration(): boolean {
    if (this.isPunctuation('(') || this.isOperator('+') || this.isOperator('-')) return true;
    return this.#isLiteral() || this.#isStepOrRange() || this.#isPick();
  }

  /** A range or a step: above zero, which an expression can only show when it is evaluated. */
  protected positiveDuration(context: string): DurationOperand {
    const duration = this.#binary(context, 1);
    if (duration.kind === 'number' && duration.value <= 0 && this.errors.length === 0) {
      this.error('duration must be greater than 0', duration);
    }
    return duration;
  }

  protected offsetDuration(): DurationOperand {
    const first = this.token;
    if (this.#isLiteral()) return this.#literal();
    if (this.isOperator('+') || this.isOperator('-')) return this.#signedOffset(this.advance());
    if (first.type === 'PREPROCESSOR') return this.#primary('offset');
    return this.#binary('offset', 1);
  }

  #signedOffset(sign: Token): DurationOperand {
    if (this.#isLiteral()) return this.#signed(sign, this.#literal());
    if (this.isPunctuation('(')) {
      this.advance();
      const inner = this.#binary('offset', 1);
      this.#expect(')', 'offset');
      return this.#signed(sign, wrapped(inner, inner));
    }
    if (!this.#isStepOrRange() && !this.#isPick()) this.unexpected('offset', EXPECTED);
    const rhs = this.#primary('offset');
    const op = sign.word as '+' | '-';
    return { kind: 'duration', op, lhs: undefined, rhs, isWrapped: false, start: sign.start, end: rhs.end };
  }

  #isLiteral(): boolean {
    return this.token.type === 'NUMBER' || this.token.type === 'DURATION';
  }

  #isStepOrRange(): boolean {
    return this.token.type === 'PREPROCESSOR' && (this.token.word === 'step' || this.token.word === 'range');
  }

  #isPick(): boolean {
    return this.token.type === 'PREPROCESSOR' && (this.token.word === 'min_of' || this.token.word === 'max_of');
  }

  #expect(word: string, context: string): void {
    if (!this.accept(word)) this.unexpected(context, EXPECTED);
  }

  #binary(context: string, lowest: number): DurationOperand {
    if (++this.#durationDepth > MAX_DEPTH) {
      this.halt(`duration is nested deeper than ${MAX_DEPTH} levels`, this.token);
    }
    let lhs = this.#operand(context);
    for (;;) {
      const operator = this.token;
      const precedence = ARITHMETIC.has(operator.word) ? PRECEDENCE.get(operator.word) : undefined;
      if (operator.type !== 'OPERATOR' || precedence === undefined || precedence < lowest) break;
      this.advance();
      const rhs = this.#binary(context, operator.word === '^' ? precedence : precedence + 1);
      this.#refuseZero(operator, rhs);
      const op = operator.word as DurationOp;
      lhs = { kind: 'duration', op, lhs, rhs, isWrapped: false, start: lhs.start, end: rhs.end };
    }
    this.#durationDepth--;
    return lhs;
  }

  #refuseZero(operator: Token, rhs: DurationOperand): void {
    if (rhs.kind !== 'number' || rhs.value !== 0) return;
    if (operator.word === '/') this.halt('division by zero', operator);
    if (operator.word === '%') this.halt('modulo by zero', operator);
  }

  #operand(context: string): DurationOperand {
    if (!this.isOperator('+') && !this.isOperator('-')) return this.#primary(context);
    const sign = this.advance();
    return this.#signed(sign, this.#binary(context, POWER));
  }

  #primary(context: string): DurationOperand {
    if (this.#isLiteral()) return this.#literal();
    if (this.#isStepOrRange()) return this.#stepOrRange(context);
    if (this.#isPick()) return this.#pick(context);
    if (!this.isPunctuation('(')) this.unexpected(context, EXPECTED);
    const { start } = this.advance();
    const inner = this.#binary(context, 1);
    const { end } = this.token;
    this.#expect(')', context);
    return wrapped(inner, { start, end });
  }

  #stepOrRange(context: string): DurationExpr {
    const { word, start } = this.advance();
    this.#expect('(', context);
    const { end } = this.token;
    this.#expect(')', context);
    const op = word as 'step' | 'range';
    return { kind: 'duration', op, lhs: undefined, rhs: undefined, isWrapped: false, start, end };
  }

  #pick(context: string): DurationExpr {
    const { word, start } = this.advance();
    this.#expect('(', context);
    const lhs = this.#binary(context, 1);
    this.#expect(',', context);
    const rhs = this.#binary(context, 1);
    const { end } = this.token;
    this.#expect(')', context);
    return { kind: 'duration', op: word as 'min_of' | 'max_of', lhs, rhs, isWrapped: false, start, end };
  }

  #literal(): NumberLiteral {
    const token = this.advance();
    const { start, end } = token;
    const isDuration = token.type === 'DURATION';
    const value = isDuration ? this.durationMs(token) / 1000 : this.numberOf(token);
    this.#checkSize(value, token);
    return { kind: 'number', value, isDuration, start, end };
  }

  #signed(sign: Token, operand: DurationOperand): DurationOperand {
    const { start } = sign;
    if (operand.kind === 'number') {
      const value = sign.word === '-' ? -operand.value : operand.value;
      return { ...operand, value, start };
    }
    if (sign.word === '+') return operand;
    return { kind: 'duration', op: '-', lhs: undefined, rhs: operand, isWrapped: false, start, end: operand.end };
  }

  #checkSize(seconds: number, span: Span): void {
    if (!(Math.abs(seconds) <= MAX_SECONDS)) this.halt('duration out of range', span);
  }
}

/** Parentheses are kept, around a plain value as a plus sign that is not printed. */
function wrapped(inner: DurationOperand, span: Span): DurationExpr {
  if (inner.kind === 'duration') return { ...inner, isWrapped: true };
  const { start, end } = span;
  return { kind: 'duration', op: '+', lhs: undefined, rhs: inner, isWrapped: true, start, end };
}

/** Milliseconds of a literal; 0 for an expression, whose value is known at evaluation. */
export function literalMs(duration: DurationOperand): number {
  return duration.kind === 'number' ? Math.round(duration.value * 1000) : 0;
}

export function expressionOf(duration: DurationOperand): DurationExpr | undefined {
  return duration.kind === 'duration' ? duration : undefined;
}
