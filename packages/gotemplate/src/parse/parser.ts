/** Tokens to trees. Grammar, look-ahead and messages follow Go's text/template/parse; `{{else with}}` as since Go 1.23. */
import { TemplateError } from '../errors.ts';
import { quote } from '../format/bytes.ts';
import { Lexer, type Token, type TokenType, tokenText } from './lexer.ts';
import { characterValue, numberValue, unquote } from './literals.ts';
import {
  type ActionNode,
  type BranchNode,
  type CommandNode,
  type ListNode,
  lineOf,
  nodeText,
  type Operand,
  type Origin,
  type PipeNode,
  type Statement,
  type TemplateNode,
  type VariableNode,
} from './nodes.ts';

/** Longest template text, in UTF-16 units. */
const MAX_TEMPLATE_LENGTH = 1_048_576;
/** Deepest nesting of blocks and parentheses. */
const MAX_NESTING = 500;

type End = { readonly type: 'end' | 'else'; readonly at: number };

const OPERANDS: ReadonlySet<TokenType> = new Set([
  'bool',
  'character',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  '(',
] as const);

/**
 * Parses `text` into its own tree, called `name`, and those it defines.
 * @param hasFunction whether a function of this name exists: using another one is a parse error
 * @throws TemplateError in Go's words: `template: name:line: ...`
 */
export function parseTemplate(
  name: string,
  text: string,
  hasFunction: (name: string) => boolean,
): ReadonlyMap<string, ListNode> {
  if (text.length > MAX_TEMPLATE_LENGTH) {
    throw new TemplateError(
      'template_limit',
      `template: ${name}: text of ${text.length} characters is longer than ${MAX_TEMPLATE_LENGTH}`,
    );
  }
  return new Parser({ name, text }, hasFunction).parse();
}

/** True when nothing but white space would be written. */
export function isEmptyTree(list: ListNode): boolean {
  return list.nodes.every((node) => node.type === 'text' && node.text.trim() === '');
}

function isEnd(node: Statement | End): node is End {
  return node.type === 'end' || node.type === 'else';
}

class Parser {
  readonly #origin: Origin;
  readonly #hasFunction: (name: string) => boolean;
  readonly #lexer: Lexer;
  readonly #trees = new Map<string, ListNode>();
  /** Read but given back, the next one last; `#last` is the newest token that the lexer gave. */
  readonly #pending: Token[] = [];
  #last: Token = { type: 'eof', at: 0, text: '' };
  #variables: string[] = ['$'];
  #rangeDepth = 0;
  #nesting = 0;
  #actionAt = -1;

  constructor(origin: Origin, hasFunction: (name: string) => boolean) {
    this.#origin = origin;
    this.#hasFunction = hasFunction;
    this.#lexer = new Lexer(origin.text);
  }

  parse(): ReadonlyMap<string, ListNode> {
    const nodes: Statement[] = [];
    const at = this.#peek().at;
    while (this.#peek().type !== 'eof') {
      if (this.#peek().type === 'left') {
        const delimiter = this.#next();
        if (this.#nextNonSpace().type === 'define') {
          this.#definition();
          continue;
        }
        this.#pending.push(this.#last, delimiter);
      }
      const node = this.#textOrAction();
      if (isEnd(node)) return this.#fail(`unexpected {{${node.type}}}`);
      nodes.push(node);
    }
    this.#add(this.#origin.name, { type: 'list', origin: this.#origin, at, nodes });
    return this.#trees;
  }

  #next(): Token {
    const pending = this.#pending.pop();
    if (pending !== undefined) return pending;
    this.#last = this.#lexer.next();
    return this.#last;
  }

  #peek(): Token {
    const token = this.#next();
    this.#pending.push(token);
    return token;
  }

  #nextNonSpace(): Token {
    for (;;) {
      const token = this.#next();
      if (token.type !== 'space') return token;
    }
  }

  #peekNonSpace(): Token {
    const token = this.#nextNonSpace();
    this.#pending.push(token);
    return token;
  }

  #fail(message: string): never {
    const line = lineOf(this.#origin, this.#last.at);
    throw new TemplateError('template_parse', `template: ${this.#origin.name}:${line}: ${message}`);
  }

  #unexpected(token: Token, context: string): never {
    if (token.type !== 'error') this.#fail(`unexpected ${tokenText(token)} in ${context}`);
    let extra = '';
    const line = this.#actionAt === -1 ? 0 : lineOf(this.#origin, this.#actionAt);
    if (line !== 0 && line !== lineOf(this.#origin, token.at)) {
      extra = ` in action started at ${this.#origin.name}:${line}`;
      if (token.text.endsWith(' action')) extra = extra.slice(' in action'.length);
    }
    this.#fail(token.text + extra);
  }

  #expect(type: TokenType, context: string): Token {
    const token = this.#nextNonSpace();
    if (token.type !== type) this.#unexpected(token, context);
    return token;
  }

  #add(name: string, list: ListNode): void {
    const known = this.#trees.get(name);
    if (known === undefined || isEmptyTree(known)) this.#trees.set(name, list);
    else if (!isEmptyTree(list)) this.#fail(`template: multiple definition of template ${quote(name)}`);
  }

  #definition(): void {
    const context = 'define clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    this.#expect('right', context);
    this.#separateTree(name, context);
  }

  /** The body of a define or block: its own variables and loops. */
  #separateTree(name: string, context: string): void {
    const saved = { variables: this.#variables, range: this.#rangeDepth };
    this.#variables = ['$'];
    this.#rangeDepth = 0;
    const { list, end } = this.#list();
    if (end.type !== 'end') this.#fail(`unexpected {{else}} in ${context}`);
    this.#add(name, list);
    this.#variables = saved.variables;
    this.#rangeDepth = saved.range;
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, context);
    return this.#unquote(token);
  }

  #unquote(token: Token): string {
    return unquote(token.text) ?? this.#fail('invalid syntax');
  }

  #list(): { list: ListNode; end: End } {
    this.#enter();
    const nodes: Statement[] = [];
    const at = this.#peekNonSpace().at;
    while (this.#peekNonSpace().type !== 'eof') {
      const node = this.#textOrAction();
      if (isEnd(node)) {
        this.#nesting--;
        return { list: { type: 'list', origin: this.#origin, at, nodes }, end: node };
      }
      nodes.push(node);
    }
    this.#fail('unexpected EOF');
  }

  #enter(): void {
    this.#nesting++;
    if (this.#nesting > MAX_NESTING) {
      throw new TemplateError(
        'template_limit',
        `template: ${this.#origin.name}: nested deeper than ${MAX_NESTING} blocks or parentheses`,
      );
    }
  }

  #textOrAction(): Statement | End {
    const token = this.#nextNonSpace();
    if (token.type === 'text') return { type: 'text', origin: this.#origin, at: token.at, text: token.text };
    if (token.type !== 'left') this.#unexpected(token, 'input');
    this.#actionAt = token.at;
    const action = this.#action();
    this.#actionAt = -1;
    return action;
  }

  #action(): Statement | End {
    const token = this.#nextNonSpace();
    switch (token.type) {
      case 'block':
        return this.#block();
      case 'break':
      case 'continue':
        return this.#jump(token.type, token.at);
      case 'else':
        return this.#else();
      case 'end':
        return { type: 'end', at: this.#expect('right', 'end').at };
      case 'if':
      case 'with':
      case 'range':
        return this.#branch(token.type);
      case 'template':
        return this.#template();
      default:
        this.#pending.push(token);
        return this.#command();
    }
  }

  #command(): ActionNode {
    const at = this.#peek().at;
    return { type: 'action', origin: this.#origin, at, pipe: this.#pipeline('command', 'right') };
  }

  #jump(type: 'break' | 'continue', at: number): Statement {
    const token = this.#nextNonSpace();
    if (token.type !== 'right') this.#unexpected(token, `{{${type}}}`);
    if (this.#rangeDepth === 0) this.#fail(`{{${type}}} outside {{range}}`);
    return { type, origin: this.#origin, at };
  }

  #else(): End {
    const token = this.#peekNonSpace();
    if (token.type === 'if' || token.type === 'with') return { type: 'else', at: token.at };
    return { type: 'else', at: this.#expect('right', 'else').at };
  }

  #branch(type: BranchNode['type']): BranchNode {
    const count = this.#variables.length;
    const pipe = this.#pipeline(type, 'right');
    if (type === 'range') this.#rangeDepth++;
    const { list: body, end } = this.#list();
    if (type === 'range') this.#rangeDepth--;
    const otherwise = end.type === 'else' ? this.#otherwise(type, end.at) : undefined;
    this.#variables.length = count;
    return { type, origin: this.#origin, at: pipe.at, pipe, body, otherwise };
  }

  #otherwise(type: BranchNode['type'], at: number): ListNode {
    if (type !== 'range' && this.#peek().type === type) {
      // `{{else if}}` is an if inside the else that shares its end.
      this.#next();
      this.#enter();
      const nodes = [this.#branch(type)];
      this.#nesting--;
      return { type: 'list', origin: this.#origin, at, nodes };
    }
    const { list, end } = this.#list();
    if (end.type !== 'end') this.#fail(`expected end; found {{${end.type}}}`);
    return list;
  }

  #block(): TemplateNode {
    const context = 'block clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.#pipeline(context, 'right');
    this.#separateTree(name, context);
    return { type: 'template', origin: this.#origin, at: token.at, name, pipe };
  }

  #template(): TemplateNode {
    const context = 'template clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    const after = this.#nextNonSpace();
    if (after.type === 'right') return { type: 'template', origin: this.#origin, at: token.at, name, pipe: undefined };
    this.#pending.push(after);
    return { type: 'template', origin: this.#origin, at: token.at, name, pipe: this.#pipeline(context, 'right') };
  }

  #pipeline(context: string, end: 'right' | ')'): PipeNode {
    this.#enter();
    const at = this.#peekNonSpace().at;
    const declared: VariableNode[] = [];
    const isAssign = this.#declarations(context, declared);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#nextNonSpace();
      if (token.type === end) break;
      if (!OPERANDS.has(token.type)) this.#unexpected(token, context);
      this.#pending.push(token);
      commands.push(this.#operands());
    }
    if (commands.length === 0) this.#fail(`missing value for ${context}`);
    commands.slice(1).forEach((command, index) => {
      if (['bool', 'dot', 'nil', 'number', 'string'].includes(command.args[0]?.type ?? ''))
        this.#fail(`non executable command in pipeline stage ${index + 2}`);
    });
    this.#nesting--;
    return { type: 'pipe', origin: this.#origin, at, isAssign, declared, commands };
  }

  /** `$x :=`, `$x =` or in a range `$i, $e :=`; adds to `declared` and says whether it assigns. */
  #declarations(context: string, declared: VariableNode[]): boolean {
    const variable = this.#peekNonSpace();
    if (variable.type !== 'variable') return false;
    this.#next();
    const adjacent = this.#peek();
    const next = this.#peekNonSpace();
    if (next.type === 'assign' || next.type === 'declare') {
      this.#nextNonSpace();
      this.#declare(variable, declared);
      return next.type === 'assign';
    }
    if (next.type === 'char' && next.text === ',') {
      this.#nextNonSpace();
      this.#declare(variable, declared);
      if (context !== 'range' || declared.length >= 2) this.#fail(`too many declarations in ${context}`);
      const after = this.#peekNonSpace().type;
      if (after === 'variable' || after === 'right' || after === ')') return this.#declarations(context, declared);
      this.#fail('range can only initialize variables');
    }
    if (adjacent.type === 'space') this.#pending.push(adjacent);
    this.#pending.push(variable);
    return false;
  }

  #declare(token: Token, declared: VariableNode[]): void {
    declared.push({ type: 'variable', origin: this.#origin, at: token.at, name: token.text, fields: [] });
    this.#variables.push(token.text);
  }

  #operands(): CommandNode {
    const args: Operand[] = [];
    const at = this.#peekNonSpace().at;
    for (;;) {
      this.#peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) args.push(operand);
      const token = this.#next();
      if (token.type === 'space') continue;
      if (token.type === 'right' || token.type === ')') this.#pending.push(token);
      else if (token.type !== 'pipe') this.#unexpected(token, 'operand');
      break;
    }
    if (args.length === 0) this.#fail('empty command');
    return { type: 'command', origin: this.#origin, at, args };
  }

  #operand(): Operand | undefined {
    const node = this.#term();
    if (node === undefined || this.#peek().type !== 'field') return node;
    const at = this.#peek().at;
    const fields: string[] = [];
    while (this.#peek().type === 'field') fields.push(this.#next().text.slice(1));
    switch (node.type) {
      case 'field':
      case 'variable':
        return { ...node, at, fields: [...node.fields, ...fields] };
      case 'identifier':
      case 'pipe':
        return { type: 'chain', origin: this.#origin, at, node, fields };
      default:
        this.#fail(`unexpected . after term ${quote(nodeText(node))}`);
    }
  }

  #term(): Operand | undefined {
    const token = this.#nextNonSpace();
    const position = { origin: this.#origin, at: token.at };
    switch (token.type) {
      case 'identifier':
        if (!this.#hasFunction(token.text)) this.#fail(`function ${quote(token.text)} not defined`);
        return { type: 'identifier', ...position, name: token.text };
      case 'dot':
      case 'nil':
        return { type: token.type, ...position };
      case 'variable':
        if (!this.#variables.includes(token.text)) this.#fail(`undefined variable ${quote(token.text)}`);
        return { type: 'variable', ...position, name: token.text, fields: [] };
      case 'field':
        return { type: 'field', ...position, fields: [token.text.slice(1)] };
      case 'bool':
        return { type: 'bool', ...position, value: token.text === 'true' };
      case 'character':
      case 'complex':
      case 'number': {
        const value = token.type === 'character' ? characterValue(token.text) : numberValue(token.text);
        if (typeof value === 'string') this.#fail(value);
        return { type: 'number', ...position, text: token.text, ...value };
      }
      case '(':
        return this.#pipeline('parenthesized pipeline', ')');
      case 'string':
      case 'rawString':
        return { type: 'string', ...position, source: token.text, value: this.#unquote(token) };
      default:
        this.#pending.push(token);
        return undefined;
    }
  }
}
