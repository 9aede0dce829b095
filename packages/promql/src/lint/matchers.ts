/** Rules about label matchers: regular expressions that are plain text, match everything or match nothing. */
import { METRIC_NAME, type Matcher, quote } from '@sightline/model';
import type { VectorSelector } from '../parser/ast.ts';
import type { LintFinding } from './finding.ts';
import type { LintRule } from './walk.ts';

/** Characters that mean something in a regular expression. */
const SPECIAL = /[\\^$.|?*+()[\]{}]/;

export const emptyRegexRules: LintRule = (node, _parents, _facts, findings) => {
  if (node.kind !== 'vectorSelector') return;
  for (const matcher of node.matchers) {
    if (matcher.op === '=~' || matcher.op === '!~') checkRegex(node, matcher, findings);
  }
};

function checkRegex(selector: VectorSelector, matcher: Matcher, findings: LintFinding[]): void {
  const { name, op, value } = matcher;
  const span = { start: selector.start, end: selector.end };
  if (op === '=~' && value === '.*') {
    findings.push({
      code: 'matcher-matches-all',
      severity: 'info',
      message: `${name}=~".*" matches every series, also those without the label`,
      hint: `leave it out, or write ${name}!="" for series that have the label`,
      span,
    });
    return;
  }
  if (op === '!~' && value === '.*') {
    findings.push({
      code: 'regex-never-matches',
      severity: 'error',
      message: `${name}!~".*" matches no series`,
      hint: `write ${name}="" for series without the label`,
      span,
    });
    return;
  }
  if (SPECIAL.test(value) || value === '' || name === METRIC_NAME) return;
  const plain = op === '=~' ? '=' : '!=';
  findings.push({
    code: 'plain-regex',
    severity: 'info',
    message: `${name}${op}${quote(value)} is plain text, not a regular expression`,
    hint: `${name}${plain}${quote(value)} means the same and is faster`,
    span,
  });
}
