/** The list of all lint rules. */
import { emptyRegexRules } from './matchers.ts';
import type { LintRule } from './walk.ts';

export const RULES: readonly LintRule[] = [emptyRegexRules];
