/**
 * Tokens to tree, by precedence climbing, with the messages of Prometheus 3's own parser.
 *
 * The published grammar @prometheus-io/lezer-promql is made for editors and is not used for meaning: its tree binds
 * `a + b offset 5m` as `(a + b) offset 5m` and `-1^2` as `(-1)^2`, takes an unterminated string and refuses `1.`.
 * `lezer-agreement.test.ts` keeps the two in step on what they accept and pins where they differ.
 */
import { METRIC_NAME, Matcher, type MatchOp, RegexError } from '@sightline/model';
import { type PromqlError, parseError } from '../errors.ts';
import type {
  AggregateExpr,
  AggregateOp,
  AtModifier,
  BinaryExpr,
  BinaryOp,
  Expr,
  MatrixSelector,
  SubqueryExpr,
  VectorMatching,
  VectorSelector,
} from './ast.ts';
import { aggregationOf, findFunction } from './functions.ts';
import { Lexer } from './lexer.ts';
import { durationValue, numberValue, stringValue } from './literals.ts';
import { describeToken, isLabelWord, isMetricWord, type Token } from './tokens.ts';

/** Deepest nesting accepted: deeper text would overflow the stack of some later tree walk. */
const MAX_DEPTH = 500;

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ['unless', 2],
  ...['==', '!=', '<', '<=', '>', '>='].map((op) => [op, 3] as const),
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
  ['%', 5],
  ['atan2', 5],
  ['^', 6],
]);
const POWER = 6;

/** Stops parsing; the error itself is in the list. */
class Halt extends Error {}

const DURATION_WORDS = 'number, duration, step(), or range()';

export interface ParserOptions {
  readonly enableExperimental?: boolean;
}

export class Parser {
  readonly text: string;
  readonly errors: PromqlError[] = [];
  readonly #lexer: Lexer;
  readonly #isExperimental: boolean;
  #token: Token;
  /** End of the token before the present one. */
  #lastEnd = 0;
  /** Aggregations whose arguments are being read: the message of a mistake in there says so. */
  #openAggregations = 0;
  #depth = 0;

  constructor(text: string, options: ParserOptions = {}) {
    this.text = text;
    this.#isExperimental = options.enableExperimental === true;
    this.#lexer = new Lexer(text);
    this.#token = { type: 'EOF', text: '', word: '', start: 0, end: 0 };
  }

  /** The whole text as one expression, or undefined when `errors` says why not. */
  parse(): Expr | undefined {
    return this.#guarded(() => {
      if (this.#isEnd()) this.#halt('no expression found in input', { start: 0, end: 0 });
      const expr = this.#binary(1);
      if (!this.#isEnd()) this.#unexpected();
      return expr;
    });
  }

  /** The whole text as one instant selector without modifiers. */
  parseSelector(): VectorSelector | undefined {
    return this.#guarded(() => {
      const isStart = this.#isPunctuation('{') || isMetricWord(this.#token);
      if (!isStart) this.#unexpected();
      const selector = this.#vectorSelector();
      if (!this.#isEnd()) this.#unexpected();
      return selector;
    });
  }

  #guarded<T>(read: () => T): T | undefined {
    try {
      this.#advance();
      return read();
    } catch (error) {
      if (error instanceof Halt) return undefined;
      throw error;
    }
  }

  // Errors and tokens

  #error(message: string, span: { readonly start: number; readonly end: number }): void {
    this.errors.push(parseError(this.text, span.start, span.end, message));
  }

  #halt(message: string, span: { readonly start: number; readonly end: number }): never {
    this.#error(message, span);
    throw new Halt();
  }

  #unexpected(context = this.#openAggregations > 0 ? 'aggregation' : '', expected = ''): never {
    const token = this.#token;
    const where = context === '' ? '' : ` in ${context}`;
    const what = expected === '' ? '' : `, expected ${expected}`;
    return this.#halt(`unexpected ${describeToken(token)}${where}${what}`, token);
  }

  #advance(): Token {
    const previous = this.#token;
    this.#lastEnd = previous.end;
    this.#token = this.#lexer.next();
    if (this.#token.type === 'ERROR') this.#halt(this.#token.text, this.#token);
    return previous;
  }

  #isEnd(): boolean {
    return this.#token.type === 'EOF';
  }

  #isPunctuation(word: string): boolean {
    return this.#token.type === 'PUNCTUATION' && this.#token.word === word;
  }

  #isOperator(word: string): boolean {
    return this.#token.type === 'OPERATOR' && this.#token.word === word;
  }

  #isKeyword(word: string): boolean {
    return this.#token.type === 'KEYWORD' && this.#token.word === word;
  }

  #accept(word: string): boolean {
    if (!this.#isPunctuation(word)) return false;
    this.#advance();
    return true;
  }

  #expect(word: string): void {
    if (!this.#accept(word)) this.#unexpected();
  }

  // Expressions

  #binary(lowest: number): Expr {
    if (++this.#depth > MAX_DEPTH) this.#halt(`expression is nested deeper than ${MAX_DEPTH} levels`, this.#token);
    let left = this.#operand();
    for (;;) {
      const precedence = this.#token.type === 'OPERATOR' ? PRECEDENCE.get(this.#token.word) : undefined;
      if (precedence === undefined || precedence < lowest) break;
      left = this.#binaryRest(left, precedence);
    }
    this.#depth--;
    return left;
  }

  #binaryRest(lhs: Expr, precedence: number): BinaryExpr {
    const op = this.#advance().word as BinaryOp;
    const returnBool = this.#isKeyword('bool');
    if (returnBool) this.#advance();
    const matching = this.#matching();
    if (this.#isKeyword('fill') || this.#isKeyword('fill_left') || this.#isKeyword('fill_right')) {
      this.#halt('binop fill modifiers are experimental and not enabled', { start: lhs.start, end: this.#token.end });
    }
    // Only ^ groups to the right.
    const rhs = this.#binary(op === '^' ? precedence : precedence + 1);
    return { kind: 'binary', op, lhs, rhs, returnBool, matching, start: lhs.start, end: rhs.end };
  }

  #matching(): VectorMatching {
    const matching: VectorMatching = { card: 'one-to-one', on: false, labels: [], include: [] };
    if (!this.#isKeyword('on') && !this.#isKeyword('ignoring')) return matching;
    matching.on = this.#advance().word === 'on';
    matching.labels = this.#groupingLabels();
    if (this.#isKeyword('group_left') || this.#isKeyword('group_right')) {
      matching.card = this.#advance().word === 'group_left' ? 'many-to-one' : 'one-to-many';
      if (this.#isPunctuation('(')) matching.include = this.#groupingLabels();
    }
    return matching;
  }

  #groupingLabels(): string[] {
    if (!this.#accept('(')) this.#unexpected('grouping opts', '"("');
    const labels: string[] = [];
    while (!this.#isPunctuation(')')) {
      labels.push(this.#groupingLabel());
      if (this.#isPunctuation(')')) break;
      if (!this.#accept(',')) this.#unexpected('grouping opts', '"," or ")"');
    }
    this.#advance();
    return labels;
  }

  #groupingLabel(): string {
    const token = this.#token;
    if (token.type === 'STRING') {
      const value = stringValue(token.text);
      if (value === '') this.#error(`invalid label name for grouping: ${JSON.stringify(value)}`, token);
      this.#advance();
      return value;
    }
    if (!isLabelWord(token) || token.text.includes(':')) this.#unexpected('grouping opts', 'label');
    this.#advance();
    return token.text;
  }

  #operand(): Expr {
    if (this.#isOperator('+') || this.#isOperator('-')) {
      const op = this.#advance();
      const expr = this.#binary(POWER);
      const sign = op.word as '+' | '-';
      if (expr.kind === 'number') {
        return { ...expr, value: sign === '-' ? -expr.value : expr.value, start: op.start };
      }
      return { kind: 'unary', op: sign, expr, start: op.start, end: expr.end };
    }
    return this.#modifiers(this.#primary());
  }

  #primary(): Expr {
    const token = this.#token;
    switch (token.type) {
      case 'NUMBER':
      case 'DURATION':
        return this.#number();
      case 'STRING':
        this.#advance();
        return { kind: 'string', value: stringValue(token.text), start: token.start, end: token.end };
      case 'PUNCTUATION':
        if (token.word === '(') return this.#paren();
        if (token.word === '{') return this.#vectorSelector();
        return this.#unexpected();
      case 'IDENTIFIER':
        return this.#identifier();
      case 'AGGREGATOR':
        return this.#aggregatorOrMetric();
      default:
        return isMetricWord(token) ? this.#vectorSelector() : this.#unexpected();
    }
  }

  #number(): Expr {
    const token = this.#advance();
    const { start, end } = token;
    if (token.type === 'NUMBER') {
      const value = numberValue(token.text);
      if (value === undefined) this.#halt(`error parsing number: ${JSON.stringify(token.text)}`, token);
      return { kind: 'number', value, isDuration: false, start, end };
    }
    return { kind: 'number', value: this.#durationMs(token) / 1000, isDuration: true, start, end };
  }

  #durationMs(token: Token): number {
    const ms = durationValue(token.text);
    if (typeof ms === 'number') return ms;
    this.#error(ms, token);
    return 0;
  }

  #paren(): Expr {
    const { start } = this.#advance();
    const expr = this.#binary(1);
    this.#expect(')');
    return { kind: 'paren', expr, start, end: this.#lastEnd };
  }

  #identifier(): Expr {
    const name = this.#token;
    // One token ahead is enough to tell a call from a metric, so the selector is built from the token itself.
    this.#advance();
    if (!this.#isPunctuation('(')) return this.#selectorAfterName(name);
    const func = findFunction(name.text);
    const args = this.#arguments();
    const span = { start: name.start, end: this.#lastEnd };
    if (func === undefined) this.#halt(`unknown function with name ${JSON.stringify(name.text)}`, name);
    if (func.isExperimental && !this.#isExperimental) {
      this.#error(`function ${JSON.stringify(name.text)} is not enabled`, name);
    }
    return { kind: 'call', func, args, ...span };
  }

  #arguments(): Expr[] {
    this.#advance();
    const args: Expr[] = [];
    if (this.#accept(')')) return args;
    for (;;) {
      args.push(this.#binary(1));
      if (!this.#isPunctuation(',')) break;
      const comma = this.#advance();
      if (this.#isPunctuation(')')) {
        this.#error('trailing commas not allowed in function call args', comma);
        break;
      }
    }
    this.#expect(')');
    return args;
  }

  // Aggregations

  #aggregatorOrMetric(): Expr {
    const op = this.#advance();
    const isAggregation = this.#isPunctuation('(') || this.#isKeyword('by') || this.#isKeyword('without');
    return isAggregation ? this.#aggregation(op) : this.#selectorAfterName(op);
  }

  #aggregation(opToken: Token): AggregateExpr {
    this.#openAggregations++;
    let modifier = this.#aggregateModifier();
    if (!this.#isPunctuation('(')) this.#unexpected();
    const args = this.#arguments();
    let end = this.#lastEnd;
    this.#openAggregations--;
    if (modifier === undefined) {
      modifier = this.#aggregateModifier();
      if (modifier !== undefined) end = this.#lastEnd;
    }
    const op = opToken.word as AggregateOp;
    const grouping = modifier ?? { grouping: [], without: false };
    const span = { start: opToken.start, end };
    const signature = aggregationOf(op);
    if (args.length === 0) this.#halt('no arguments for aggregate expression provided', span);
    if (signature.isExperimental && !this.#isExperimental) {
      const flag = '--enable-feature=promql-experimental-functions';
      this.#halt(`${op}() is experimental and must be enabled with ${flag}`, span);
    }
    const wanted = signature.param === undefined ? 1 : 2;
    if (args.length !== wanted) {
      const counts = `expected ${wanted}, got ${args.length}`;
      this.#halt(`wrong number of arguments for aggregate expression provided, ${counts}`, span);
    }
    const param = wanted === 2 ? args[0] : undefined;
    return { kind: 'aggregate', op, expr: args[wanted - 1] as Expr, param, ...grouping, ...span };
  }

  #aggregateModifier(): { grouping: string[]; without: boolean } | undefined {
    if (!this.#isKeyword('by') && !this.#isKeyword('without')) return undefined;
    const without = this.#advance().word === 'without';
    return { grouping: this.#groupingLabels(), without };
  }

  // Selectors

  #vectorSelector(): VectorSelector {
    if (this.#isPunctuation('{')) return this.#selectorFrom('', this.#token.start);
    return this.#selectorAfterName(this.#advance());
  }

  #selectorAfterName(name: Token): VectorSelector {
    return this.#selectorFrom(name.text, name.start);
  }

  #selectorFrom(name: string, start: number): VectorSelector {
    const matchers = this.#isPunctuation('{') ? this.#labelMatchers() : [];
    if (name !== '') matchers.push(new Matcher(METRIC_NAME, '=', name));
    return { kind: 'vectorSelector', name, matchers, offsetMs: 0, at: undefined, start, end: this.#lastEnd };
  }

  #labelMatchers(): Matcher[] {
    this.#advance();
    const matchers: Matcher[] = [];
    while (!this.#isPunctuation('}')) {
      const matcher = this.#labelMatcher();
      if (matcher !== undefined) matchers.push(matcher);
      if (this.#isPunctuation('}')) break;
      if (!this.#accept(',')) this.#unexpected('label matching', '"," or "}"');
    }
    this.#advance();
    return matchers;
  }

  #labelMatcher(): Matcher | undefined {
    const name = this.#token;
    const isQuoted = name.type === 'STRING';
    if (!isQuoted && name.type !== 'IDENTIFIER') this.#unexpected('label matching', 'identifier or "}"');
    this.#advance();
    const op = this.#token;
    const isMatchOp = (op.type === 'OPERATOR' && ['=~', '!=', '!~'].includes(op.word)) || this.#isPunctuation('=');
    if (!isMatchOp) {
      if (isQuoted) return new Matcher(METRIC_NAME, '=', stringValue(name.text));
      this.#unexpected('label matching', 'label matching operator');
    }
    this.#advance();
    if (this.#token.type !== 'STRING') this.#unexpected('label matching', 'string');
    const value = this.#advance();
    const label = isQuoted ? stringValue(name.text) : name.text;
    try {
      return new Matcher(label, op.word as MatchOp, stringValue(value.text));
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      // Prometheus compiles the anchored pattern, and Go quotes all of it in this one message.
      const message = error.message.replace(
        /(missing closing \): )`.*`$/s,
        (_, head) => `${head}\`^(?s:${stringValue(value.text)})$\``,
      );
      this.#error(message, { start: name.start, end: value.end });
      return undefined;
    }
  }

  // Modifiers: [range], [range:step], offset, @

  #modifiers(primary: Expr): Expr {
    let expr = primary;
    for (;;) {
      if (this.#isPunctuation('[')) expr = this.#brackets(expr);
      else if (this.#isKeyword('offset')) this.#offset(expr);
      else if (this.#isOperator('@')) this.#at(expr);
      else if (this.#isKeyword('anchored') || this.#isKeyword('smoothed')) {
        this.#halt(`${this.#token.word} modifier is experimental and not enabled`, expr);
      } else return expr;
    }
  }

  #brackets(expr: Expr): MatrixSelector | SubqueryExpr {
    const open = this.#advance();
    const rangeMs = this.#duration('subquery or range selector', DURATION_WORDS, true);
    if (this.#accept(':')) {
      const stepMs = this.#isPunctuation(']')
        ? 0
        : this.#duration('subquery selector', 'number, duration, step(), range(), or "]"', true);
      if (!this.#accept(']')) this.#unexpected('subquery selector', '"]"');
      const span = { start: expr.start, end: this.#lastEnd };
      return { kind: 'subquery', expr, rangeMs, stepMs, offsetMs: 0, at: undefined, ...span };
    }
    if (!this.#accept(']')) this.#unexpected('subquery or range', '":" or "]"');
    const bracketSpan = { start: open.start, end: this.#lastEnd };
    if (expr.kind !== 'vectorSelector') this.#halt('ranges only allowed for vector selectors', bracketSpan);
    if (expr.offsetMs !== 0) this.#error('no offset modifiers allowed before range', bracketSpan);
    else if (expr.at !== undefined) this.#error('no @ modifiers allowed before range', bracketSpan);
    return { kind: 'matrixSelector', selector: expr, rangeMs, start: expr.start, end: this.#lastEnd };
  }

  /** A number of seconds or a duration, with a sign; in ms. */
  #duration(context: string, expected: string, isPositive: boolean): number {
    const start = this.#token.start;
    let sign = 1;
    while (this.#isOperator('-') || this.#isOperator('+')) if (this.#advance().word === '-') sign = -sign;
    const token = this.#token;
    if (this.#isPunctuation('(') || token.type === 'PREPROCESSOR') this.#noDurationExpression(token);
    if (token.type !== 'NUMBER' && token.type !== 'DURATION') this.#unexpected(context, expected);
    this.#advance();
    const unsigned =
      token.type === 'NUMBER' ? Math.round((numberValue(token.text) ?? 0) * 1000) : this.#durationMs(token);
    const ms = sign * unsigned;
    const span = { start, end: token.end };
    if (!Number.isFinite(ms) || Math.abs(ms) > 9_223_372_036_854) this.#halt('duration out of range', span);
    if (isPositive) {
      if (ms <= 0 && this.errors.length === 0) this.#error('duration must be greater than 0', span);
      if (this.#token.type === 'OPERATOR' && '+-*/%^'.includes(this.#token.word)) this.#noDurationExpression(token);
    }
    return ms;
  }

  #noDurationExpression(span: Token): never {
    return this.#halt('experimental duration expression is not enabled', span);
  }

  /** The node whose offset and @ a modifier after `expr` sets, and where its end is kept. */
  #shifted(expr: Expr, modifier: string): { target: VectorSelector | SubqueryExpr; owner: { end: number } } {
    if (expr.kind === 'vectorSelector' || expr.kind === 'subquery') return { target: expr, owner: expr };
    if (expr.kind === 'matrixSelector') return { target: expr.selector, owner: expr };
    const rest = 'must be preceded by an instant vector selector or range vector selector or a subquery';
    return this.#halt(`${modifier} modifier ${rest}`, expr);
  }

  #offset(expr: Expr): void {
    this.#advance();
    const ms = this.#duration('offset', DURATION_WORDS, false);
    const { target, owner } = this.#shifted(expr, 'offset');
    if (target.offsetMs !== 0) this.#error('offset may not be set multiple times', expr);
    target.offsetMs = ms;
    owner.end = this.#lastEnd;
  }

  #at(expr: Expr): void {
    this.#advance();
    const at = this.#atTime(expr);
    const { target, owner } = this.#shifted(expr, '@');
    if (target.at !== undefined) this.#error('@ <timestamp> may not be set multiple times', expr);
    target.at = at;
    owner.end = this.#lastEnd;
  }

  #atTime(expr: Expr): AtModifier {
    const word = this.#token.word;
    if (this.#token.type === 'PREPROCESSOR' && (word === 'start' || word === 'end')) {
      this.#advance();
      if (!this.#accept('(') || !this.#accept(')')) this.#unexpected('@', 'timestamp');
      return { kind: word };
    }
    const sign = this.#isOperator('-') ? -1 : 1;
    if (this.#isOperator('-') || this.#isOperator('+')) this.#advance();
    const token = this.#token;
    if (token.type !== 'NUMBER' && token.type !== 'DURATION') this.#unexpected('@', 'timestamp');
    this.#advance();
    const seconds = sign * (token.type === 'NUMBER' ? (numberValue(token.text) ?? 0) : this.#durationMs(token) / 1000);
    if (!Number.isFinite(seconds) || Math.abs(seconds) >= 2 ** 63) {
      this.#error(`timestamp out of bounds for @ modifier: ${goFixed(seconds)}`, expr);
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
