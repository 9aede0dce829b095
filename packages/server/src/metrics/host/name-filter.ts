/**
 * Which devices, mount points, fields are collected: an exclude and an include pattern in RE2 syntax that may match anywhere
 * in the name. Verdicts are remembered, because the same few names come at every scrape.
 */
import { compileAnchored } from '@sightline/model';

const MAX_REMEMBERED = 4096;

export type NameFilter = (name: string) => boolean;

export interface NamePatterns {
  readonly exclude?: string | undefined;
  readonly include?: string | undefined;
}

/**
 * @returns a predicate that is true for names to collect
 * @throws RegexError when a pattern is not valid
 */
export function createNameFilter(patterns: NamePatterns): NameFilter {
  const exclude = compile(patterns.exclude);
  const include = compile(patterns.include);
  const verdicts = new Map<string, boolean>();
  return (name) => {
    let verdict = verdicts.get(name);
    if (verdict === undefined) {
      verdict = exclude?.test(name) !== true && include?.test(name) !== false;
      if (verdicts.size >= MAX_REMEMBERED) verdicts.clear();
      verdicts.set(name, verdict);
    }
    return verdict;
  };
}

function compile(pattern: string | undefined): ReturnType<typeof compileAnchored> | undefined {
  return pattern === undefined || pattern === '' ? undefined : compileAnchored(`.*(?:${pattern}).*`);
}
