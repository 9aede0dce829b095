/** A fold of the list: a group, or alerts that began together and likely have one cause. */
import { ChevronDown, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FoldRow } from '../../../lib/alert-model.ts';
import { formatAge } from '../../../lib/time-format.ts';
import { Severity } from '../Severity.tsx';

const SHOWN_NAMES = 4;

interface FoldRowViewProps {
  readonly row: FoldRow;
  readonly nowMs: number;
  readonly onTurn: (key: string) => void;
}

export function FoldRowView({ row, nowMs, onTurn }: FoldRowViewProps): ReactNode {
  const { kind, key, title, alerts, worst, isOpen } = row;
  const Arrow = isOpen ? ChevronDown : ChevronRight;
  const counts = new Map<string, number>();
  for (const { name } of alerts) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].map(([name, count]) => (count === 1 ? name : `${name} ×${count}`));
  const oldestMs = Math.min(...alerts.map(({ startsAtMs }) => startsAtMs));
  const firing = alerts.filter(({ state }) => state === 'firing').length;
  return (
    <div className="alert-fold" data-row={key} data-kind={kind} data-testid={`alert-${kind}`}>
      <button type="button" className="fold-button" aria-expanded={isOpen} onClick={() => onTurn(key)}>
        <Arrow size={15} aria-hidden="true" />
        <Severity labels={worst.labels} />
        <b>{title}</b>
        <span className="note">
          {kind === 'incident'
            ? `likely the same cause: ${alerts.length} alerts`
            : firing === alerts.length
              ? `${alerts.length} firing`
              : `${firing} firing of ${alerts.length}`}
        </span>
        {kind === 'incident' && (
          <span className="fold-names">
            {names.slice(0, SHOWN_NAMES).join(', ')}
            {names.length > SHOWN_NAMES && ` +${names.length - SHOWN_NAMES}`}
          </span>
        )}
        <span className="fold-age num">{formatAge(nowMs - oldestMs)}</span>
      </button>
    </div>
  );
}
