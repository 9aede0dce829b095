/** Makes a set of templates safe to execute as HTML: Go's html/template around text/template. */
import { TemplateError } from '../errors.ts';
import type { TemplateSet } from '../exec/set.ts';
import { locationOf } from '../parse/nodes.ts';
import { type Context, contextText, type EscapeProblem } from './context.ts';
import { escapeTree } from './escape-tree.ts';
import { ESCAPERS } from './escapers.ts';

/**
 * A copy of the set in which `name`, and what it calls, escapes everything it inserts.
 * @throws TemplateError `template_exec` with html/template's message when a place has no single context
 */
export function escapeTemplateSet(set: TemplateSet, name: string): TemplateSet {
  const { end, trees } = escapeTree(name, (template) => set.tree(template));
  const problem = problemOf(end);
  if (problem !== undefined) throw new TemplateError('template_exec', problemText(problem, name));
  const escaped = set.clone(ESCAPERS);
  escaped.add(trees);
  return escaped;
}

function problemOf(end: Context): EscapeProblem | undefined {
  if (end.problem !== undefined) return end.problem;
  return end.state === 'stateText' ? undefined : { description: `ends in a non-text context: ${contextText(end)}` };
}

function problemText({ node, line, description }: EscapeProblem, name: string): string {
  if (node !== undefined) return `html/template:${locationOf(node)}: ${description}`;
  if (line !== undefined) return `html/template:${name}:${line}: ${description}`;
  return name === '' ? `html/template: ${description}` : `html/template:${name}: ${description}`;
}
