/** Which escapers a place needs, and how they join a pipeline that may already end in html or urlquery. */
import { quote } from '../format/bytes.ts';
import type { ActionNode, CommandNode, IdentifierNode, PipeNode } from '../parse/nodes.ts';
import { nodeText } from '../parse/nodes.ts';
import { type Context, failed, isComment, type State } from './context.ts';

const PREDEFINED: ReadonlySet<string> = new Set(['html', 'urlquery']);

/** Escapers that do what a predefined one does. */
const EQUIVALENTS: ReadonlyMap<string, string> = new Map([
  ['_html_template_attrescaper', 'html'],
  ['_html_template_htmlescaper', 'html'],
  ['_html_template_rcdataescaper', 'html'],
  ['_html_template_urlescaper', 'urlquery'],
  ['_html_template_urlnormalizer', 'urlquery'],
]);

/** `first second`: the second would change nothing behind the first. */
const REDUNDANT: ReadonlySet<string> = new Set([
  '_html_template_commentescaper _html_template_attrescaper',
  '_html_template_commentescaper _html_template_htmlescaper',
  '_html_template_cssescaper _html_template_attrescaper',
  '_html_template_jsregexpescaper _html_template_attrescaper',
  '_html_template_jsstrescaper _html_template_attrescaper',
  '_html_template_urlescaper _html_template_urlnormalizer',
]);

function normalised(name: string): string {
  return EQUIVALENTS.get(name) ?? name;
}

function functionOf(command: CommandNode | undefined): IdentifierNode | undefined {
  const word = command?.args[0];
  return word?.type === 'identifier' ? word : undefined;
}

/** The problem of a pipeline that uses html or urlquery where it must not, if it does. */
export function predefinedProblem(c: Context, node: ActionNode): Context | undefined {
  const { commands } = node.pipe;
  for (const [index, command] of commands.entries()) {
    const name = functionOf(command)?.name ?? '';
    if (!PREDEFINED.has(name)) continue;
    const isUnquoted = c.state === 'stateAttr' && c.delimiter === 'delimSpaceOrTagEnd' && name === 'html';
    if (index < commands.length - 1 || isUnquoted)
      return failed(`predefined escaper ${quote(name)} disallowed in template`, { node });
  }
  return undefined;
}

const STATE_ESCAPERS: Readonly<Partial<Record<State, string>>> = {
  stateJS: 'jsvalescaper',
  stateJSDqStr: 'jsstrescaper',
  stateJSSqStr: 'jsstrescaper',
  stateJSRegexp: 'jsregexpescaper',
  stateCSS: 'cssvaluefilter',
  stateText: 'htmlescaper',
  stateRCDATA: 'rcdataescaper',
  stateAttrName: 'htmlnamefilter',
  stateTag: 'htmlnamefilter',
  stateSrcset: 'srcsetescaper',
};

function urlEscapers(c: Context, node: ActionNode): string[] | Context {
  if (c.urlPart === 'urlPartQueryOrFrag') return ['urlescaper'];
  if (c.urlPart === 'urlPartUnknown')
    return failed(`${nodeText(node)} appears in an ambiguous context within a URL`, { node });
  const isString = c.state === 'stateCSSDqStr' || c.state === 'stateCSSSqStr';
  const names = [isString ? 'cssescaper' : 'urlnormalizer'];
  return c.urlPart === 'urlPartNone' ? ['urlfilter', ...names] : names;
}

/** Names of the escapers for what is inserted here, or the problem. */
export function escapersFor(c: Context, node: ActionNode): string[] | Context {
  let names: string[] = [];
  if (/^state(?:URL|CSS(?:Dq|Sq)(?:Str|URL)|CSSURL)$/.test(c.state)) {
    const forUrl = urlEscapers(c, node);
    if (!Array.isArray(forUrl)) return forUrl;
    names = forUrl;
  } else if (c.state === 'stateJSBqStr') return failed(`${nodeText(node)} appears in a JS template literal`, { node });
  else {
    const name = isComment(c.state) ? 'commentescaper' : STATE_ESCAPERS[c.state];
    if (name !== undefined) names = [name];
  }
  if (c.delimiter === 'delimSpaceOrTagEnd') names.push('nospaceescaper');
  else if (c.delimiter !== 'delimNone') names.push('attrescaper');
  return names.map((name) => `_html_template_${name}`);
}

/** The pipeline with the escapers behind it. */
export function withEscapers(pipe: PipeNode, escapers: readonly string[]): PipeNode {
  if (escapers.length === 0) return pipe;
  const added = [...escapers];
  let commands = [...pipe.commands];
  const last = commands.at(-1);
  const lastFunction = functionOf(last);
  if (last !== undefined && lastFunction !== undefined && PREDEFINED.has(lastFunction.name)) {
    if (commands.length === 1 && last.args.length > 1) {
      // {{html a b}} becomes {{_eval_args_ a b | html}}, so that html can be merged with the escapers.
      const evaluate: IdentifierNode = { ...lastFunction, name: '_eval_args_' };
      commands = [{ ...last, args: [evaluate, ...last.args.slice(1)] }, command(pipe, lastFunction.name)];
    }
    let isMerged = false;
    added.forEach((name, index) => {
      if (normalised(name) !== lastFunction.name) return;
      added[index] = lastFunction.name;
      isMerged = true;
    });
    if (isMerged) commands.pop();
  }
  const present = new Set(commands.map((item) => normalised(functionOf(item)?.name ?? '')));
  for (const name of added) {
    if (present.has(normalised(name))) continue;
    if (!REDUNDANT.has(`${functionOf(commands.at(-1))?.name} ${name}`)) commands.push(command(pipe, name));
  }
  return { ...pipe, commands };
}

function command(pipe: PipeNode, name: string): CommandNode {
  const { origin, at } = pipe;
  return { type: 'command', origin, at, args: [{ type: 'identifier', origin, at, name }] };
}
