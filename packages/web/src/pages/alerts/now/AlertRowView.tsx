/** One firing instance as a row: how bad, what, where, how far from the limit, since when, who looks after it. */
import type { AlertInstance } from '@sightline/api-types';
import { Link } from '@tanstack/react-router';
import { BellOff, BookOpen, Check } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { keepScope } from '../../../components/shell/Rail.tsx';
import { heldWords, keyLabels, sentenceOf } from '../../../lib/alert-model.ts';
import { formatAge, formatDateTime } from '../../../lib/time-format.ts';
import { webUrl } from '../../../lib/web-url.ts';
import { AlertStateWord, Severity } from '../Severity.tsx';
import { ValueText } from '../ValueText.tsx';
import { Sparkline } from './Sparkline.tsx';

export interface RowActions {
  readonly acknowledge: (alert: AlertInstance) => void;
  readonly silence: (alert: AlertInstance) => void;
  readonly select: (fingerprint: string, isOn: boolean) => void;
}

interface AlertRowViewProps {
  readonly alert: AlertInstance;
  readonly isSelected: boolean;
  readonly isInside: boolean;
  readonly nowMs: number;
  readonly zone: string;
  /** Until when it is silenced; null when it is not, or not known. */
  readonly silencedUntilMs: number | null;
  readonly actions: RowActions;
}

const MAX_LABELS = 4;

export const AlertRowView = memo(function AlertRowView(props: AlertRowViewProps): ReactNode {
  const { alert, isSelected, isInside, nowMs, zone, actions } = props;
  const labels = keyLabels(alert.labels);
  const hidden = labels.slice(MAX_LABELS);
  const sentence = sentenceOf(alert);
  const endMs = alert.endsAtMs ?? nowMs;
  const runbook = webUrl(alert.runbookUrl);
  return (
    <div className="alert-row" data-row={alert.fingerprint} data-inside={isInside} data-testid="alert-row">
      <label className="alert-select">
        <input
          type="checkbox"
          checked={isSelected}
          onChange={(event) => actions.select(alert.fingerprint, event.target.checked)}
          aria-label={`Select ${alert.name}`}
        />
      </label>
      <div className="alert-sev">
        <Severity labels={alert.labels} />
        {alert.state !== 'firing' && <AlertStateWord state={alert.state} />}
      </div>
      <div className="alert-what">
        <span className="alert-title">
          <Link
            to="/alerts/i/$fingerprint"
            params={{ fingerprint: alert.fingerprint }}
            search={keepScope}
            className="alert-name"
          >
            {alert.name}
          </Link>
          <span className="label-list">
            {labels.slice(0, MAX_LABELS).map(([name, value]) => (
              <code key={name} title={`${name}="${value}"`}>
                {value === '' ? `${name}=""` : value}
              </code>
            ))}
            {hidden.length > 0 && (
              <span className="note" title={hidden.map(([name, value]) => `${name}="${value}"`).join('\n')}>
                +{hidden.length}
              </span>
            )}
          </span>
        </span>
        {sentence !== '' && <span className="alert-sentence">{sentence}</span>}
      </div>
      <div className="alert-measure">
        <ValueText alert={alert} />
      </div>
      <Sparkline alert={alert} />
      <div className="alert-since num" title={`since ${formatDateTime(alert.startsAtMs, zone, nowMs)}`}>
        {formatAge(endMs - alert.startsAtMs)}
      </div>
      <div className="alert-who">
        <Who {...props} />
      </div>
      <div className="alert-actions">
        <button
          type="button"
          className="icon-button"
          title="Acknowledge (a)"
          aria-label={`Acknowledge ${alert.name}`}
          onClick={() => actions.acknowledge(alert)}
        >
          <Check size={15} aria-hidden="true" />
        </button>
        <button
          type="button"
          className="icon-button"
          title="Silence (m)"
          aria-label={`Silence ${alert.name}`}
          onClick={() => actions.silence(alert)}
        >
          <BellOff size={15} aria-hidden="true" />
        </button>
        {runbook !== null && (
          <a
            className="icon-button"
            href={runbook}
            target="_blank"
            rel="noreferrer"
            title="Runbook (r)"
            aria-label={`Runbook of ${alert.name}`}
          >
            <BookOpen size={15} aria-hidden="true" />
          </a>
        )}
      </div>
    </div>
  );
});

function Who({ alert, nowMs, silencedUntilMs }: AlertRowViewProps): ReactNode {
  const { acknowledgement, receivers } = alert;
  const held =
    silencedUntilMs !== null ? `silenced, ${formatAge(Math.max(0, silencedUntilMs - nowMs))} left` : heldWords(alert);
  if (acknowledgement === null && held === '') {
    return (
      <span className="note" title={receivers.length === 0 ? 'No receiver' : `Goes to ${receivers.join(', ')}`}>
        {receivers.length === 0 ? 'no receiver' : `→ ${receivers.join(', ')}`}
      </span>
    );
  }
  return (
    <>
      {acknowledgement !== null && (
        <span className="alert-acked" title={acknowledgement.note || `acknowledged by ${acknowledgement.by}`}>
          <Check size={13} aria-hidden="true" />
          <b>{acknowledgement.by}</b> <span className="note">{acknowledgement.note}</span>
        </span>
      )}
      {held !== '' && <span className="note">{held}</span>}
    </>
  );
}
