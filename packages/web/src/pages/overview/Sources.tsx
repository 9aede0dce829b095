/** The headline and one cell for each way that data comes in. */
import type { IngestSource, IngestStatus } from '@sightline/api-types';
import { CircleCheck, CircleDashed, Clock, OctagonAlert, TriangleAlert } from 'lucide-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keepScope } from '../../components/shell/Rail.tsx';
import { patchSearch, pickGlobals, type SearchParams } from '../../lib/search-params.ts';
import { SOURCE_NAMES, sourceState, type SourceState, totalsOf } from '../../lib/sources.ts';
import { formatAge } from '../../lib/time-format.ts';
import { formatParts, formatValue } from '../../lib/units.ts';

const LOOK: Readonly<
  Record<SourceState, { readonly icon: typeof Clock; readonly word: string; readonly health: string }>
> = {
  live: { icon: CircleCheck, word: 'arriving', health: 'ok' },
  partly: { icon: TriangleAlert, word: 'partly arriving', health: 'warn' },
  quiet: { icon: Clock, word: 'silent', health: 'unknown' },
  failing: { icon: OctagonAlert, word: 'failing', health: 'crit' },
  waiting: { icon: CircleDashed, word: 'not in use', health: 'unknown' },
};

const unhealthyOnly = ((old: SearchParams) => patchSearch(pickGlobals(old), { unhealthy: '1' })) as never;

interface SourcesProps {
  readonly status: IngestStatus;
  /** Scrape targets that are down; null while that is not known. */
  readonly downTargets: number | null;
}

export function Sources({ status, downTargets }: SourcesProps): ReactNode {
  const totals = totalsOf(status);
  const rate = formatParts(totals.perSecond, 'short');
  const isLive = totals.liveSources > 0;
  return (
    <section className="panel hero" aria-label="Data arriving" data-testid="sources">
      <div className="hero-head">
        <p className="hero-title">
          <span className={isLive ? 'pulse is-live' : 'pulse'} aria-hidden="true" />
          {isLive
            ? 'Data is arriving'
            : totals.newestMs === null
              ? 'Waiting for the first data'
              : 'No data is arriving'}
        </p>
        <dl className="hero-figures num">
          <div>
            <dt>samples a second</dt>
            <dd>
              {rate.number}
              {rate.suffix !== '' && <small>{rate.suffix}</small>}
            </dd>
          </div>
          <div>
            <dt>samples taken in</dt>
            <dd>{formatValue(totals.samples, 'short')}</dd>
          </div>
          <div>
            <dt>newest sample</dt>
            <dd>{totals.newestMs === null ? '–' : `${formatAge(status.nowMs - totals.newestMs)} ago`}</dd>
          </div>
        </dl>
      </div>
      <ul className="sources">
        {status.sources.map((source) => (
          <SourceCell
            key={source.kind}
            source={source}
            nowMs={status.nowMs}
            down={source.kind === 'scrape' ? downTargets : null}
          />
        ))}
      </ul>
    </section>
  );
}

interface SourceCellProps {
  readonly source: IngestSource;
  readonly nowMs: number;
  readonly down: number | null;
}

function SourceCell({ source, nowMs, down }: SourceCellProps): ReactNode {
  const { name, about } = SOURCE_NAMES[source.kind];
  const reported = sourceState(source, nowMs);
  // One target's error comes and goes with the scrapes of the others; the number of targets that are down stays.
  const isArriving = reported === 'live' || reported === 'partly';
  const state = isArriving && down !== null ? (down > 0 ? 'partly' : 'live') : reported;
  const { icon: Icon, word, health } = LOOK[state];
  return (
    <li className="source" data-source={source.kind} data-status={state}>
      <p className="source-name">
        <span className="health" data-health={health}>
          <Icon size={16} aria-hidden="true" />
          <span className="visually-hidden">{word}</span>
        </span>
        {name}
      </p>
      {state === 'waiting' ? (
        <p className="note">
          {source.kind === 'host' || source.kind === 'self' ? 'waiting for the first sample' : about}
        </p>
      ) : state === 'failing' ? (
        <p className="note" title={source.lastError ?? ''}>
          <Link
            to={source.kind === 'scrape' ? '/system/targets' : '/system/ingest'}
            search={keepScope}
            className="source-error"
          >
            {source.lastError}
          </Link>
        </p>
      ) : (
        <p className="note num">
          <span className="source-rate">
            {formatValue(source.samplesPerSecond, 'per-second')} · {formatAge(nowMs - (source.lastSeenMs ?? nowMs))} ago
          </span>
          {formatValue(source.samplesTotal, 'short')} in all
          {down !== null && down > 0 && (
            <Link to="/system/targets" search={unhealthyOnly} className="source-down">
              {down === 1 ? '1 target down' : `${down} targets down`}
            </Link>
          )}
        </p>
      )}
    </li>
  );
}
