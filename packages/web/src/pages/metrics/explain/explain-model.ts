/** The tree of an explained query as rows: what is worth a row, where it hangs, which part took the time. Pure. */
import type { ExplainNode, ExplainSelector } from '@sightline/api-types';

export interface ExplainRow {
  /** Path from the root: `0`, `0.1`, `0.1.0`. */
  readonly id: string;
  readonly parent: string | null;
  /** 1 for the root. */
  readonly level: number;
  /** Place among its siblings, from 1. */
  readonly place: number;
  readonly siblings: number;
  readonly hasChildren: boolean;
  readonly node: ExplainNode;
  readonly selector: ExplainSelector | null;
  /** It gives nothing although every operand gives something: here the result gets lost. */
  readonly isDryUp: boolean;
}

const LEAVES: ReadonlySet<string> = new Set(['number', 'string']);

/** Parentheses change nothing, and a range selector is one thing with its selector. */
function unwrap(node: ExplainNode): ExplainNode {
  const [only] = node.children;
  return node.kind === 'paren' && only !== undefined ? unwrap(only) : node;
}

function childrenOf(node: ExplainNode): ExplainNode[] {
  return node.kind === 'matrixSelector' ? [] : node.children.map(unwrap);
}

function selectorOf(node: ExplainNode): ExplainSelector | null {
  return node.selector ?? (node.kind === 'matrixSelector' ? (node.children[0]?.selector ?? null) : null);
}

/** Series of a node's result, or of what it selected; null for literals and where nothing is known. */
export function seriesOf(node: ExplainNode): number | null {
  if (LEAVES.has(node.kind)) return null;
  // The evaluator may keep a row for a series that has lost all its samples.
  if (node.figures?.samplesOut === 0) return 0;
  return node.figures?.seriesOut ?? selectorOf(node)?.series ?? null;
}

export function samplesOf(node: ExplainNode): number | null {
  if (LEAVES.has(node.kind)) return null;
  return node.figures?.samplesOut ?? selectorOf(node)?.samples ?? null;
}

/** Reading of everything below a node; the evaluator reads ahead and does not count it. */
function readBelowMs(node: ExplainNode): number {
  return childrenOf(node).reduce((sum, child) => sum + readBelowMs(child), selectorOf(node)?.readMs ?? 0);
}

/** A part with nothing in it: no series, or series without a single sample. */
const isEmpty = (node: ExplainNode): boolean => samplesOf(node) === 0;

/** Depth first, in the order of the text. Children of `closed` rows are left out. */
export function explainRows(root: ExplainNode, closed: ReadonlySet<string> = new Set()): ExplainRow[] {
  const rows: ExplainRow[] = [];
  const visit = (
    node: ExplainNode,
    place: Pick<ExplainRow, 'id' | 'parent' | 'level' | 'place' | 'siblings'>,
  ): void => {
    const children = childrenOf(node);
    const operands = children.filter(({ kind }) => !LEAVES.has(kind));
    rows.push({
      ...place,
      node,
      hasChildren: children.length > 0,
      selector: selectorOf(node),
      isDryUp: isEmpty(node) && !operands.some(isEmpty),
    });
    if (closed.has(place.id)) return;
    for (const [index, child] of children.entries()) {
      visit(child, {
        id: `${place.id}.${index}`,
        parent: place.id,
        level: place.level + 1,
        place: index + 1,
        siblings: children.length,
      });
    }
  };
  visit(unwrap(root), { id: '0', parent: null, level: 1, place: 1, siblings: 1 });
  return rows;
}

/** Milliseconds of work of the whole tree, the width of a full bar. */
export function wholeMs(root: ExplainNode): number {
  return (unwrap(root).figures?.totalMs ?? 0) + readBelowMs(unwrap(root));
}

/** The row whose own work took the most, when it stands out: at least a third of the whole. */
export function slowestRow(rows: readonly ExplainRow[], whole: number): string | null {
  let best: ExplainRow | null = null;
  for (const row of rows) if (ownMs(row) > (best === null ? 0 : ownMs(best))) best = row;
  return best !== null && rows.length > 1 && ownMs(best) * 3 >= whole ? best.id : null;
}

/** Work of the part itself: a selector's is reading what it selects. */
export function ownMs({ node, selector }: ExplainRow): number {
  return (node.figures?.selfMs ?? 0) + (selector?.readMs ?? 0);
}

/** Work of the part and of everything below it. */
export function totalMs({ node }: ExplainRow): number {
  return (node.figures?.totalMs ?? 0) + readBelowMs(node);
}

/** What a key does to the tree: the row to go to, and whether a row opens or closes; null when the key means nothing. */
export function treeMove(
  key: string,
  rows: readonly ExplainRow[],
  active: string,
  closed: ReadonlySet<string>,
): { readonly active: string; readonly closed: ReadonlySet<string> } | null {
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === active),
  );
  const row = rows[at];
  if (row === undefined) return null;
  const go = (index: number) => ({
    active: rows[Math.max(0, Math.min(rows.length - 1, index))]?.id ?? active,
    closed,
  });
  const turn = (isClosed: boolean) => {
    const next = new Set(closed);
    if (isClosed) next.add(row.id);
    else next.delete(row.id);
    return { active: row.id, closed: next };
  };
  const isOpen = row.hasChildren && !closed.has(row.id);
  switch (key) {
    case 'ArrowDown':
      return go(at + 1);
    case 'ArrowUp':
      return go(at - 1);
    case 'Home':
      return go(0);
    case 'End':
      return go(rows.length - 1);
    case 'ArrowRight':
      return isOpen ? go(at + 1) : row.hasChildren ? turn(false) : go(at);
    case 'ArrowLeft':
      return isOpen ? turn(true) : { active: row.parent ?? active, closed };
    case 'Enter':
    case ' ':
      return row.hasChildren ? turn(isOpen) : go(at);
    default:
      return null;
  }
}
