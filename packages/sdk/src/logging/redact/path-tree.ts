/**
 * Redaction by path: `user.password`, `*.token`, `headers["x-key"]`, `items[*].pin`, `**.name`. Paths become one tree that the
 * serialiser walks along with the data, so that nothing is cloned and a key costs one lookup.
 */
import type { Problems } from '../../lib/problems.ts';

/** A place in the data: what lies under it by key, and what is under any other key. */
export interface PathNode {
  /** The value at this place is hidden. */
  censored: boolean;
  readonly children: Map<string, PathNode>;
  any: PathNode | undefined;
}

export interface PathRules {
  /** The tree; undefined when no path leads anywhere. */
  readonly root: PathNode | undefined;
  /** Keys of `**.key`: hidden at every depth. */
  readonly anywhere: ReadonlySet<string>;
}

const MAX_PATHS = 500;
const SEGMENT = /\.?(?:([^.[\]]+)|\[(?:"([^"]*)"|'([^']*)'|(\*|\d+))\])/y;

/** Compiles paths; wrong ones are added to `problems` under `path`. */
export function compilePaths(paths: readonly string[], problems: Problems, path: string): PathRules {
  const root = emptyNode();
  const anywhere = new Set<string>();
  if (paths.length > MAX_PATHS) problems.add(path, `at most ${MAX_PATHS} paths, got ${paths.length}`);
  for (const [index, text] of paths.slice(0, MAX_PATHS).entries()) {
    const segments = typeof text === 'string' ? parse(text) : undefined;
    const wildcards = segments?.indexOf('**') ?? -1;
    if (segments === undefined || wildcards > 0 || (wildcards === 0 && segments.length !== 2)) {
      problems.add(
        `${path}[${index}]`,
        `${JSON.stringify(text)} is no path: write user.password, *.token or **.secret`,
      );
    } else if (wildcards === 0) anywhere.add(segments[1] ?? '');
    else insert(root, segments);
  }
  settle(root);
  const isEmpty = root.children.size === 0 && root.any === undefined;
  return { root: isEmpty ? undefined : root, anywhere };
}

/** What lies under `key`; undefined when no path leads further. */
export function step(node: PathNode | undefined, key: string): PathNode | undefined {
  return node === undefined ? undefined : (node.children.get(key) ?? node.any);
}

function emptyNode(): PathNode {
  return { censored: false, children: new Map(), any: undefined };
}

function parse(text: string): string[] | undefined {
  const segments: string[] = [];
  SEGMENT.lastIndex = 0;
  let end = 0;
  while (end < text.length) {
    const match = SEGMENT.exec(text);
    if (match === null) return undefined;
    segments.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
    end = SEGMENT.lastIndex;
  }
  return segments.length === 0 || segments.length > 20 ? undefined : segments;
}

function insert(root: PathNode, segments: readonly string[]): void {
  let node = root;
  for (const segment of segments) {
    if (segment === '*') {
      node.any ??= emptyNode();
      node = node.any;
    } else {
      let child = node.children.get(segment);
      if (child === undefined) {
        child = emptyNode();
        node.children.set(segment, child);
      }
      node = child;
    }
  }
  node.censored = true;
}

/** Copies what holds for any key into the named ones, so that a walk follows one branch only. */
function settle(node: PathNode): void {
  const { any } = node;
  if (any !== undefined) {
    for (const child of node.children.values()) merge(child, any);
    settle(any);
  }
  for (const child of node.children.values()) settle(child);
}

function merge(into: PathNode, from: PathNode): void {
  into.censored ||= from.censored;
  if (from.any !== undefined) {
    into.any ??= emptyNode();
    merge(into.any, from.any);
  }
  for (const [key, child] of from.children) {
    let own = into.children.get(key);
    if (own === undefined) {
      own = emptyNode();
      into.children.set(key, own);
    }
    merge(own, child);
  }
}
