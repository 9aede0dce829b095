/**
 * Turns trees into closures once, so that executing a template parses, looks up and allocates as little as possible.
 * Evaluation order and error positions follow Go's text/template/exec.go: `run.node` is what Go's `state.at` remembers.
 */
import { quote } from '../format/bytes.ts';
import { sortedEntries, sprint } from '../format/print.ts';
import type { BranchNode, ListNode, PipeNode, Statement, TemplateNode } from '../parse/nodes.ts';
import { basic, GoMap, GoNamed, GoPointer, GoSlice, type GoValue, indirect, isTrue } from '../value/values.ts';
import { type CompiledCommand, type Expression, OperandCompiler, type SetLookup } from './operands.ts';
import type { Run } from './run.ts';

/** How a statement ended: on to the next one, or out of the loop's body. */
type Flow = 0 | 1 | 2;
const NEXT: Flow = 0;
const BREAK: Flow = 1;
const CONTINUE: Flow = 2;
type Code = (run: Run, dot: GoValue) => Flow;

export interface CompiledTemplate {
  readonly name: string;
  /** Variables of the template, `$` first. */
  readonly slots: number;
  readonly code: Code;
}

export function compileTemplate(name: string, list: ListNode, set: SetLookup): CompiledTemplate {
  const compiler = new Compiler(set);
  const code = compiler.list(list);
  return { name, code, slots: compiler.scope.slots };
}

/** Executes a template as another calls it: its own variables, `$` is dot. */
export function runTemplate(run: Run, template: CompiledTemplate, dot: GoValue): void {
  const saved = { variables: run.variables, name: run.templateName };
  run.variables = new Array<GoValue>(template.slots).fill(null);
  run.variables[0] = dot;
  run.templateName = template.name;
  template.code(run, dot);
  run.variables = saved.variables;
  run.templateName = saved.name;
}

/** Names visible at a point of the template and the slot of each; slots are not used twice. */
export class Scope {
  slots = 1;
  readonly #visible: { name: string; slot: number }[] = [{ name: '$', slot: 0 }];

  find(name: string): number | undefined {
    return this.#visible.findLast((variable) => variable.name === name)?.slot;
  }

  declare(name: string): number {
    const slot = this.slots++;
    this.#visible.push({ name, slot });
    return slot;
  }

  mark(): number {
    return this.#visible.length;
  }

  release(mark: number): void {
    this.#visible.length = mark;
  }
}

class Compiler {
  readonly scope = new Scope();
  readonly #operands: OperandCompiler;

  constructor(set: SetLookup) {
    this.#operands = new OperandCompiler(this.scope, set, (pipe) => this.pipe(pipe));
  }

  list(list: ListNode): Code {
    const codes = list.nodes.map((node) => this.#statement(node));
    const only = codes[0];
    if (only !== undefined && codes.length === 1) return only;
    return (run, dot) => {
      for (const code of codes) {
        const flow = code(run, dot);
        if (flow !== NEXT) return flow;
      }
      return NEXT;
    };
  }

  #statement(node: Statement): Code {
    switch (node.type) {
      case 'text':
        return (run) => {
          run.step();
          run.write(node.text);
          return NEXT;
        };
      case 'action':
        return this.#action(node.pipe, node);
      case 'if':
      case 'with':
        return this.#conditional(node);
      case 'range':
        return this.#range(node);
      case 'template':
        return this.#call(node);
      case 'break':
        return () => BREAK;
      case 'continue':
        return () => CONTINUE;
    }
  }

  #action(pipe: PipeNode, node: Statement): Code {
    const evaluate = this.pipe(pipe);
    if (pipe.declared.length > 0) {
      return (run, dot) => {
        run.step();
        evaluate(run, dot);
        return NEXT;
      };
    }
    return (run, dot) => {
      run.step();
      const value = evaluate(run, dot);
      run.node = node;
      run.write(typeof value === 'string' ? value : printable(value));
      return NEXT;
    };
  }

  #conditional(node: BranchNode): Code {
    const mark = this.scope.mark();
    const evaluate = this.pipe(node.pipe);
    const body = this.#block(node.body);
    const otherwise = node.otherwise === undefined ? undefined : this.#block(node.otherwise);
    this.scope.release(mark);
    const setsDot = node.type === 'with';
    return (run, dot) => {
      run.step();
      const value = evaluate(run, dot);
      if (isTrue(value)) return body(run, setsDot ? value : dot);
      return otherwise === undefined ? NEXT : otherwise(run, dot);
    };
  }

  #block(list: ListNode): Code {
    const mark = this.scope.mark();
    const code = this.list(list);
    this.scope.release(mark);
    return code;
  }

  #range(node: BranchNode): Code {
    const mark = this.scope.mark();
    const evaluate = this.pipe(node.pipe);
    const slots = node.pipe.declared.map((variable) => this.scope.find(variable.name));
    const [first, second] = slots;
    const elementSlot = slots.length > 1 ? second : first;
    const indexSlot = slots.length > 1 ? first : undefined;
    const body = this.#block(node.body);
    const otherwise = node.otherwise === undefined ? undefined : this.#block(node.otherwise);
    this.scope.release(mark);
    return (run, dot) => {
      run.step();
      const items = iterate(run, evaluate(run, dot), node);
      if (items === undefined) return otherwise === undefined ? NEXT : otherwise(run, dot);
      for (const [index, element] of items) {
        run.step();
        if (elementSlot !== undefined) run.variables[elementSlot] = element;
        if (indexSlot !== undefined) run.variables[indexSlot] = index;
        if (body(run, element) === BREAK) break;
      }
      return NEXT;
    };
  }

  #call(node: TemplateNode): Code {
    const evaluate = node.pipe === undefined ? undefined : this.pipe(node.pipe);
    return (run, dot) => {
      run.step();
      run.node = node;
      const template = run.find(node.name);
      if (template === undefined) return run.fail(`template ${quote(node.name)} not defined`);
      run.enterTemplate();
      runTemplate(run, template, evaluate === undefined ? null : evaluate(run, dot));
      run.depth--;
      return NEXT;
    };
  }

  /** Evaluates a pipeline and sets the variables it declares or assigns. */
  pipe(pipe: PipeNode): Expression {
    const commands = pipe.commands.map((command) => this.#operands.command(command));
    const evaluate = sequence(pipe, commands);
    if (pipe.declared.length === 0) return evaluate;
    const names = pipe.declared.map((variable) => variable.name);
    const slots = names.map((name) => (pipe.isAssign ? this.scope.find(name) : this.scope.declare(name)));
    return (run, dot) => {
      const value = evaluate(run, dot);
      for (const [index, slot] of slots.entries()) {
        if (slot === undefined) return run.fail(`undefined variable: ${names[index]}`);
        run.variables[slot] = value;
      }
      return value;
    };
  }
}

function sequence(pipe: PipeNode, commands: readonly CompiledCommand[]): Expression {
  const first = commands[0];
  if (first === undefined) throw new Error('a pipeline has at least one command');
  if (commands.length === 1) {
    return (run, dot) => {
      run.node = pipe;
      return first(run, dot, undefined);
    };
  }
  return (run, dot) => {
    run.node = pipe;
    let value: GoValue | undefined;
    for (const command of commands) value = command(run, dot, value);
    return value as GoValue;
  };
}

/** What a pipeline's value writes; null is Go's missing value. */
function printable(value: GoValue): string {
  if (value === null) return '<no value>';
  return sprint([value instanceof GoPointer ? (value.target ?? value) : value]);
}

type Items = Iterable<readonly [GoValue, GoValue]>;

/** What a range runs over, undefined when that is empty. */
function iterate(run: Run, collection: GoValue, node: BranchNode): Items | undefined {
  const value = indirect(collection);
  if (value === undefined || value === null) return undefined;
  if (value instanceof GoSlice) {
    const items = value.items ?? [];
    return items.length === 0 ? undefined : items.map((item, index): [GoValue, GoValue] => [BigInt(index), item]);
  }
  if (value instanceof GoMap) return (value.entries?.size ?? 0) === 0 ? undefined : sortedEntries(value);
  const plain = basic(value);
  if (typeof plain === 'bigint') {
    if (node.pipe.declared.length > 1) run.fail(`can't use ${sprint([value])} to iterate over more than one variable`);
    return plain <= 0n ? undefined : count(plain, value);
  }
  run.fail(`range can't iterate over ${sprint([value])}`);
}

function* count(limit: bigint, like: GoValue): Generator<readonly [GoValue, GoValue]> {
  for (let index = 0n; index < limit; index++) {
    const value = like instanceof GoNamed ? new GoNamed(like.type, index) : index;
    yield [value, value];
  }
}
