/** Rules about label matchers: regular expressions that are plain text, match everything or match nothing. */
import { isLegacyLabelName, METRIC_NAME, type Matcher, quote } from '@sightline/model';
import type { VectorSelector } from '../parser/ast.ts';
import type { LintFinding } from './finding.ts';
import { spanOf } from './rewrite.ts';
import type { LintRule } from './walk.ts';

/** Characters that mean something in a regular expression. */
const SPECIAL = /[\\^$.|?*+()[\]{}]/;
/** What nobody writes as a plain value: `.*`, `.+`, `a|b`. */
const LOOKS_LIKE_REGEX = /\.[*+]|^\w+(?:\|\w+)+$/;

export const matcherRule: LintRule = (node, _parents, _facts, findings) => {
  if (node.kind !== 'vectorSelector') return;
  for (const [index, matcher] of node.matchers.entries()) {
    const finding = findingOf(node, matcher, spanOf(node.matcherSpans[index] ?? node));
    if (finding !== undefined) findings.push(finding);
  }
};

function findingOf(selector: VectorSelector, matcher: Matcher, span: LintFinding['span']): LintFinding | undefined {
  const { name, op, value } = matcher;
  const label = isLegacyLabelName(name) ? name : quote(name);
  const isRegex = op === '=~' || op === '!~';
  const replaced = (other: string) => ({
    title: `Use ${other}`,
    span,
    replacement: `${label}${other}${quote(value)}`,
  });
  if (!isRegex) {
    if (name === METRIC_NAME && selector.name !== '') return undefined;
    if (!LOOKS_LIKE_REGEX.test(value)) return undefined;
    const other = op === '=' ? '=~' : '!~';
    return {
      code: 'regex-without-tilde',
      severity: 'info',
      message: `${op} compares with the text ${quote(value)} as it stands`,
      hint: `write ${other} for a regular expression`,
      span,
      fix: replaced(other),
    };
  }
  if (value === '.*') {
    return op === '=~'
      ? {
          code: 'matcher-matches-all',
          severity: 'info',
          message: `${label}=~".*" matches every series, also those without the label`,
          hint: `leave it out, or write ${label}!="" for series that have the label`,
          span,
        }
      : {
          code: 'regex-never-matches',
          severity: 'error',
          message: `${label}!~".*" matches no series`,
          hint: `write ${label}="" for series without the label`,
          span,
        };
  }
  if (SPECIAL.test(value)) return undefined;
  const plain = op === '=~' ? '=' : '!=';
  return {
    code: 'plain-regex',
    severity: 'info',
    message: `${label}${op}${quote(value)} is plain text, not a regular expression`,
    hint: `${label}${plain}${quote(value)} means the same`,
    span,
    fix: replaced(plain),
  };
}
