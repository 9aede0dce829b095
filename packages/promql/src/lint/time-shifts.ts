/** Rules about @ and offset: times that look like milliseconds, and looks into the future. */
import { formatDuration } from '@sightline/model';
import type { SubqueryExpr, VectorSelector } from '../parser/ast.ts';
import type { LintFinding } from './finding.ts';
import { spanOf } from './rewrite.ts';
import type { LintRule } from './walk.ts';

/** In seconds the year 5138, in milliseconds the year 1973. */
const MILLISECONDS_FROM = 1e11;

export const timeShiftRule: LintRule = (node, _parents, _facts, findings) => {
  if (node.kind === 'vectorSelector' || node.kind === 'subquery') check(node, findings);
};

function check(node: VectorSelector | SubqueryExpr, findings: LintFinding[]): void {
  const { at, offsetMs } = node;
  if (at?.kind === 'time' && Math.abs(at.ms) >= MILLISECONDS_FROM * 1000) {
    findings.push({
      code: 'suspicious-time',
      severity: 'warning',
      message: `@ takes seconds, and ${at.ms / 1000} is far in the future`,
      hint: `for milliseconds write @ ${(at.ms / 1_000_000).toFixed(3)}`,
      span: spanOf(node),
    });
  }
  if (offsetMs >= 0 || at !== undefined) return;
  findings.push({
    code: 'future-offset',
    severity: 'info',
    message: `offset -${formatDuration(-offsetMs)} reads samples from after the time of the query, which at present are not there`,
    hint: 'a positive offset looks back',
    span: spanOf(node),
  });
}
