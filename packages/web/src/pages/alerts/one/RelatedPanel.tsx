/** What fires beside it, and how often it fired before. */
import type { AlertDetail, AlertInstance } from '@sightline/api-types';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keepScope } from '../../../components/shell/Rail.tsx';
import { keyLabels } from '../../../lib/alert-model.ts';
import { patchSearch, pickGlobals, type SearchParams } from '../../../lib/search-params.ts';
import { formatAge, formatSpan } from '../../../lib/time-format.ts';
import { Severity } from '../Severity.tsx';

const SHOWN = 12;

export function RelatedPanel({ related, nowMs }: { related: readonly AlertInstance[]; nowMs: number }): ReactNode {
  return (
    <section className="panel" aria-label="Related alerts" data-testid="related">
      <div className="panel-head">
        <h3>Related, firing now</h3>
        {related.length > SHOWN && <span className="note">{related.length} in all</span>}
      </div>
      <div className="panel-body">
        {related.length === 0 ? (
          <p className="hint">No other alert of the same service, job or instance fires.</p>
        ) : (
          <ul className="related">
            {related.slice(0, SHOWN).map((alert) => (
              <li key={alert.fingerprint}>
                <Severity labels={alert.labels} />
                <span className="related-name">
                  <Link to="/alerts/i/$fingerprint" params={{ fingerprint: alert.fingerprint }} search={withoutRange}>
                    {alert.name}
                  </Link>{' '}
                  <span className="note">
                    {keyLabels(alert.labels)
                      .slice(0, 2)
                      .map(([, value]) => value)
                      .join(' ')}
                  </span>
                </span>
                <span className="note num">{formatAge(nowMs - alert.startsAtMs)}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

/** The other alert began at another time: its page shows its own range. */
const withoutRange = ((old: SearchParams) => patchSearch(pickGlobals(old), { from: null, to: null })) as never;

export function PastPanel({ alert, past }: { alert: AlertInstance; past: AlertDetail['past'] }): ReactNode {
  const history = ((old: never) => ({
    ...(keepScope as (from: never) => object)(old),
    from: 'now-30d',
    to: 'now',
    filter: `alertname="${alert.name}"`,
  })) as never;
  return (
    <section className="panel" aria-label="Past 30 days" data-testid="past">
      <div className="panel-head">
        <h3>Past 30 days</h3>
        <span className="panel-end">
          <Link to="/alerts/history" search={history}>
            History
          </Link>
        </span>
      </div>
      <p className="panel-body">
        {past.count === 0
          ? 'It did not fire before.'
          : `Fired ${past.count === 1 ? 'once' : `${past.count} times`}${past.medianMs === null ? '' : `, ${past.count === 1 ? 'for' : 'half of them shorter than'} ${formatSpan(past.medianMs)}`}.`}
      </p>
    </section>
  );
}
