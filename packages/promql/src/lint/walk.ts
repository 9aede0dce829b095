/** Walks a tree with the way from the root at hand, and what rules ask of that way. */
import { childrenOf, type Expr } from '../parser/ast.ts';
import type { LintFacts, LintFinding } from './finding.ts';

/** Nodes from the root down to the parent of the visited one. */
export type Parents = readonly Expr[];

/** Adds what it finds at one node. */
export type LintRule = (node: Expr, parents: Parents, facts: LintFacts, findings: LintFinding[]) => void;

export function visit(root: Expr, onNode: (node: Expr, parents: Parents) => void): void {
  const parents: Expr[] = [];
  const walk = (node: Expr) => {
    onNode(node, parents);
    parents.push(node);
    for (const child of childrenOf(node)) walk(child);
    parents.pop();
  };
  walk(root);
}
