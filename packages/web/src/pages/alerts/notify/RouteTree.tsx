/** The tree of routes to read, and the way that an alert with given labels takes through it. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { NotifyStatus, RouteTestResult } from '@sightline/api-types';
import { CornerDownRight } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { tryRoute } from '../../../api/notify.ts';
import { Health } from '../../../components/Health.tsx';
import { LabelList } from '../../../components/LabelList.tsx';
import { asApiError } from '../../../components/QueryGate.tsx';
import { StateStrip } from '../../../components/State.tsx';
import { useSettled } from '../../../components/use-settled.ts';
import { ancestorsOf, labelsOf, type RouteRow, routeRows } from '../../../lib/notify-model.ts';
import { firstValue } from '../../../lib/search-params.ts';
import { formatSpan } from '../../../lib/time-format.ts';
import { usePatchUrl, useUrlSearch } from '../../../state/url.ts';

const WAIT_MS = 200;

export function RouteTree({ status }: { status: NotifyStatus }): ReactNode {
  const patch = usePatchUrl();
  const text = firstValue(useUrlSearch()['labels']) ?? '';
  const settled = useSettled(text, WAIT_MS);
  const labels = labelsOf(settled);
  const isAsked = settled.trim() !== '' && labels !== null;
  const id = useId();
  const test = useQuery({
    queryKey: ['route-test', settled],
    queryFn: ({ signal }) => tryRoute(labels ?? {}, signal),
    enabled: isAsked,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const result = isAsked ? test.data : undefined;
  const hits = new Set(result?.matches.map(({ routeId }) => routeId));
  const onTheWay = new Set([...hits].flatMap(ancestorsOf));
  const error = isAsked ? asApiError(test.error) : null;
  return (
    <section className="panel" aria-label="Routes" data-testid="routes">
      <div className="panel-head">
        <h2>Routes</h2>
        <span className="note">from the top: the first that matches takes an alert, unless it says continue</span>
      </div>
      <div className="panel-body stack">
        <div className="route-tester">
          <label htmlFor={`${id}-labels`}>Which route would this take?</label>
          <input
            id={`${id}-labels`}
            className="field mono"
            type="search"
            placeholder='severity="critical", team="pay"'
            key={text === '' ? 'empty' : 'filled'}
            defaultValue={text}
            spellCheck={false}
            autoComplete="off"
            aria-invalid={labels === null}
            aria-describedby={`${id}-answer`}
            onChange={(event) => patch({ labels: event.target.value === '' ? null : event.target.value }, 'replace')}
          />
          <div id={`${id}-answer`} aria-live="polite" data-testid="route-answer">
            {labels === null ? (
              <p className="is-wrong note">Write labels as severity="critical", team="pay".</p>
            ) : error !== null ? (
              <StateStrip state="error">{error.message}</StateStrip>
            ) : result === undefined ? (
              <p className="note">Type the labels of an alert.</p>
            ) : (
              <RouteAnswer result={result} />
            )}
          </div>
        </div>
        <ul className="route-tree" aria-label="Tree of routes">
          {routeRows(status.route).map((row) => (
            <RouteLine
              key={row.route.id}
              row={row}
              hit={hits.has(row.route.id) ? 'taken' : onTheWay.has(row.route.id) ? 'passed' : 'none'}
            />
          ))}
        </ul>
      </div>
    </section>
  );
}

function RouteAnswer({ result: { matches } }: { result: RouteTestResult }): ReactNode {
  return (
    <ol className="route-hits">
      {matches.map(({ routeId, receiver, groupLabels }) => (
        <li key={routeId}>
          goes to <b>{receiver}</b>
          <span className="note">in the group</span>
          <LabelList labels={groupLabels} />
        </li>
      ))}
    </ol>
  );
}

function RouteLine({ row, hit }: { row: RouteRow; hit: 'taken' | 'passed' | 'none' }): ReactNode {
  const { route, depth, changed } = row;
  const timers = [
    changed.groupWaitMs ? (route.groupWaitMs === 0 ? 'sends at once' : `waits ${formatSpan(route.groupWaitMs)}`) : '',
    changed.groupIntervalMs ? `news every ${formatSpan(route.groupIntervalMs)}` : '',
    changed.repeatIntervalMs ? `repeats after ${formatSpan(route.repeatIntervalMs)}` : '',
  ].filter((part) => part !== '');
  return (
    <li
      className="route"
      data-testid="route"
      data-hit={hit}
      data-route={route.id}
      style={{ '--depth': depth } as never}
    >
      <div className="route-line">
        {depth > 0 && <CornerDownRight size={14} className="route-mark" aria-hidden="true" />}
        {route.matchers.length === 0 ? (
          <span className="note">{depth === 0 ? 'every alert' : 'everything else here'}</span>
        ) : (
          route.matchers.map((matcher) => (
            <code key={matcher} className="route-matcher">
              {matcher}
            </code>
          ))
        )}
        <span aria-hidden="true">→</span>
        <span className="visually-hidden">goes to</span>
        <b>{route.receiver}</b>
        {route.continue && <span className="route-tag">continue</span>}
        {hit === 'taken' && <span className="route-taken">takes it</span>}
        {route.mutedBy.length > 0 && <Health kind="unknown" word={`muted now by ${route.mutedBy.join(', ')}`} />}
      </div>
      <p className="note route-notes">
        {changed.groupBy && <span>{groupText(route.groupBy)}</span>}
        {timers.length > 0 && <span className="num">{timers.join(', ')}</span>}
        {route.muteTimeIntervals.length > 0 && <span>quiet in {route.muteTimeIntervals.join(', ')}</span>}
        {route.activeTimeIntervals.length > 0 && <span>only in {route.activeTimeIntervals.join(', ')}</span>}
      </p>
    </li>
  );
}

function groupText(groupBy: readonly string[] | '...'): string {
  if (groupBy === '...') return 'every alert alone';
  return groupBy.length === 0 ? 'all in one group' : `grouped by ${groupBy.join(', ')}`;
}
