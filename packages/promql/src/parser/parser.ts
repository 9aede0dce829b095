/**
 * Tokens to tree, by precedence climbing, with the messages of Prometheus 3's own parser.
 *
 * The published grammar @prometheus-io/lezer-promql is made for editors and is not used for meaning: its tree binds
 * `a + b offset 5m` as `(a + b) offset 5m` and `-1^2` as `(-1)^2`, takes an unterminated string and refuses `1.`.
 * `lezer-agreement.test.ts` keeps the two in step on what they accept and pins where they differ.
 */
import { quote } from '@sightline/model';
import type {
  AggregateExpr,
  AggregateOp,
  BinaryExpr,
  BinaryOp,
  DurationOperand,
  Expr,
  MatrixSelector,
  SubqueryExpr,
  VectorMatching,
  VectorSelector,
} from './ast.ts';
import { expressionOf, literalMs } from './duration-parser.ts';
import { aggregationOf, findFunction, UNKNOWN_FUNCTION } from './functions.ts';
import { stringValue } from './literals.ts';
import { POWER, PRECEDENCE } from './precedence.ts';
import { SelectorParser } from './selector-parser.ts';
import { isMetricWord, startsExpression, type Token } from './tokens.ts';

/** Deepest nesting accepted: deeper text would overflow the stack of the parser or of a walk over the tree. */
const MAX_DEPTH = 500;
/** Most operators and subqueries in a query: `a + a + a ...` makes a tree as deep as it is long. */
const MAX_OPERATORS = 1000;

export interface ParserOptions {
  readonly enableExperimental?: boolean;
}

export class Parser extends SelectorParser {
  readonly #isExperimental: boolean;
  #depth = 0;
  #operators = 0;

  constructor(text: string, options: ParserOptions = {}) {
    super(text);
    this.#isExperimental = options.enableExperimental === true;
  }

  /** The whole text as one expression, or undefined when `errors` says why not. */
  parse(): Expr | undefined {
    return this.guarded(() => {
      if (this.isEnd()) this.halt('no expression found in input', { start: 0, end: 0 });
      const expr = this.#binary(1);
      if (!this.isEnd()) this.unexpected();
      return expr;
    });
  }

  /** The whole text as one instant selector without modifiers. */
  parseSelector(): VectorSelector | undefined {
    return this.guarded(() => {
      const isStart = this.isPunctuation('{') || isMetricWord(this.token);
      if (!isStart) this.unexpected();
      const selector = this.vectorSelector();
      if (!this.isEnd()) this.unexpected();
      return selector;
    });
  }

  // Expressions

  #binary(lowest: number): Expr {
    if (++this.#depth > MAX_DEPTH) this.halt(`expression is nested deeper than ${MAX_DEPTH} levels`, this.token);
    let left = this.#operand();
    for (;;) {
      const precedence = this.token.type === 'OPERATOR' ? PRECEDENCE.get(this.token.word) : undefined;
      if (precedence === undefined || precedence < lowest) break;
      left = this.#binaryRest(left, precedence);
    }
    this.#depth--;
    return left;
  }

  #countOperator(): void {
    if (++this.#operators > MAX_OPERATORS) this.halt(`expression has more than ${MAX_OPERATORS} operators`, this.token);
  }

  #binaryRest(lhs: Expr, precedence: number): BinaryExpr {
    this.#countOperator();
    const op = this.advance().word as BinaryOp;
    const returnBool = this.isKeyword('bool');
    if (returnBool) this.advance();
    const matching = this.#matching();
    // Only ^ groups to the right.
    const rhs = this.#binary(op === '^' ? precedence : precedence + 1);
    const { fill } = matching;
    if (!this.#isExperimental && (fill.lhs !== undefined || fill.rhs !== undefined)) {
      const span = { start: lhs.start, end: rhs.end };
      this.halt('binop fill modifiers are experimental and not enabled', span);
    }
    return { kind: 'binary', op, lhs, rhs, returnBool, matching, start: lhs.start, end: rhs.end };
  }

  #matching(): VectorMatching {
    const fill = { lhs: undefined, rhs: undefined };
    const matching: VectorMatching = { card: 'one-to-one', on: false, labels: [], include: [], fill };
    if (this.isKeyword('on') || this.isKeyword('ignoring')) {
      matching.on = this.advance().word === 'on';
      matching.labels = this.groupingLabels();
      if (this.isKeyword('group_left') || this.isKeyword('group_right')) {
        matching.card = this.advance().word === 'group_left' ? 'many-to-one' : 'one-to-many';
        const isFill = this.token.type === 'KEYWORD' && this.token.word.startsWith('fill');
        if (this.isPunctuation('(') || !(startsExpression(this.token) || isFill))
          matching.include = this.groupingLabels();
      }
    }
    matching.fill = this.#fill();
    return matching;
  }

  /** fill(x), or fill_left(x) and fill_right(x) in either order. */
  #fill(): VectorMatching['fill'] {
    if (this.isKeyword('fill')) {
      const value = this.#fillValue();
      return { lhs: value, rhs: value };
    }
    let lhs: number | undefined;
    let rhs: number | undefined;
    const isLeft = () => lhs === undefined && this.isKeyword('fill_left');
    const isRight = () => rhs === undefined && this.isKeyword('fill_right');
    while (isLeft() || isRight()) {
      if (isLeft()) lhs = this.#fillValue();
      else rhs = this.#fillValue();
    }
    return { lhs, rhs };
  }

  #fillValue(): number {
    this.advance();
    this.expect('(');
    const isSigned = this.isOperator('+') || this.isOperator('-');
    const sign = isSigned && this.advance().word === '-' ? -1 : 1;
    if (this.token.type !== 'NUMBER' && this.token.type !== 'DURATION') this.unexpected();
    const literal = this.#number();
    this.expect(')');
    return sign * (literal.kind === 'number' ? literal.value : 0);
  }

  #operand(): Expr {
    if (this.isOperator('+') || this.isOperator('-')) {
      const op = this.advance();
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
    const token = this.token;
    switch (token.type) {
      case 'NUMBER':
      case 'DURATION':
        return this.#number();
      case 'STRING':
        this.advance();
        return { kind: 'string', value: stringValue(token.text), start: token.start, end: token.end };
      case 'PUNCTUATION':
        if (token.word === '(') return this.#paren();
        if (token.word === '{') return this.vectorSelector();
        return this.unexpected();
      case 'IDENTIFIER':
        return this.#identifier();
      case 'AGGREGATOR':
        return this.#aggregatorOrMetric();
      case 'PREPROCESSOR':
        return this.#identifier();
      default:
        return isMetricWord(token) ? this.vectorSelector() : this.unexpected();
    }
  }

  #number(): Expr {
    const token = this.advance();
    const { start, end } = token;
    if (token.type === 'NUMBER') {
      const value = this.numberOf(token);
      return { kind: 'number', value, isDuration: false, start, end };
    }
    return { kind: 'number', value: this.durationMs(token) / 1000, isDuration: true, start, end };
  }

  #paren(): Expr {
    const { start } = this.advance();
    const expr = this.#binary(1);
    this.expect(')');
    return { kind: 'paren', expr, start, end: this.lastEnd };
  }

  #identifier(): Expr {
    const name = this.token;
    // One token ahead is enough to tell a call from a metric, so the selector is built from the token itself.
    this.advance();
    if (!this.isPunctuation('(')) return this.selectorAfterName(name);
    const func = findFunction(name.type === 'PREPROCESSOR' ? name.word : name.text);
    // Said when the call is complete, before the token after it is looked at.
    const args = this.#arguments(() => {
      if (func === undefined) this.error(`unknown function with name ${quote(name.text)}`, name);
      else if (func.isExperimental && !this.#isExperimental) {
        this.error(`function ${quote(name.text)} is not enabled`, name);
      }
    });
    return { kind: 'call', func: func ?? UNKNOWN_FUNCTION, args, start: name.start, end: this.lastEnd };
  }

  #arguments(onClose?: () => void): Expr[] {
    this.advance();
    const args: Expr[] = [];
    while (args.length > 0 || !this.isPunctuation(')')) {
      args.push(this.#binary(1));
      if (!this.isPunctuation(',')) break;
      const comma = this.advance();
      if (!startsExpression(this.token)) {
        this.error('trailing commas not allowed in function call args', comma);
        break;
      }
    }
    if (!this.isPunctuation(')')) this.unexpected();
    onClose?.();
    this.advance();
    return args;
  }

  // Aggregations

  #aggregatorOrMetric(): Expr {
    const op = this.advance();
    const isAggregation = this.isPunctuation('(') || this.isKeyword('by') || this.isKeyword('without');
    return isAggregation ? this.#aggregation(op) : this.selectorAfterName(op);
  }

  #aggregation(opToken: Token): AggregateExpr {
    this.openAggregations++;
    let modifier = this.#aggregateModifier();
    if (!this.isPunctuation('(')) this.unexpected();
    const args = this.#arguments();
    let end = this.lastEnd;
    this.openAggregations--;
    if (modifier === undefined) {
      modifier = this.#aggregateModifier();
      if (modifier !== undefined) end = this.lastEnd;
    }
    const op = opToken.word as AggregateOp;
    const grouping = modifier ?? { grouping: [], without: false };
    const span = { start: opToken.start, end };
    const signature = aggregationOf(op);
    if (args.length === 0) this.halt('no arguments for aggregate expression provided', span);
    if (signature.isExperimental && !this.#isExperimental) {
      const flag = '--enable-feature=promql-experimental-functions';
      this.halt(`${op}() is experimental and must be enabled with ${flag}`, span);
    }
    const wanted = signature.param === undefined ? 1 : 2;
    if (args.length !== wanted) {
      const counts = `expected ${wanted}, got ${args.length}`;
      this.halt(`wrong number of arguments for aggregate expression provided, ${counts}`, span);
    }
    const param = wanted === 2 ? args[0] : undefined;
    return { kind: 'aggregate', op, expr: args[wanted - 1] as Expr, param, ...grouping, ...span };
  }

  #aggregateModifier(): { grouping: string[]; without: boolean } | undefined {
    if (!this.isKeyword('by') && !this.isKeyword('without')) return undefined;
    const without = this.advance().word === 'without';
    return { grouping: this.groupingLabels(), without };
  }

  // Modifiers: [range], [range:step], offset, @

  #modifiers(primary: Expr): Expr {
    let expr = primary;
    for (;;) {
      if (this.isPunctuation('[')) expr = this.#brackets(expr);
      else if (this.isKeyword('offset')) this.#offset(expr);
      else if (this.isOperator('@')) this.#at(expr);
      else if (this.isKeyword('anchored') || this.isKeyword('smoothed')) this.#edge(expr);
      else return expr;
    }
  }

  #brackets(expr: Expr): MatrixSelector | SubqueryExpr {
    this.#countOperator();
    const open = this.advance();
    const range = this.positiveDuration('subquery or range selector');
    if (this.accept(':')) return this.#subquery(expr, range);
    if (!this.isPunctuation(']')) this.unexpected('subquery or range', '":" or "]"');
    // Said before the token after the bracket is looked at.
    const bracketSpan = { start: open.start, end: this.token.end };
    if (expr.kind !== 'vectorSelector') this.halt('ranges only allowed for vector selectors', bracketSpan);
    if (expr.offsetMs !== 0 || expr.offsetExpr !== undefined) {
      this.error('no offset modifiers allowed before range', bracketSpan);
    } else if (expr.at !== undefined) this.error('no @ modifiers allowed before range', bracketSpan);
    this.advance();
    const span = { start: expr.start, end: this.lastEnd };
    return {
      kind: 'matrixSelector',
      selector: expr,
      rangeMs: literalMs(range),
      rangeExpr: expressionOf(range),
      ...span,
    };
  }

  #subquery(expr: Expr, range: DurationOperand): SubqueryExpr {
    let step: DurationOperand | undefined;
    if (this.startsDuration()) step = this.positiveDuration('subquery or range selector');
    else if (!this.isPunctuation(']')) {
      this.unexpected('subquery selector', 'number, duration, step(), range(), or "]"');
    }
    if (!this.accept(']')) this.unexpected('subquery selector', '"]"');
    return {
      kind: 'subquery',
      expr,
      rangeMs: literalMs(range),
      rangeExpr: expressionOf(range),
      stepMs: step === undefined ? 0 : literalMs(step),
      stepExpr: step === undefined ? undefined : expressionOf(step),
      offsetMs: 0,
      offsetExpr: undefined,
      at: undefined,
      start: expr.start,
      end: this.lastEnd,
    };
  }

  /** `anchored` or `smoothed` after a selector. */
  #edge(expr: Expr): void {
    const edge = this.advance().word as 'anchored' | 'smoothed';
    if (!this.#isExperimental) this.halt(`${edge} modifier is experimental and not enabled`, expr);
    if (expr.kind === 'subquery') this.halt(`${edge} modifier is not supported for subqueries`, expr);
    const target = expr.kind === 'matrixSelector' ? expr.selector : expr;
    if (target.kind !== 'vectorSelector') this.halt(`${edge} modifier not implemented`, expr);
    if (target.edge !== undefined && target.edge !== edge) {
      this.halt('anchored and smoothed modifiers cannot be used together', expr);
    }
    target.edge = edge;
  }

  /** The node whose offset and @ a modifier after `expr` sets, and where its end is kept. */
  #shifted(expr: Expr, modifier: string): { target: VectorSelector | SubqueryExpr; owner: { end: number } } {
    if (expr.kind === 'vectorSelector' || expr.kind === 'subquery') return { target: expr, owner: expr };
    if (expr.kind === 'matrixSelector') return { target: expr.selector, owner: expr };
    const rest = 'must be preceded by an instant vector selector or range vector selector or a subquery';
    return this.halt(`${modifier} modifier ${rest}`, expr);
  }

  #offset(expr: Expr): void {
    this.advance();
    const offset = this.offsetDuration();
    const { target, owner } = this.#shifted(expr, 'offset');
    if (target.offsetMs !== 0 || target.offsetExpr !== undefined) {
      this.error('offset may not be set multiple times', expr);
    }
    target.offsetMs = literalMs(offset);
    target.offsetExpr = expressionOf(offset);
    owner.end = this.lastEnd;
  }

  #at(expr: Expr): void {
    this.advance();
    const at = this.atTime(expr);
    const { target, owner } = this.#shifted(expr, '@');
    if (target.at !== undefined) this.error('@ <timestamp> may not be set multiple times', expr);
    target.at = at;
    owner.end = this.lastEnd;
  }
}
