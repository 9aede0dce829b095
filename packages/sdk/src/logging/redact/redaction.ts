/** What a logger hides: keys by name, places by path, texts by pattern. One is made at start and shared by all loggers. */
import type { Problems } from '../../lib/problems.ts';
import { compilePaths, type PathNode } from './path-tree.ts';
import { isSecretName } from './secret-names.ts';
import { CENSOR } from './secret-patterns.ts';

export interface RedactOptions {
  /** Places in the data, e.g. `user.password`, `*.token`, `headers["x-key"]`, `items[*].pin`, `**.iban` at any depth. */
  readonly paths?: readonly string[] | undefined;
  /** Hides the usual secret names (password, token, authorization, cookie, ...) at any depth; true unless set to false. */
  readonly names?: boolean | undefined;
  /** Hides what looks like a secret in any text (bearer tokens, cards, keys, ...); true unless set to false. */
  readonly patterns?: boolean | undefined;
  /** Further patterns; each runs over every text, so keep them few and linear. They must have the flag `g`. */
  readonly customPatterns?: readonly RegExp[] | undefined;
  /** What stands in the place of a hidden value; `[REDACTED]`, as always within texts. */
  readonly censor?: string | undefined;
}

export interface Redaction {
  readonly root: PathNode | undefined;
  isSecret(key: string): boolean;
  readonly patterns: boolean;
  readonly custom: readonly RegExp[];
  /** The replacement as JSON text. */
  readonly censor: string;
}

/** @param options Paths alone or everything; `false` hides nothing at all. */
export function createRedaction(
  options: readonly string[] | RedactOptions | false | undefined,
  problems: Problems,
  path: string,
): Redaction {
  const all: RedactOptions =
    options === false ? { names: false, patterns: false } : isPathList(options) ? { paths: options } : (options ?? {});
  const { root, anywhere } = compilePaths(all.paths ?? [], problems, `${path}.paths`);
  const custom = all.customPatterns ?? [];
  for (const [index, pattern] of custom.entries()) {
    if (!(pattern instanceof RegExp) || !pattern.global)
      problems.add(`${path}.customPatterns[${index}]`, 'must be a RegExp with the flag g');
  }
  const byName = all.names ?? true;
  return {
    root,
    isSecret: (key) => anywhere.has(key) || (byName && isSecretName(key)),
    patterns: all.patterns ?? true,
    custom,
    censor: JSON.stringify(all.censor ?? CENSOR),
  };
}

function isPathList(options: readonly string[] | RedactOptions | undefined): options is readonly string[] {
  return Array.isArray(options);
}
