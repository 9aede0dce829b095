/** Failures of the assertions: the error that every test runner knows, with a message that shows what came closest. */
import { AssertionError } from 'node:assert';
import { type Mismatch, mismatches, show } from './match.ts';

/** Throws an AssertionError. @param values Numbers that runners show as a difference; lists are in the message already. */
export function failAssertion(message: string, values: { actual?: unknown; expected?: unknown } = {}): never {
  throw new AssertionError({ message, ...values, operator: 'match', stackStartFn: failAssertion });
}

/** How captured things are spoken of. */
export interface Words<TItem> {
  readonly one: string;
  readonly many: string;
  describe(item: TItem): string;
}

const MAX_SHOWN = 20;
const MAX_CLOSEST = 3;

/** Items that match an expectation. */
export function matching<TItem>(items: readonly TItem[], expected: object): TItem[] {
  return items.filter((item) => mismatches(expected, item).length === 0);
}

/**
 * The first item that matches, or the only ones when `count` says how many there must be.
 *
 * @throws AssertionError with the closest items and why they do not match.
 */
export function expectMatch<TItem>(
  items: readonly TItem[],
  expected: object,
  count: number | undefined,
  words: Words<TItem>,
): TItem {
  const found = matching(items, expected);
  const [first] = found;
  if (count !== undefined && found.length !== count) {
    const intro = `expected ${count} ${count === 1 ? words.one : words.many} to match ${show(expected)}, got ${found.length}`;
    failAssertion(`${intro}\n${listed(items, words)}`);
  }
  if (first === undefined) failAssertion(unmatched(items, expected, words));
  return first;
}

/** @throws AssertionError that shows what matches though nothing should. */
export function expectNoMatch<TItem>(items: readonly TItem[], expected: object, words: Words<TItem>): void {
  const found = matching(items, expected);
  if (found.length === 0) return;
  failAssertion(`expected no ${words.one} to match ${show(expected)}, got ${found.length}\n${listed(found, words)}`);
}

function unmatched<TItem>(items: readonly TItem[], expected: object, words: Words<TItem>): string {
  const intro = `no ${words.one} matches ${show(expected)}`;
  if (items.length === 0) return `${intro}: there were none`;
  const closest = items
    .map((item) => ({ item, wrong: mismatches(expected, item) }))
    .sort((left, right) => left.wrong.length - right.wrong.length)
    .slice(0, MAX_CLOSEST);
  const parts = closest.map(({ item, wrong }) => `  ${words.describe(item)}\n${wrong.map(reason).join('\n')}`);
  const others = items.length > closest.length ? `\n${listed(items, words)}` : '';
  return `${intro}; closest of ${items.length}:\n${parts.join('\n')}${others}`;
}

function reason({ path, message }: Mismatch): string {
  return `    ${path}: ${message}`;
}

function listed<TItem>(items: readonly TItem[], words: Words<TItem>): string {
  if (items.length === 0) return `there were no ${words.many}`;
  const shown = items.slice(-MAX_SHOWN).map((item) => `  ${words.describe(item)}`);
  const left = items.length - shown.length;
  return `all ${words.many}${left > 0 ? ` (the first ${left} are left out)` : ''}:\n${shown.join('\n')}`;
}
