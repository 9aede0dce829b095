/** What the lint pass says about a query, under its editor, each with the fix that it offers. */
import type { LintFinding, LintFix, LintSeverity } from '@sightline/promql';
import { Info, OctagonX, TriangleAlert, Wand } from 'lucide-react';
import type { ReactNode } from 'react';

const ICONS: Readonly<Record<LintSeverity, typeof Info>> = { error: OctagonX, warning: TriangleAlert, info: Info };
const WORDS: Readonly<Record<LintSeverity, string>> = { error: 'Error', warning: 'Warning', info: 'Advice' };

interface LintListProps {
  readonly findings: readonly LintFinding[];
  readonly onFix: (fix: LintFix) => void;
}

const SHOWN = 6;

export function LintList({ findings, onFix }: LintListProps): ReactNode {
  if (findings.length === 0) return null;
  return (
    <ul className="lint-list" aria-label="Advice on the query" data-testid="lint">
      {findings.slice(0, SHOWN).map((finding) => (
        <LintItem key={`${finding.code} ${finding.span.start}`} finding={finding} onFix={onFix} />
      ))}
      {findings.length > SHOWN && <li className="note">and {findings.length - SHOWN} more, underlined in the query</li>}
    </ul>
  );
}

function LintItem({ finding, onFix }: { finding: LintFinding; onFix: LintListProps['onFix'] }): ReactNode {
  const { severity, message, hint, fix, code } = finding;
  const Icon = ICONS[severity];
  return (
    <li className="lint-item" data-severity={severity} data-code={code}>
      <Icon size={14} aria-hidden="true" />
      <span className="visually-hidden">{WORDS[severity]}: </span>
      <span>
        {message}; <span className="lint-hint">{hint}</span>
      </span>
      {fix !== undefined && (
        <button type="button" className="lint-fix" title="Alt Enter in the editor" onClick={() => onFix(fix)}>
          <Wand size={13} aria-hidden="true" />
          {fix.title}
        </button>
      )}
    </li>
  );
}
