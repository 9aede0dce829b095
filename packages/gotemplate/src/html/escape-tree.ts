/**
 * Contextual escaping as Go's html/template does it: follows the text of every template that the start template can reach,
 * finds the HTML context of each action, and adds the escapers that make any value safe there. Trees are not changed; the
 * result are new ones. A template called from another context than plain text gets a copy under a mangled name.
 */
import { TemplateError } from '../errors.ts';
import { quote } from '../format/bytes.ts';
import type {
  ActionNode,
  BranchNode,
  JumpNode,
  ListNode,
  Statement,
  TemplateNode,
  TemplateTreeNode,
  TextNode,
} from '../parse/nodes.ts';
import { lineOf } from '../parse/nodes.ts';
import { escapersFor, predefinedProblem, withEscapers } from './commands.ts';
import { type Context, contextText, failed, isComment, isSameContext, mangledName, nudged, TEXT } from './context.ts';
import { contextAfter } from './transitions.ts';

/** What one pass found out; thrown away when its assumptions turn out wrong. */
interface Findings {
  readonly outputs: Map<string, Context>;
  readonly derived: Map<string, ListNode>;
  readonly called: Set<string>;
  readonly actions: Map<ActionNode, readonly string[]>;
  readonly templates: Map<TemplateNode, string>;
  readonly texts: Map<TextNode, string>;
}

function emptyFindings(outputs: Iterable<readonly [string, Context]> = []): Findings {
  return {
    outputs: new Map(outputs),
    derived: new Map(),
    called: new Set(),
    actions: new Map(),
    templates: new Map(),
    texts: new Map(),
  };
}

function merge(into: Findings, from: Findings): void {
  for (const [key, value] of from.outputs) into.outputs.set(key, value);
  for (const [key, value] of from.derived) into.derived.set(key, value);
  for (const key of from.called) into.called.add(key);
  for (const [key, value] of from.actions) into.actions.set(key, value);
  for (const [key, value] of from.templates) into.templates.set(key, value);
  for (const [key, value] of from.texts) into.texts.set(key, value);
}

/** Statements looked at; recursive templates are followed more than once. */
const MAX_STEPS = 50_000;

interface Loop {
  readonly breaks: Context[];
  readonly continues: Context[];
}

export interface Escaped {
  /** The context the template ends in; `stateError` with its problem when it cannot be escaped. */
  readonly end: Context;
  /** Trees to use instead of the original ones, and those for other contexts. */
  readonly trees: ReadonlyMap<string, ListNode>;
}

export function escapeTree(name: string, find: (name: string) => ListNode | undefined): Escaped {
  const escaper = new Escaper(find);
  const end = escaper.start(name);
  return { end, trees: end.state === 'stateError' ? new Map() : escaper.trees() };
}

class Escaper {
  readonly #find: (name: string) => ListNode | undefined;
  #found = emptyFindings();
  #loop: Loop | undefined;
  #steps = 0;

  constructor(find: (name: string) => ListNode | undefined) {
    this.#find = find;
  }

  start(name: string): Context {
    return this.#template(TEXT, undefined, name).end;
  }

  /** The trees with all edits made. */
  trees(): Map<string, ListNode> {
    const trees = new Map<string, ListNode>();
    for (const name of this.#found.outputs.keys()) {
      const tree = this.#tree(name);
      if (tree !== undefined) trees.set(name, this.#edited(tree));
    }
    return trees;
  }

  #tree(name: string): ListNode | undefined {
    return this.#find(name) ?? this.#found.derived.get(name);
  }

  #template(c: Context, node: TemplateNode | undefined, name: string): { end: Context; mangled: string } {
    const mangled = mangledName(c, name);
    this.#found.called.add(mangled);
    const known = this.#found.outputs.get(mangled);
    if (known !== undefined) return { end: known, mangled };
    const original = this.#tree(name);
    if (original === undefined) {
      const where = node === undefined ? {} : { node, line: lineOf(node.origin, node.at) };
      return { end: failed(`no such template ${quote(name)}`, where), mangled };
    }
    let tree = original;
    if (mangled !== name) {
      tree = this.#tree(mangled) ?? copyList(original);
      this.#found.derived.set(mangled, tree);
    }
    return { end: this.#output(c, mangled, tree), mangled };
  }

  /** The context after a template; for recursive ones a guess that is checked. */
  #output(c: Context, name: string, tree: ListNode): Context {
    const first = this.#body(c, c, name, tree);
    if (first.isRight) return first.end;
    const second = this.#body(c, first.end, name, tree);
    if (second.isRight) return second.end;
    if (first.end.state === 'stateError') return first.end;
    return failed(`cannot compute output context for template ${name}`, { node: tree });
  }

  #body(c: Context, assumed: Context, name: string, tree: ListNode): { end: Context; isRight: boolean } {
    this.#found.outputs.set(name, assumed);
    const outer = this.#found;
    this.#found = emptyFindings(outer.outputs);
    for (const [key, value] of outer.derived) this.#found.derived.set(key, value);
    const end = this.#list(c, tree);
    const inner = this.#found;
    this.#found = outer;
    const isRight = end.state !== 'stateError' && (!inner.called.has(name) || isSameContext(assumed, end));
    if (isRight) {
      merge(outer, inner);
      outer.outputs.set(name, end);
    }
    return { end, isRight };
  }

  #list(start: Context, list: ListNode | undefined): Context {
    let c = start;
    for (const node of list?.nodes ?? []) {
      c = this.#statement(c, node);
      if (c.state === 'stateDead') break;
    }
    return c;
  }

  #statement(c: Context, node: Statement): Context {
    this.#steps++;
    if (this.#steps > MAX_STEPS)
      throw new TemplateError('template_limit', 'html/template: templates call one another too often to be escaped');
    switch (node.type) {
      case 'text':
        return this.#text(c, node);
      case 'action':
        return this.#action(c, node);
      case 'template': {
        const { end, mangled } = this.#template(c, node, node.name);
        if (mangled !== node.name) this.#found.templates.set(node, mangled);
        return end;
      }
      case 'break':
        return this.#jump(c, node, 'breaks');
      case 'continue':
        return this.#jump(c, node, 'continues');
      default:
        return this.#branch(c, node);
    }
  }

  #jump(c: Context, node: JumpNode, kind: keyof Loop): Context {
    this.#loop?.[kind].push({ ...c, jump: node });
    return { ...TEXT, state: 'stateDead' };
  }

  #action(before: Context, node: ActionNode): Context {
    if (node.pipe.declared.length > 0) return before;
    const c = nudged(before);
    const problem = predefinedProblem(c, node);
    if (problem !== undefined) return problem;
    if (c.state === 'stateError') return c;
    const escapers = escapersFor(c, node);
    if (!Array.isArray(escapers)) return escapers;
    this.#found.actions.set(node, escapers);
    if (c.state === 'stateJS') return { ...c, js: 'jsCtxDivOp' };
    return c.state === 'stateTag' ? { ...c, state: 'stateAttrName' } : c;
  }

  #branch(c: Context, node: BranchNode): Context {
    if (node.type !== 'range')
      return this.#join(this.#list(c, node.body), this.#list(c, node.otherwise), node, node.type);
    const outer = this.#loop;
    this.#loop = { breaks: [], continues: [] };
    let end = this.#list(c, node.body);
    if (end.state !== 'stateError') end = this.#joinJumps(end, this.#loop);
    if (end.state !== 'stateError') end = this.#reentered(end, node);
    this.#loop = outer;
    return end.state === 'stateError' ? end : this.#join(end, this.#list(c, node.otherwise), node, 'range');
  }

  /** A loop's body runs again from where it ended: that must lead to the same place. */
  #reentered(end: Context, node: BranchNode): Context {
    this.#loop = { breaks: [], continues: [] };
    const found = this.#found;
    this.#found = emptyFindings(found.outputs);
    for (const [key, value] of found.derived) this.#found.derived.set(key, value);
    const again = this.#list(end, node.body);
    this.#found = found;
    const joined = this.#join(end, again, node, 'range');
    if (joined.problem === undefined) return this.#joinJumps(joined, this.#loop);
    const description = `on range loop re-entry: ${joined.problem.description}`;
    return { ...joined, problem: { ...joined.problem, line: lineOf(node.origin, node.at), description } };
  }

  #joinJumps(end: Context, loop: Loop): Context {
    let c = end;
    for (const kind of ['breaks', 'continues'] as const) {
      for (const { jump, ...jumped } of loop[kind]) {
        if (jump === undefined) continue;
        c = this.#join(c, jumped, jump, 'range');
        if (c.problem === undefined) continue;
        const description = `at range loop ${jump.type}: ${c.problem.description}`;
        return { ...c, problem: { ...c.problem, line: lineOf(jump.origin, jump.at), description } };
      }
    }
    return c;
  }

  #join(a: Context, b: Context, node: TemplateTreeNode, name: string): Context {
    if (a.state === 'stateError' || b.state === 'stateDead') return a;
    if (b.state === 'stateError' || a.state === 'stateDead') return b;
    if (isSameContext(a, b)) return a;
    if (isSameContext({ ...a, urlPart: b.urlPart }, b)) return { ...a, urlPart: 'urlPartUnknown' };
    if (isSameContext({ ...a, js: b.js }, b)) return { ...a, js: 'jsCtxUnknown' };
    const [left, right] = [nudged(a), nudged(b)];
    if (!(isSameContext(left, a) && isSameContext(right, b))) {
      const joined = this.#join(left, right, node, name);
      if (joined.state !== 'stateError') return joined;
    }
    return failed(`{{${name}}} branches end in different contexts: ${contextText(a)}, ${contextText(b)}`, { node });
  }

  #text(start: Context, node: TextNode): Context {
    let c = start;
    let out = '';
    let written = 0;
    const { text } = node;
    for (let at = 0; at < text.length; ) {
      const [after, length] = contextAfter(c, text.slice(at));
      const end = at + length;
      if (c.state === 'stateText' || c.state === 'stateRCDATA') {
        const limit = after.state === c.state ? end : Math.max(text.lastIndexOf('<', end - 1), at);
        for (let open = text.indexOf('<', at); open !== -1 && open < limit; open = text.indexOf('<', open + 1)) {
          if (/^<!DOCTYPE/i.test(text.slice(open, open + 9))) continue;
          out += `${text.slice(written, open)}&lt;`;
          written = open + 1;
        }
      } else if (isComment(c.state) && c.delimiter === 'delimNone') {
        if (c.state === 'stateJSBlockCmt') out += /[\n\r\u2028\u2029]/.test(text.slice(written, end)) ? '\n' : ' ';
        else if (c.state === 'stateCSSBlockCmt') out += ' ';
        written = end;
      }
      if (c.state !== after.state && isComment(after.state) && after.delimiter === 'delimNone') {
        out += text.slice(written, end - commentMarkLength(after));
        written = end;
      }
      c = after;
      at = end;
    }
    if (written !== 0 && c.state !== 'stateError') {
      if (!isComment(c.state) || c.delimiter !== 'delimNone') out += text.slice(written);
      this.#found.texts.set(node, out);
    }
    return c;
  }

  #edited(list: ListNode): ListNode {
    return { ...list, nodes: list.nodes.map((node) => this.#editedStatement(node)) };
  }

  #editedStatement(node: Statement): Statement {
    switch (node.type) {
      case 'text':
        return { ...node, text: this.#found.texts.get(node) ?? node.text };
      case 'action':
        return { ...node, pipe: withEscapers(node.pipe, this.#found.actions.get(node) ?? []) };
      case 'template':
        return { ...node, name: this.#found.templates.get(node) ?? node.name };
      case 'if':
      case 'with':
      case 'range': {
        const otherwise = node.otherwise === undefined ? undefined : this.#edited(node.otherwise);
        return { ...node, body: this.#edited(node.body), otherwise };
      }
      default:
        return node;
    }
  }
}

/** Length of the mark that began this comment. */
function commentMarkLength(c: Context): number {
  if (c.state === 'stateHTMLCmt' || c.state === 'stateJSHTMLOpenCmt') return 4;
  return c.state === 'stateJSHTMLCloseCmt' ? 3 : 2;
}

function copyList(list: ListNode): ListNode {
  return { ...list, nodes: list.nodes.map(copyStatement) };
}

/** New statements: what is found out about them is kept by their identity. */
function copyStatement(node: Statement): Statement {
  if (node.type !== 'if' && node.type !== 'with' && node.type !== 'range') return { ...node };
  const otherwise = node.otherwise === undefined ? undefined : copyList(node.otherwise);
  return { ...node, body: copyList(node.body), otherwise };
}
