/**
 * What matchers say about one another: whether some can be true together, and whether some follow from others. Only what is certain
 * counts; for the rest the answer is "no".
 */
import { compileAnchored, type Matcher } from '@sightline/model';

const ANCHORED = /^\^\(\?:(.*)\)\$$/s;

/** No label set matches all of them. */
export function contradict(matchers: readonly Matcher[]): boolean {
  return namesOf(matchers).some((name) => possibleValues(matchers, name)?.length === 0);
}

/** Every label set that matches all of `given` matches `wanted`. */
export function implies(given: readonly Matcher[], wanted: readonly Matcher[]): boolean {
  return wanted.every((matcher) => follows(given, matcher));
}

/** The values the label can have when all match; undefined when there is no finite list. */
export function possibleValues(matchers: readonly Matcher[], name: string): readonly string[] | undefined {
  const own = matchers.filter((matcher) => matcher.name === name);
  const lists = own.flatMap((matcher) => {
    if (matcher.op === '=') return [[matcher.value]];
    const literals = matcher.op === '=~' ? compileAnchored(sourceOf(matcher)).literals : undefined;
    return literals === undefined ? [] : [literals];
  });
  return lists[0]?.filter((value) => own.every((matcher) => matcher.matches(value)));
}

function follows(given: readonly Matcher[], wanted: Matcher): boolean {
  if (isAlways(wanted) || given.some((matcher) => isSame(matcher, wanted))) return true;
  const values = possibleValues(given, wanted.name);
  if (values !== undefined) return values.every((value) => wanted.matches(value));
  // `a!=""` follows from whatever does not match the empty text.
  const isNotEmpty = wanted.op === '!=' && wanted.value === '';
  return isNotEmpty && given.some((matcher) => matcher.name === wanted.name && !matcher.matchesEmpty());
}

function isAlways(matcher: Matcher): boolean {
  const source = sourceOf(matcher);
  return matcher.op === '=~' && (source === '.*' || source === '(.*)');
}

function isSame(a: Matcher, b: Matcher): boolean {
  return a.name === b.name && a.op === b.op && sourceOf(a) === sourceOf(b);
}

/** `match_re` is read with its anchors, which change nothing. */
function sourceOf({ op, value }: Matcher): string {
  return op === '=~' || op === '!~' ? (ANCHORED.exec(value)?.[1] ?? value) : value;
}

function namesOf(matchers: readonly Matcher[]): string[] {
  return [...new Set(matchers.map(({ name }) => name))];
}
