/** Compiles commands and operands: fields, methods, function calls and the conversion of arguments to parameter types. */
import { FunctionError, TemplateError } from '../errors.ts';
import { quote } from '../format/bytes.ts';
import type {
  ChainNode,
  CommandNode,
  FieldNode,
  IdentifierNode,
  NumberNode,
  Operand,
  PipeNode,
  TemplateTreeNode,
  VariableNode,
} from '../parse/nodes.ts';
import { nodeText } from '../parse/nodes.ts';
import { canBeNil, type GoFunction, type GoType, isAssignable } from '../value/types.ts';
import {
  GoMap,
  GoNamed,
  GoPointer,
  GoStruct,
  type GoValue,
  isTrue,
  typeName,
  typeOf,
  zeroValue,
} from '../value/values.ts';
import type { Scope } from './compile.ts';
import { Pending, type Run } from './run.ts';

export type Expression = (run: Run, dot: GoValue) => GoValue;
/** A command of a pipeline; `final` is the value of the command before it, if any. */
export type CompiledCommand = (run: Run, dot: GoValue, final: GoValue | undefined) => GoValue;

export type MissingKey = 'default' | 'zero' | 'error';

/** What compiling needs of the set that the template is part of; sets that share it share compiled templates. */
export interface SetLookup {
  readonly missingKey: MissingKey;
  readonly findFunction: (name: string) => TemplateFunction | undefined;
}

/** A function that also sees the execution: what it needs of the world, or a query it must wait for. */
export interface TemplateFunction extends Omit<GoFunction, 'call'> {
  readonly call: (args: readonly GoValue[], run: Run) => GoValue;
  /** `and` and `or` stop at the first argument whose truth is this. */
  readonly stopsAt?: boolean;
}

type Call = (run: Run, dot: GoValue, final: GoValue | undefined, receiver: GoValue) => GoValue;

interface Signature {
  readonly params: readonly GoType[];
  readonly rest?: GoType;
  readonly stopsAt?: boolean;
  readonly results?: number;
  readonly invoke: (args: readonly GoValue[], run: Run, receiver: GoValue) => GoValue;
}

export class OperandCompiler {
  readonly #scope: Scope;
  readonly #set: SetLookup;
  readonly #pipe: (pipe: PipeNode) => Expression;

  constructor(scope: Scope, set: SetLookup, pipe: (pipe: PipeNode) => Expression) {
    this.#scope = scope;
    this.#set = set;
    this.#pipe = pipe;
  }

  command(command: CommandNode): CompiledCommand {
    const word = command.args[0];
    if (word === undefined) throw new Error('a command has at least one word');
    const args = command.args.slice(1);
    switch (word.type) {
      case 'field':
        return this.#fieldNode(word, args);
      case 'chain':
        return this.#chain(word, args);
      case 'identifier':
        return this.#function(word, command, args);
      case 'variable':
        return this.#variable(word, args);
      case 'pipe': {
        const evaluate = this.#pipe(word);
        return (run, dot, final) => {
          refuseArguments(run, word, args, final);
          return evaluate(run, dot);
        };
      }
      default: {
        const evaluate = this.#constant(word);
        return (run, dot, final) => {
          run.node = word;
          refuseArguments(run, word, args, final);
          return evaluate(run, dot);
        };
      }
    }
  }

  #constant(word: Exclude<Operand, FieldNode | ChainNode | IdentifierNode | VariableNode | PipeNode>): Expression {
    switch (word.type) {
      case 'dot':
        return (_run, dot) => dot;
      case 'nil':
        return (run) => run.fail('nil is not a command');
      case 'number':
        return (run) => idealConstant(run, word);
      default: {
        const { value } = word;
        return () => value;
      }
    }
  }

  #fieldNode(node: FieldNode, args: readonly Operand[]): CompiledCommand {
    const access = this.#fields(node, node.fields, args);
    return (run, dot, final) => {
      run.node = node;
      return access(run, dot, final, dot);
    };
  }

  #chain(node: ChainNode, args: readonly Operand[]): CompiledCommand {
    const receiver = this.#argument(node.node, undefined);
    const access = this.#fields(node, node.fields, args);
    return (run, dot, final) => {
      run.node = node;
      const value = receiver(run, dot);
      return access(run, dot, final, value);
    };
  }

  #variable(node: VariableNode, args: readonly Operand[]): CompiledCommand {
    const slot = this.#scope.find(node.name);
    const access = node.fields.length === 0 ? undefined : this.#fields(node, node.fields, args);
    return (run, dot, final) => {
      run.node = node;
      if (slot === undefined) return run.fail(`undefined variable: ${node.name}`);
      const value = run.variables[slot] as GoValue;
      if (access !== undefined) return access(run, dot, final, value);
      refuseArguments(run, node, args, final);
      return value;
    };
  }

  /** `.A.B.C args`: only the last field takes the arguments. */
  #fields(node: TemplateTreeNode, names: readonly string[], args: readonly Operand[]): Call {
    const steps = names.map((name, index) => this.#field(node, name, index === names.length - 1 ? args : []));
    const only = steps[0];
    if (only !== undefined && steps.length === 1) return only;
    return (run, dot, final, receiver) => {
      let value = receiver;
      steps.forEach((step, index) => {
        value = step(run, dot, index === steps.length - 1 ? final : undefined, value);
      });
      return value;
    };
  }

  #field(node: TemplateTreeNode, name: string, args: readonly Operand[]): Call {
    // Which method it is depends on the receiver; its call is compiled once per method.
    const calls = new Map<GoFunction, Call>();
    return (run, dot, final, receiver) => {
      if (receiver === null) {
        if (this.#set.missingKey === 'error') run.fail(`nil data; no entry for key ${quote(name)}`);
        return null;
      }
      const target = receiver instanceof GoPointer ? receiver.target : receiver;
      const method = target === undefined ? undefined : typeOf(target)?.methods?.get(name);
      if (method !== undefined) {
        let call = calls.get(method);
        if (call === undefined) {
          const invoke = (values: readonly GoValue[], _run: Run, self: GoValue) => method.call(values, self);
          call = this.#call({ ...method, invoke }, name, node, args);
          calls.set(method, call);
        }
        return call(run, dot, final, target as GoValue);
      }
      return readField(run, name, receiver, target, args.length > 0 || final !== undefined, this.#set.missingKey);
    };
  }

  #function(node: IdentifierNode, at: TemplateTreeNode, args: readonly Operand[]): CompiledCommand {
    const definition = this.#set.findFunction(node.name);
    if (definition === undefined) {
      return (run) => {
        run.node = node;
        return run.fail(`${quote(node.name)} is not a defined function`);
      };
    }
    const { params, rest, stopsAt, call: invoke } = definition;
    const signature = { params, ...(rest && { rest }), ...(stopsAt !== undefined && { stopsAt }), invoke };
    const call = this.#call(signature, node.name, at, args);
    return (run, dot, final) => {
      run.node = node;
      run.step();
      return call(run, dot, final, null);
    };
  }

  #call(signature: Signature, name: string, at: TemplateTreeNode, args: readonly Operand[]): Call {
    const { params, rest, invoke } = signature;
    const typeAt = (index: number): GoType | undefined => (index < params.length ? params[index] : rest);
    const compiled = args.map((arg, index) => this.#argument(arg, typeAt(index) ?? undefined));
    if (signature.stopsAt !== undefined) return shortCircuit(signature.stopsAt, compiled, name, args.length);
    return (run, dot, final, receiver) => {
      const given = args.length + (final === undefined ? 0 : 1);
      if (rest === undefined ? given !== params.length : given < params.length) {
        const wanted =
          rest === undefined ? `${params.length} got ${given}` : `at least ${params.length} got ${args.length}`;
        run.fail(`wrong number of args for ${name}: want ${wanted}`);
      }
      if (signature.results !== undefined)
        run.fail(`can't call method/function ${quote(name)} with ${signature.results} results`);
      const values: GoValue[] = [];
      for (const argument of compiled) values.push(argument(run, dot));
      if (final !== undefined) values.push(validate(run, final, typeAt(args.length)));
      for (const value of values) if (typeof value === 'string') run.consumed(value);
      const result = invokeSafely(run, () => invoke(values, run, receiver), name, at);
      if (typeof result === 'string') run.produced(result);
      return result;
    };
  }

  /** An argument for a parameter of this type; without a type anything goes. */
  #argument(node: Operand, type: GoType | undefined): Expression {
    switch (node.type) {
      case 'dot':
        return (run, dot) => {
          run.node = node;
          return validate(run, dot, type);
        };
      case 'nil':
        return (run) => {
          run.node = node;
          if (type !== undefined && !canBeNil(type)) run.fail(`cannot assign nil to ${type.name}`);
          return type === undefined ? null : zeroValue(type);
        };
      case 'field':
      case 'variable':
      case 'chain':
      case 'identifier': {
        const evaluate = this.#reference(node);
        return (run, dot) => {
          run.node = node;
          return validate(run, evaluate(run, dot, undefined), type);
        };
      }
      case 'pipe': {
        const evaluate = this.#pipe(node);
        return (run, dot) => {
          run.node = node;
          return validate(run, evaluate(run, dot), type);
        };
      }
      default:
        return literalArgument(node, type);
    }
  }

  #reference(node: FieldNode | VariableNode | ChainNode | IdentifierNode): CompiledCommand {
    switch (node.type) {
      case 'field':
        return this.#fieldNode(node, []);
      case 'variable':
        return this.#variable(node, []);
      case 'chain':
        return this.#chain(node, []);
      case 'identifier':
        return this.#function(node, node, []);
    }
  }
}

function refuseArguments(run: Run, word: Operand, args: readonly Operand[], final: GoValue | undefined): void {
  if (args.length > 0 || final !== undefined) run.fail(`can't give argument to non-function ${nodeText(word)}`);
}

/** An untyped constant: characters and hexadecimal numbers are integers, a point or exponent makes a float. */
function idealConstant(run: Run, node: NumberNode): GoValue {
  const { text } = node;
  const isHexInteger = /^0[xX]/.test(text) && !/[pP]/.test(text);
  if (node.float !== undefined && !isHexInteger && !text.startsWith("'") && /[.eEpP]/.test(text)) return node.float;
  if (node.int === undefined) {
    run.node = node;
    run.fail(`${text} overflows int`);
  }
  return node.int;
}

type Literal = Extract<Operand, { type: 'bool' | 'number' | 'string' }>;

function literalArgument(node: Literal, type: GoType | undefined): Expression {
  const value = type === undefined || type.kind === 'interface' ? undefined : typedLiteral(node, type);
  if (typeof value === 'object' && value !== null && 'refusal' in value) {
    const { refusal } = value;
    return (run) => {
      run.node = node;
      return run.fail(refusal);
    };
  }
  if (value !== undefined) {
    return (run) => {
      run.node = node;
      return value;
    };
  }
  return (run) => {
    run.node = node;
    return node.type === 'number' ? idealConstant(run, node) : node.value;
  };
}

function typedLiteral(node: Literal, type: GoType): GoValue | { refusal: string } {
  const wrap = (value: string | number | bigint | boolean): GoValue =>
    typeOf(value)?.name === type.name ? value : new GoNamed(type, value);
  const refusal = (wanted: string) => ({ refusal: `expected ${wanted}; found ${nodeText(node)}` });
  switch (type.kind) {
    case 'bool':
      return node.type === 'bool' ? wrap(node.value) : refusal('bool');
    case 'string':
      return node.type === 'string' ? wrap(node.value) : refusal('string');
    case 'int':
      return node.type === 'number' && node.int !== undefined ? wrap(node.int) : refusal('integer');
    case 'uint':
      return node.type === 'number' && node.uint !== undefined ? wrap(node.uint) : refusal('unsigned integer');
    case 'float':
      return node.type === 'number' && node.float !== undefined ? wrap(node.float) : refusal('float');
    default:
      return { refusal: `can't handle ${nodeText(node)} for arg of type ${type.name}` };
  }
}

/** The value as a parameter of this type takes it: nil as its zero value, a pointer also as what it points to. */
function validate(run: Run, value: GoValue, type: GoType | undefined): GoValue {
  if (type === undefined || type.kind === 'interface') return value;
  if (value === null) {
    if (canBeNil(type)) return zeroValue(type);
    run.fail(`invalid value; expected ${type.name}`);
  }
  const from = typeOf(value);
  if (from === undefined || from === type || isAssignable(from, type)) return value;
  if (value instanceof GoPointer && from.elem !== undefined && isAssignable(from.elem, type)) {
    if (value.target === undefined) run.fail(`dereference of nil pointer of type ${type.name}`);
    return value.target;
  }
  run.fail(`wrong type for value; expected ${type.name}; got ${typeName(value)}`);
}

function shortCircuit(stopsAt: boolean, args: readonly Expression[], name: string, count: number): Call {
  return (run, dot, final) => {
    if (count === 0 && final === undefined) run.fail(`wrong number of args for ${name}: want at least 1 got 0`);
    let value: GoValue = null;
    for (const argument of args) {
      value = argument(run, dot);
      if (isTrue(value) === stopsAt) return value;
    }
    return final === undefined ? value : final;
  };
}

function invokeSafely(run: Run, invoke: () => GoValue, name: string, at: TemplateTreeNode): GoValue {
  try {
    return invoke();
  } catch (error) {
    if (error instanceof Pending) throw error;
    if (error instanceof TemplateError && error.code === 'template_limit') throw error;
    if (!(error instanceof FunctionError) && !(error instanceof TemplateError)) throw error;
    run.node = at;
    run.fail(`error calling ${name}: ${error.message}`, 'template_exec', error);
  }
}

/** A field of a struct or an entry of a map. */
function readField(
  run: Run,
  name: string,
  receiver: GoValue,
  target: GoValue | undefined,
  hasArguments: boolean,
  missingKey: MissingKey,
): GoValue {
  const type = typeOf(receiver);
  if (target === undefined) {
    if (type?.elem?.fields?.some((field) => field.name === name) ?? true)
      run.fail(`nil pointer evaluating ${type?.name}.${name}`);
  } else if (target instanceof GoStruct) {
    const index = target.type.fields?.findIndex((field) => field.name === name) ?? -1;
    if (index >= 0) {
      if (hasArguments) run.fail(`${name} has arguments but cannot be invoked as function`);
      return target.values[index] ?? null;
    }
    if (target.type.hidden?.includes(name)) run.fail(`${name} is an unexported field of struct type ${type?.name}`);
  } else if (target instanceof GoMap) {
    if (hasArguments) run.fail(`${name} is not a method but has arguments`);
    const value = target.entries?.get(name);
    if (value !== undefined) return value;
    if (missingKey === 'error') run.fail(`map has no entry for key ${quote(name)}`);
    return missingKey === 'zero' && target.type.elem !== undefined ? zeroValue(target.type.elem) : null;
  }
  return run.fail(`can't evaluate field ${name} in type ${type?.name}`);
}
