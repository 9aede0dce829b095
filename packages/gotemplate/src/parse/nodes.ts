/** The parse tree. Every node knows its text and position, so that errors can name both; `nodeText` writes a node as Go does. */
import { quote } from '../format/bytes.ts';

/** The text a node was parsed from. */
export interface Origin {
  /** Name of the template given to the parser, not of the definition inside it. */
  readonly name: string;
  readonly text: string;
}

interface Position {
  readonly origin: Origin;
  /** Offset in `origin.text`, in UTF-16 units. */
  readonly at: number;
}

export interface NumberNode extends Position {
  readonly type: 'number';
  readonly text: string;
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
}

export interface ChainNode extends Position {
  readonly type: 'chain';
  readonly node: Operand;
  readonly fields: readonly string[];
}

export interface FieldNode extends Position {
  readonly type: 'field';
  readonly fields: readonly string[];
}

export interface VariableNode extends Position {
  readonly type: 'variable';
  readonly name: string;
  readonly fields: readonly string[];
}

export interface IdentifierNode extends Position {
  readonly type: 'identifier';
  readonly name: string;
}

interface StringNode extends Position {
  readonly type: 'string';
  /** As written, with its quotes. */
  readonly source: string;
  readonly value: string;
}

export type Operand =
  | NumberNode
  | ChainNode
  | FieldNode
  | VariableNode
  | IdentifierNode
  | StringNode
  | (Position & { readonly type: 'bool'; readonly value: boolean })
  | (Position & { readonly type: 'dot' })
  | (Position & { readonly type: 'nil' })
  | PipeNode;

export interface CommandNode extends Position {
  readonly type: 'command';
  readonly args: readonly Operand[];
}

export interface PipeNode extends Position {
  readonly type: 'pipe';
  readonly isAssign: boolean;
  readonly declared: readonly VariableNode[];
  readonly commands: readonly CommandNode[];
}

export interface TextNode extends Position {
  readonly type: 'text';
  readonly text: string;
}

export interface ActionNode extends Position {
  readonly type: 'action';
  readonly pipe: PipeNode;
}

export interface BranchNode extends Position {
  readonly type: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly body: ListNode;
  readonly otherwise: ListNode | undefined;
}

export interface TemplateNode extends Position {
  readonly type: 'template';
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

export type JumpNode = Position & { readonly type: 'break' | 'continue' };

export interface ListNode extends Position {
  readonly type: 'list';
  readonly nodes: readonly Statement[];
}

export type Statement = TextNode | ActionNode | BranchNode | TemplateNode | JumpNode;
export type TemplateTreeNode = Statement | ListNode | CommandNode | Operand;

/** Line from 1. */
export function lineOf(origin: Origin, at: number): number {
  let line = 1;
  for (let i = origin.text.indexOf('\n'); i !== -1 && i < at; i = origin.text.indexOf('\n', i + 1)) line++;
  return line;
}

/** `name:line:column`, the column in bytes from 0. */
export function locationOf(node: TemplateTreeNode): string {
  const { origin, at } = node;
  const start = origin.text.lastIndexOf('\n', at - 1) + 1;
  const column = new TextEncoder().encode(origin.text.slice(at === 0 ? 0 : start, at)).length;
  return `${origin.name}:${lineOf(origin, at)}:${column}`;
}

/** The node as text, normalised like Go's Node.String. */
export function nodeText(node: TemplateTreeNode): string {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'action':
      return `{{${nodeText(node.pipe)}}}`;
    case 'if':
    case 'with':
    case 'range': {
      const otherwise = node.otherwise === undefined ? '' : `{{else}}${nodeText(node.otherwise)}`;
      return `{{${node.type} ${nodeText(node.pipe)}}}${nodeText(node.body)}${otherwise}{{end}}`;
    }
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === undefined ? '' : ` ${nodeText(node.pipe)}`}}}`;
    case 'break':
    case 'continue':
      return `{{${node.type}}}`;
    case 'list':
      return node.nodes.map(nodeText).join('');
    case 'command':
      return node.args.map(bracketed).join(' ');
    case 'pipe': {
      const names = node.declared.map(nodeText).join(', ');
      const declaration = names === '' ? '' : `${names} ${node.isAssign ? '=' : ':='} `;
      return declaration + node.commands.map(nodeText).join(' | ');
    }
    default:
      return operandText(node);
  }
}

function bracketed(node: Operand): string {
  return node.type === 'pipe' ? `(${nodeText(node)})` : nodeText(node);
}

function operandText(node: Exclude<Operand, PipeNode>): string {
  switch (node.type) {
    case 'number':
      return node.text;
    case 'chain':
      return [bracketed(node.node), ...node.fields].join('.');
    case 'field':
      return node.fields.map((name) => `.${name}`).join('');
    case 'variable':
      return [node.name, ...node.fields].join('.');
    case 'identifier':
      return node.name;
    case 'string':
      return node.source;
    case 'bool':
      return String(node.value);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
  }
}
