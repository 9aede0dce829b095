/** A matcher from its parsed parts. */
import { type MatchOp, Matcher, RegexError } from '@sightline/model';
import { explainRegexError } from '../../../config/prometheus/decode-kit.ts';
import { MatcherError } from './matcher-error.ts';

/** Parts of a matcher with the place of the value in the text. */
export interface MatcherParts {
  readonly name: string;
  readonly op: MatchOp;
  readonly value: string;
  readonly offset: number;
  readonly length: number;
}

/** @throws MatcherError when the value has to be a regular expression and is none */
export function createMatcher({ name, op, value, offset, length }: MatcherParts): Matcher {
  try {
    return new Matcher(name, op, value);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    const { message, hint } = explainRegexError(value, error);
    throw new MatcherError('matcher_regex', message, { offset, length, hint });
  }
}
