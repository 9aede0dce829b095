/** Matchers as functions over labels. Regular expressions run on an engine that no pattern can stall: load it lazily. */
import { compileAnchored, RegexError } from '@sightline/model';
import type { MatchTest } from './alert-model.ts';
import type { Matcher } from './matchers.ts';

export interface MatchTests {
  readonly tests: readonly MatchTest[];
  /** What is wrong with a pattern; null when all are well. */
  readonly error: string | null;
}

export function matchTests(matchers: readonly Matcher[]): MatchTests {
  const tests: MatchTest[] = [];
  for (const { name, op, value } of matchers) {
    if (op === '=') tests.push((labels) => (labels[name] ?? '') === value);
    else if (op === '!=') tests.push((labels) => (labels[name] ?? '') !== value);
    else {
      try {
        const regex = compileAnchored(value);
        const isWanted = op === '=~';
        tests.push((labels) => regex.test(labels[name] ?? '') === isWanted);
      } catch (error) {
        if (!(error instanceof RegexError)) throw error;
        return { tests: [], error: `${name}${op}"${value}" is no regular expression: ${error.message}` };
      }
    }
  }
  return { tests, error: null };
}
