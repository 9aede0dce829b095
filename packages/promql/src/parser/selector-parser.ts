/** Reads what stands around names: selectors with their matchers, grouping labels and durations. */
import { METRIC_NAME, Matcher, type MatchOp, RegexError, quote } from '@sightline/model';
import type { AtModifier, Span, VectorSelector } from './ast.ts';
import { DurationParser } from './duration-parser.ts';
import { stringValue } from './literals.ts';
import { isLabelWord, type Token } from './tokens.ts';

export class SelectorParser extends DurationParser {
  protected groupingLabels(): string[] {
    if (!this.accept('(')) this.unexpected('grouping opts', '"("');
    const labels: string[] = [];
    while (!this.isPunctuation(')')) {
      labels.push(this.groupingLabel());
      if (this.isPunctuation(')')) break;
      if (!this.accept(',')) this.unexpected('grouping opts', '"," or ")"');
    }
    this.advance();
    return labels;
  }

  protected groupingLabel(): string {
    const token = this.token;
    if (token.type === 'STRING') {
      const value = stringValue(token.text);
      if (value === '') this.error(`invalid label name for grouping: ${quote(value)}`, token);
      this.advance();
      return value;
    }
    if (!isLabelWord(token) || token.text.includes(':')) this.unexpected('grouping opts', 'label');
    this.advance();
    return token.text;
  }

  protected vectorSelector(): VectorSelector {
    if (this.isPunctuation('{')) return this.selectorFrom('', this.token);
    return this.selectorAfterName(this.advance());
  }

  protected selectorAfterName(name: Token): VectorSelector {
    return this.selectorFrom(name.text, name);
  }

  protected selectorFrom(name: string, { start, end: nameEnd }: Span): VectorSelector {
    const matcherSpans: Span[] = [];
    const matchers = this.isPunctuation('{') ? this.labelMatchers(matcherSpans) : [];
    if (name !== '') {
      matchers.push(new Matcher(METRIC_NAME, '=', name));
      matcherSpans.push({ start, end: nameEnd });
    }
    const shift = { offsetMs: 0, offsetExpr: undefined, at: undefined };
    return {
      kind: 'vectorSelector',
      name,
      matchers,
      matcherSpans,
      ...shift,
      edge: undefined,
      start,
      end: this.lastEnd,
    };
  }

  protected labelMatchers(spans: Span[]): Matcher[] {
    this.advance();
    const matchers: Matcher[] = [];
    while (!this.isPunctuation('}')) {
      const { start } = this.token;
      const matcher = this.labelMatcher();
      if (matcher !== undefined) {
        matchers.push(matcher);
        spans.push({ start, end: this.lastEnd });
      }
      if (this.isPunctuation('}')) break;
      if (!this.accept(',')) this.unexpected('label matching', '"," or "}"');
    }
    this.advance();
    return matchers;
  }

  protected labelMatcher(): Matcher | undefined {
    const name = this.token;
    const isQuoted = name.type === 'STRING';
    if (!isQuoted && name.type !== 'IDENTIFIER') this.unexpected('label matching', 'identifier or "}"');
    this.advance();
    const op = this.token;
    const isMatchOp = (op.type === 'OPERATOR' && ['=~', '!=', '!~'].includes(op.word)) || this.isPunctuation('=');
    if (!isMatchOp) {
      if (isQuoted) return new Matcher(METRIC_NAME, '=', stringValue(name.text));
      this.unexpected('label matching', 'label matching operator');
    }
    this.advance();
    if (this.token.type !== 'STRING') this.unexpected('label matching', 'string');
    const value = this.advance();
    const label = isQuoted ? stringValue(name.text) : name.text;
    try {
      return new Matcher(label, op.word as MatchOp, stringValue(value.text));
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      this.error(error.message, { start: name.start, end: value.end });
      return undefined;
    }
  }

  /** What follows `@`. */
  protected atTime(expr: Span): AtModifier {
    const word = this.token.word;
    if (this.token.type === 'PREPROCESSOR' && (word === 'start' || word === 'end')) {
      this.advance();
      if (!this.accept('(') || !this.accept(')')) this.unexpected('@', 'timestamp');
      return { kind: word };
    }
    const sign = this.isOperator('-') ? -1 : 1;
    if (this.isOperator('-') || this.isOperator('+')) this.advance();
    const token = this.token;
    if (token.type !== 'NUMBER' && token.type !== 'DURATION') this.unexpected('@', 'timestamp');
    this.advance();
    const seconds = sign * (token.type === 'NUMBER' ? this.numberOf(token) : this.durationMs(token) / 1000);
    if (!Number.isFinite(seconds) || Math.abs(seconds) >= 2 ** 63) {
      this.error(`timestamp out of bounds for @ modifier: ${goFixed(seconds)}`, expr);
    }
    return { kind: 'time', ms: Math.round(seconds * 1000) };
  }
}

/** Go's %f. */
function goFixed(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return `${BigInt(Math.trunc(value))}.${Math.abs(value % 1)
    .toFixed(6)
    .slice(2)}`;
}
