/** One silence: what it matches, why, who, how long still, which alerts it holds. */
import { Link } from '@tanstack/react-router';
import { Pencil, Plus, RotateCcw, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Health, type HealthKind } from '../../../components/Health.tsx';
import { LabelList } from '../../../components/LabelList.tsx';
import { keepScope } from '../../../components/shell/Rail.tsx';
import { fromApi, matcherText } from '../../../lib/matchers.ts';
import type { SilenceRow } from '../../../lib/silences-model.ts';
import { formatAge, formatDateTime, formatSpan } from '../../../lib/time-format.ts';
import type { SilenceActions } from './use-silence-actions.ts';

const STATES: Readonly<Record<SilenceRow['silence']['status']['state'], HealthKind>> = {
  active: 'ok',
  pending: 'unknown',
  expired: 'unknown',
};
const SHOWN = 20;

interface SilenceItemProps {
  readonly row: SilenceRow;
  readonly nowMs: number;
  readonly zone: string;
  readonly actions: SilenceActions;
  readonly onEdit: () => void;
}

export function SilenceItem({ row, nowMs, zone, actions, onEdit }: SilenceItemProps): ReactNode {
  const { silence, startMs, endMs, held } = row;
  const { state } = silence.status;
  const [isOpen, setIsOpen] = useState(false);
  return (
    <li className="silence" data-row="" data-testid="silence" data-silence={silence.id} data-status={state}>
      <div className="silence-main">
        <div className="silence-matchers">
          {silence.matchers.map((matcher) => {
            const text = matcherText(fromApi(matcher));
            return <code key={text}>{text}</code>;
          })}
        </div>
        <p className="silence-comment">{silence.comment}</p>
        <p className="note">
          {silence.createdBy}
          {' · '}
          <span title={formatDateTime(startMs, zone, nowMs)}>
            {startMs > nowMs ? `starts in ${formatAge(startMs - nowMs)}` : `began ${formatAge(nowMs - startMs)} ago`}
          </span>
        </p>
      </div>
      <div className="silence-time">
        <Health kind={STATES[state]} word={state} />
        <span className="num" title={formatDateTime(endMs, zone, nowMs)}>
          {endMs > nowMs
            ? `${formatSpan(endMs - Math.max(nowMs, startMs))} ${state === 'pending' ? 'long' : 'left'}`
            : `ended ${formatAge(nowMs - endMs)} ago`}
        </span>
      </div>
      <div className="silence-held">
        {held.length === 0 ? (
          <span className="note">{state === 'active' ? 'holds no alert now' : ''}</span>
        ) : (
          <button type="button" className="link" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            holds {held.length === 1 ? '1 alert' : `${held.length} alerts`}
          </button>
        )}
      </div>
      <div className="silence-actions">
        {state !== 'expired' && (
          <button
            type="button"
            className="button"
            data-extend=""
            title="Ends two hours later (+)"
            onClick={() => actions.extend(silence)}
          >
            <Plus size={12} aria-hidden="true" />2 h
          </button>
        )}
        <button
          type="button"
          className="button"
          data-edit=""
          title={state === 'expired' ? 'A new one like this (e)' : 'Change it (e)'}
          onClick={onEdit}
        >
          {state === 'expired' ? <RotateCcw size={12} aria-hidden="true" /> : <Pencil size={12} aria-hidden="true" />}
          {state === 'expired' ? 'Again' : 'Edit'}
        </button>
        {state !== 'expired' && (
          <button
            type="button"
            className="button"
            data-expire=""
            title="Ends it now (x)"
            onClick={() => actions.expire(silence)}
          >
            <X size={12} aria-hidden="true" />
            Expire
          </button>
        )}
      </div>
      {isOpen && held.length > 0 && (
        <ul className="silence-alerts">
          {held.slice(0, SHOWN).map(({ fingerprint, labels, startsAt }) => (
            <li key={fingerprint}>
              <Link to="/alerts/i/$fingerprint" params={{ fingerprint }} search={keepScope}>
                {labels['alertname'] ?? fingerprint}
              </Link>{' '}
              <LabelList labels={labels} without={['alertname']} />{' '}
              <span className="note num">since {formatAge(nowMs - Date.parse(startsAt))}</span>
            </li>
          ))}
          {held.length > SHOWN && <li className="note">and {held.length - SHOWN} more</li>}
        </ul>
      )}
    </li>
  );
}
