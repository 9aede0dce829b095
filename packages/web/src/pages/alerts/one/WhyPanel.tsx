/** Why something was or was not sent: the chain of decisions, now or at a time in the past. */
import type { AlertInstance, AlertWhy, WhyOutcome, WhyStep } from '@sightline/api-types';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ArrowDown, Hourglass, type LucideIcon, MailCheck, MailX, OctagonPause } from 'lucide-react';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { alertWhy } from '../../../api/alerts.ts';
import { asApiError, QueryGate } from '../../../components/QueryGate.tsx';
import { StateView } from '../../../components/State.tsx';
import { usePollMs } from '../../../components/use-poll.ts';
import { OUTCOME_WORDS } from '../../../lib/alert-timeline.ts';
import { firstValue } from '../../../lib/search-params.ts';
import { formatClock, formatDateTime, localTimes } from '../../../lib/time-format.ts';
import { parsePoint } from '../../../lib/time-point.ts';
import { usePatchUrl, useRange, useUrlSearch } from '../../../state/url.ts';

const GLYPHS: Readonly<Record<WhyOutcome, LucideIcon>> = {
  passed: ArrowDown,
  held: OctagonPause,
  sent: MailCheck,
  failed: MailX,
  waiting: Hourglass,
};

function timeOf(text: string | undefined): number | null {
  const value = Number(text);
  return text === undefined || !Number.isFinite(value) || value <= 0 ? null : value;
}

export function WhyPanel({ alert }: { alert: AlertInstance }): ReactNode {
  const timeMs = timeOf(firstValue(useUrlSearch()['why']));
  const pollMs = usePollMs();
  const query = useQuery({
    queryKey: ['alert', alert.fingerprint, 'why', timeMs],
    queryFn: ({ signal }) => alertWhy(alert.fingerprint, timeMs, signal),
    refetchInterval: timeMs === null ? pollMs : false,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const isUnknown = asApiError(query.error)?.status === 404;
  return (
    <section className="panel" aria-label="Why" data-testid="why">
      <div className="panel-head">
        <h3>Why</h3>
        <WhyTime timeMs={timeMs} />
      </div>
      <div className="panel-body">
        {isUnknown ? (
          <StateView
            state="empty-range"
            title="Nothing was decided about this alert until then."
            detail="It had not begun, or what was decided is no longer kept."
          />
        ) : (
          <QueryGate query={query} height={120}>
            {(why) => <Chain why={why} />}
          </QueryGate>
        )}
      </div>
    </section>
  );
}

function WhyTime({ timeMs }: { timeMs: number | null }): ReactNode {
  const { zone, nowMs } = useRange();
  const patch = usePatchUrl();
  const [text, setText] = useState('');
  const [isWrong, setIsWrong] = useState(false);
  const id = useId();
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    const point = parsePoint(text, 'start', { nowMs: Date.now(), zone });
    setIsWrong(point === undefined);
    if (point === undefined) return;
    setText('');
    patch({ why: String(Math.round(point)) });
  };
  return (
    <form className="panel-end why-time" onSubmit={onSubmit}>
      <span className="note num">{timeMs === null ? 'now' : `at ${formatDateTime(timeMs, zone, nowMs)}`}</span>
      {timeMs !== null && (
        <button type="button" className="link" onClick={() => patch({ why: null })}>
          back to now
        </button>
      )}
      <label htmlFor={id} className="visually-hidden">
        At another time
      </label>
      <input
        id={id}
        className="field"
        placeholder="at 14:05 or now-2h"
        value={text}
        aria-invalid={isWrong}
        title="A time of today, a date with a time, or now-2h"
        onChange={(event) => {
          setText(event.target.value);
          setIsWrong(false);
        }}
      />
      <button type="submit" className="button" disabled={text.trim() === ''}>
        Ask
      </button>
    </form>
  );
}

function Chain({ why }: { why: AlertWhy }): ReactNode {
  const { zone, nowMs } = useRange();
  return (
    <>
      <p className="why-summary">{localTimes(why.summary, zone, nowMs)}</p>
      <ol className="why-chain">
        {why.steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are told apart by their place alone
          <Step key={index} step={step} />
        ))}
      </ol>
    </>
  );
}

function Step({ step }: { step: WhyStep }): ReactNode {
  const { zone, nowMs } = useRange();
  const { stage, outcome, timeMs, receiver, integration, text } = step;
  const Glyph = GLYPHS[outcome];
  return (
    <li className="why-step" data-outcome={outcome}>
      <span className="why-outcome">
        <Glyph size={14} aria-hidden="true" />
        {OUTCOME_WORDS[outcome]}
      </span>
      <span className="why-text">
        <b>{stage}</b>
        {receiver !== '' && <code>{integration === '' ? receiver : `${receiver} / ${integration}`}</code>}
        <span>{localTimes(text, zone, nowMs)}</span>
      </span>
      {timeMs !== null && (
        <span className="note num" title={formatDateTime(timeMs, zone, nowMs)}>
          {formatClock(timeMs, zone)}
        </span>
      )}
    </li>
  );
}
