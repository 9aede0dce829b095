/** What a silence would keep quiet, asked while it is written. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { AlertInstance, SilencePreview as Preview } from '@sightline/api-types';
import type { ReactNode } from 'react';
import { previewSilence } from '../../../api/silences.ts';
import { Health } from '../../../components/Health.tsx';
import { LabelList } from '../../../components/LabelList.tsx';
import { asApiError } from '../../../components/QueryGate.tsx';
import { StateStrip } from '../../../components/State.tsx';
import { useSettled } from '../../../components/use-settled.ts';
import { type Matcher, matcherText } from '../../../lib/matchers.ts';

const WAIT_MS = 250;
const REFRESH_MS = 10_000;
const SHOWN = 6;

export function SilencePreview({ matchers }: { matchers: readonly Matcher[] }): ReactNode {
  const text = matchers.map(matcherText).join(', ');
  const settled = useSettled(text, WAIT_MS);
  const query = useQuery({
    queryKey: ['silence-preview', settled],
    queryFn: ({ signal }) => previewSilence(matchers, signal),
    enabled: settled === text && matchers.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
    retry: false,
  });
  const error = asApiError(query.error);
  // What a matcher says already need not be read again for every alert.
  const known = ['alertname', ...matchers.filter(({ op }) => op === '=').map(({ name }) => name)];
  return (
    <section className="preview" aria-label="What it silences" aria-live="polite" data-testid="silence-preview">
      {matchers.length === 0 ? (
        <p className="note">Add a matcher to see what it silences.</p>
      ) : error !== null ? (
        <StateStrip state="error">{error.message}</StateStrip>
      ) : query.data === undefined ? (
        <p className="note">Looking for alerts…</p>
      ) : (
        <div className={query.isPlaceholderData || settled !== text ? 'is-stale' : undefined}>
          <PreviewBody preview={query.data} known={known} />
        </div>
      )}
    </section>
  );
}

function PreviewBody({ preview, known }: { preview: Preview; known: readonly string[] }): ReactNode {
  const { alerts, lastDayCount, includesCritical } = preview;
  return (
    <>
      <p className="preview-sentence">
        {alerts.length === 0 ? 'Matches no alert that fires now' : `Silences ${alerts.length} firing now`},{' '}
        {lastDayCount === 0 ? 'none' : lastDayCount} in the last 24 h.
      </p>
      {includesCritical && <Health kind="crit" word="It also mutes severity=critical" />}
      {alerts.length > 0 && (
        <ul className="preview-alerts">
          {alerts.slice(0, SHOWN).map((alert) => (
            <PreviewAlert key={alert.fingerprint} alert={alert} known={known} />
          ))}
        </ul>
      )}
      {alerts.length > SHOWN && <p className="note">and {alerts.length - SHOWN} more</p>}
    </>
  );
}

function PreviewAlert({ alert, known }: { alert: AlertInstance; known: readonly string[] }): ReactNode {
  return (
    <li>
      <b>{alert.name}</b> <LabelList labels={alert.labels} without={known} />
    </li>
  );
}
